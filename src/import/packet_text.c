/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/packet_text.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "packet/classify.h"

#define ADDRESS4_MIN 7  /* "1.2.3.4" */
#define ADDRESS4_MAX 15 /* "192.168.100.200" */

/* One byte in decimal, without leading zeros, which some read as octal; NULL if there is none. */
static const char *read_octet(const char *at, const char *end, uint8_t *octet)
{
	size_t left = (size_t)(end - at);
	unsigned value, digit;

	if (!left || (value = (unsigned)(at[0] - '0')) > 9)
		return NULL;
	*octet = (uint8_t)value;
	if (left < 2 || (digit = (unsigned)(at[1] - '0')) > 9)
		return at + 1;
	value = value * 10 + digit;
	*octet = (uint8_t)value;
	if (value < 10 || left < 3 || (digit = (unsigned)(at[2] - '0')) > 9)
		return value < 10 ? NULL : at + 2;
	value = value * 10 + digit;
	*octet = (uint8_t)value;
	return value > 255 ? NULL : at + 3;
}

static bool read_address4(const char *text, size_t len, uint8_t address[16])
{
	const char *at = text, *end = text + len;

	for (unsigned i = 0; i < 4; i++) {
		if (i && (at == end || *at++ != '.'))
			return false;
		at = read_octet(at, end, &address[i]);
		if (!at)
			return false;
	}
	return at == end;
}

static bool read_address6(const char *text, size_t len, uint8_t address[16])
{
	char copy[INET6_ADDRSTRLEN];

	if (len >= sizeof(copy) || memchr(text, '\0', len))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return inet_pton(AF_INET6, copy, address) == 1;
}

unsigned text_address(const char *text, size_t len, uint8_t address[16])
{
	memset(address, 0, 16);
	if (len >= ADDRESS4_MIN && len <= ADDRESS4_MAX && read_address4(text, len, address))
		return 4;
	memset(address, 0, 4);
	return len && read_address6(text, len, address) ? 6 : 0;
}

bool text_number(const char *text, size_t len, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;

	if (!len)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9)
			return false;
		value = value * 10 + digit;
		if (value > max)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

bool text_port(const char *text, size_t len, uint16_t *port)
{
	uint32_t number;

	if (!text_number(text, len, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

/* IANA's keywords, and how firewalls spell them. */
static const struct protocol_name {
	const char *name;
	uint8_t protocol;
} protocol_names[] = {
	{ "TCP", IP_TCP },
	{ "UDP", IP_UDP },
	{ "ICMP", IP_ICMP },
	{ "ICMPv6", IP_ICMPV6 },
	{ "IPv6-ICMP", IP_ICMPV6 },
	{ "ICMP6", IP_ICMPV6 },
	{ "IGMP", 2 },
	{ "UDPLITE", IP_UDPLITE },
	{ "UDP-Lite", IP_UDPLITE },
	{ "SCTP", IP_SCTP },
	{ "DCCP", IP_DCCP },
	{ "GRE", 47 },
	{ "ESP", 50 },
	{ "IPsec-ESP", 50 },
	{ "AH", IP_AH },
	{ "IPsec-AH", IP_AH },
	{ "HOPOPT", IP_HOPOPTS },
	{ "IPv4", 4 },
	{ "IPIP", 4 },
	{ "IPencap", 4 },
	{ "IP-ENCAP", 4 },
	{ "EGP", 8 },
	{ "IGP", 9 },
	{ "IPv6", 41 },
	{ "IPv6-encap", 41 },
	{ "IPv6-Route", IP_ROUTING },
	{ "IPv6-Frag", IP_FRAGMENT },
	{ "RSVP", 46 },
	{ "IPv6-NoNxt", 59 },
	{ "IPv6-Opts", IP_DSTOPTS },
	{ "EIGRP", 88 },
	{ "OSPF", 89 },
	{ "OSPFIGP", 89 },
	{ "EtherIP", 97 },
	{ "PIM", 103 },
	{ "IPComp", 108 },
	{ "VRRP", 112 },
	{ "CARP", 112 },
	{ "L2TP", 115 },
	{ "Mobility-Header", IP_MOBILITY },
	{ "MPLS-in-IP", 137 },
	{ "HIP", IP_HIP },
	{ "Shim6", IP_SHIM6 },
	{ "pfsync", 240 },
};

int text_protocol(const char *text, size_t len)
{
	uint32_t number;

	if (text_number(text, len, 255, &number))
		return (int)number;
	for (size_t i = 0; i < sizeof(protocol_names) / sizeof(*protocol_names); i++)
		if (strlen(protocol_names[i].name) == len && !strncasecmp(protocol_names[i].name, text, len))
			return protocol_names[i].protocol;
	return -1;
}

/* Without its ports such a packet has no place in its series. */
static bool counts_by_port(uint8_t protocol)
{
	return protocol == IP_TCP || protocol == IP_UDP;
}

static bool may_have_ports(uint8_t protocol)
{
	return counts_by_port(protocol) || protocol == IP_UDPLITE || protocol == IP_SCTP || protocol == IP_DCCP;
}

static bool counts_by_type(const struct packet_fields *fields)
{
	return fields->protocol == (fields->version == 4 ? IP_ICMP : IP_ICMPV6);
}

static bool is_complete(const struct packet_fields *fields)
{
	if (fields->is_later_fragment)
		return true;
	if (counts_by_port(fields->protocol))
		return fields->has_ports;
	return !counts_by_type(fields) || fields->has_icmp;
}

static void fill_transport(const struct packet_fields *fields, struct packet *packet)
{
	if (fields->has_ports && may_have_ports(fields->protocol)) {
		packet->has_ports = true;
		packet->source_port = fields->source_port;
		packet->destination_port = fields->destination_port;
	}
	if (fields->protocol == IP_TCP)
		packet->tcp_flags = fields->has_flags ? fields->tcp_flags : PACKET_SYN;
	if (counts_by_type(fields)) {
		packet->icmp_type = fields->icmp_type;
		packet->icmp_code = fields->icmp_code;
	}
	packet_classify(packet);
}

enum reading_status packet_of_fields(const struct packet_fields *fields, struct packet *packet, enum reading_reason *reason)
{
	size_t address_len = fields->version == 4 ? 4 : 16;

	if (!is_complete(fields)) {
		*reason = READING_NO_PORT;
		return READING_BAD;
	}
	*packet = (struct packet){
		.version = (uint8_t)fields->version,
		.protocol = fields->protocol,
		.is_fragment = fields->is_fragment || fields->is_later_fragment,
		.link_broadcast = fields->link_broadcast,
	};
	memcpy(packet->source, fields->source, address_len);
	memcpy(packet->destination, fields->destination, address_len);
	if (fields->is_later_fragment)
		packet_classify_other(packet);
	else
		fill_transport(fields, packet);
	return READING_PACKET;
}
