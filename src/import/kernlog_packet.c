/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As net/netfilter/nf_log_syslog.c prints a packet, a blank behind each word:
 *
 *     SRC=192.0.2.1 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 [CE ][DF ][MF ][FRAG:185 ][OPT (..) ]PROTO=..
 *     SRC=2001:0db8:.. DST=.. LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 [OPT ( .. ) ][FRAG:1448 [INCOMPLETE ]ID:0000002a ]PROTO=..
 *     PROTO=TCP SPT=1 DPT=2 [SEQ=1 ACK=2 ]WINDOW=3 RES=0x00 [CWR ][ECE ][URG ][ACK ][PSH ][RST ][SYN ][FIN ]URGP=0 [OPT (..) ]
 *     PROTO=UDP SPT=1 DPT=2 LEN=40               also PROTO=UDPLITE
 *     PROTO=ICMP TYPE=3 CODE=1 [SRC=.. .. ]      also PROTO=ICMPv6; in brackets the packet that it answers to
 *     PROTO=AH SPI=0x1                           also PROTO=ESP; as any other protocol PROTO=47
 *     PROTO=TCP INCOMPLETE [8 bytes]             the header is not all there
 *     ... [UID=0 GID=0 ]MARK=0x1
 *
 * ulogd2 LOGEMU has no RES, and writes in IPv6 "FRAG: 1448 ID: 2a", of the first fragment too, "INCOMPLETEMARK=0x1" and, of a protocol
 * that it did not find, PROTO=0. Proxmox has neither RES nor URGP, and no blank at the end. ESP in IPv6 has no PROTO: its text ends
 * behind FLOWLBL, or with "OPT ( ESP SPI=0x1 )". */
#include "import/kernlog_packet.h"

#include <string.h>

#include "packet/classify.h"

struct word {
	const char *at;
	size_t len;
	bool last; /* nothing, not even a blank, stands behind it */
};

/* The first four bytes of a word, 0 behind a shorter one. */
#define KEY(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static uint32_t key_of(const struct word *word)
{
	const uint8_t *at = (const uint8_t *)word->at;
	uint32_t key = 0;

	if (word->len >= 4)
		return KEY(at[0], at[1], at[2], at[3]);
	for (size_t i = 0; i < 4; i++)
		key = key << 8 | (i < word->len ? at[i] : 0);
	return key;
}

static bool next_word(const char **at, const char *end, struct word *word)
{
	const char *blank;

	while (*at < end && **at == ' ')
		++*at;
	if (*at == end)
		return false;
	blank = memchr(*at, ' ', (size_t)(end - *at));
	*word = (struct word){ *at, (size_t)((blank ? blank : end) - *at), !blank };
	*at += word->len;
	return true;
}

/* Whether key, of which the switch has seen four bytes, is all there. */
static bool has_key(const struct word *word, const char *key, size_t key_len)
{
	return word->len >= key_len && !memcmp(word->at, key, key_len);
}

#define HAS_KEY(word, key) has_key(word, key, sizeof(key) - 1)

static void fault(struct kernlog_packet *out, const struct word *word, enum reading_reason reason)
{
	if (!(out->seen & KERNLOG_FAULT))
		out->fault = word->last ? READING_CUT : reason;
	out->seen |= KERNLOG_FAULT;
}

/* The value behind a key of key_len bytes. Where whole is set a blank must stand behind it. */
static bool read_number(struct kernlog_packet *out, const struct word *word, size_t key_len, uint32_t max, bool whole, uint32_t *number,
			enum reading_reason reason)
{
	if ((!word->last || !whole) && text_number(word->at + key_len, word->len - key_len, max, number))
		return true;
	fault(out, word, reason);
	return false;
}

static void read_source(struct kernlog_packet *out, const struct word *word)
{
	*out = (struct kernlog_packet){ .source = word->at };
	out->fields.version = text_address(word->at + 4, word->len - 4, out->fields.source);
	if (!out->fields.version || word->last)
		fault(out, word, READING_NO_ADDRESS);
}

static void read_destination(struct kernlog_packet *out, const struct word *word)
{
	unsigned version = text_address(word->at + 4, word->len - 4, out->fields.destination);

	if (version != out->fields.version || word->last)
		fault(out, word, READING_NO_ADDRESS);
	out->seen |= KERNLOG_DESTINATION;
}

static void read_protocol(struct kernlog_packet *out, const struct word *word)
{
	int protocol = HAS_KEY(word, "PROTO=") ? text_protocol(word->at + 6, word->len - 6) : -1;

	if (protocol < 0 || (protocol == IP_HOPOPTS && out->fields.version == 6))
		fault(out, word, READING_NO_PROTOCOL);
	else if (word->last && out->fields.version == 6 && protocol == IP_ICMP)
		fault(out, word, READING_CUT); /* the kernel writes 1, and this was ICMPv6 */
	out->fields.protocol = (uint8_t)protocol;
	out->seen |= KERNLOG_PROTOCOL;
}

static void read_offset(struct kernlog_packet *out, const struct word *word, size_t key_len)
{
	uint32_t offset;

	if (read_number(out, word, key_len, UINT16_MAX, true, &offset, READING_SYNTAX))
		out->fields.is_later_fragment |= offset != 0;
	out->seen &= ~(unsigned)KERNLOG_FRAGMENT;
}

static void read_fragment(struct kernlog_packet *out, const struct word *word)
{
	if (HAS_KEY(word, "FRAG:TRUNCATED"))
		out->seen |= KERNLOG_TRUNCATED;
	else if (!HAS_KEY(word, "FRAG:"))
		fault(out, word, READING_SYNTAX);
	else if (word->len > 5)
		read_offset(out, word, 5);
	else {
		out->fields.is_fragment = true;
		out->seen |= KERNLOG_FRAGMENT;
	}
}

static void read_source_port(struct kernlog_packet *out, const struct word *word)
{
	uint32_t port;

	if (read_number(out, word, 4, UINT16_MAX, true, &port, READING_SYNTAX))
		out->fields.source_port = (uint16_t)port;
}

static void read_port(struct kernlog_packet *out, const struct word *word)
{
	uint32_t port;

	if (!read_number(out, word, 4, UINT16_MAX, true, &port, READING_NO_PORT))
		return;
	out->fields.destination_port = (uint16_t)port;
	out->fields.has_ports = true;
}

static void read_type(struct kernlog_packet *out, const struct word *word)
{
	uint32_t type;

	if (!HAS_KEY(word, "TYPE="))
		fault(out, word, READING_NO_PORT);
	else if (read_number(out, word, 5, UINT8_MAX, true, &type, READING_NO_PORT))
		out->fields.icmp_type = (uint8_t)type;
}

static void read_code(struct kernlog_packet *out, const struct word *word)
{
	uint32_t code;

	if (!HAS_KEY(word, "CODE="))
		fault(out, word, READING_SYNTAX);
	else if (read_number(out, word, 5, UINT8_MAX, false, &code, READING_SYNTAX)) {
		out->fields.icmp_code = (uint8_t)code;
		out->fields.has_icmp = true;
	}
}

/* An ACK before WINDOW, or an URG, that ends the line is what is left of the number ACK=1 or of URGP=0. */
static void read_flag(struct kernlog_packet *out, const struct word *word, uint8_t flag)
{
	if (word->last && (flag == PACKET_URG || !(out->seen & KERNLOG_WINDOW))) {
		out->seen |= KERNLOG_TORN;
	} else {
		out->fields.tcp_flags |= flag;
		out->seen |= KERNLOG_FLAG;
	}
}

static void read_urgent(struct kernlog_packet *out, const struct word *word)
{
	if (HAS_KEY(word, "URGP="))
		out->seen |= KERNLOG_URGP;
	else if (word->last)
		out->seen |= KERNLOG_TORN;
}

/* Words that stand behind all of TCP's if there are any; the first LEN is IP's. */
static void read_behind(struct kernlog_packet *out)
{
	if (out->seen & KERNLOG_PROTOCOL)
		out->seen |= KERNLOG_BEHIND;
}

/* INCOMPLETE of IPv6's fragment header means that more follow, all others that a header is cut short. */
static void read_incomplete(struct kernlog_packet *out)
{
	if (out->seen & KERNLOG_PROTOCOL)
		out->seen |= KERNLOG_TRUNCATED;
	else
		out->fields.is_fragment = true;
}

/* The front of another message: what was read stood in its prefix. */
static void read_front(struct kernlog_packet *out)
{
	*out = (struct kernlog_packet){ .source = NULL };
}

static void read_other(struct kernlog_packet *out, const struct word *word)
{
	if (HAS_KEY(word, "IN="))
		read_front(out);
	else if (out->seen & KERNLOG_FRAGMENT)
		read_offset(out, word, 0);
	else if (word->last)
		out->seen |= KERNLOG_TORN;
}

/* Flags of TCP, and the short words of IP. */
static void read_short(struct kernlog_packet *out, const struct word *word, uint32_t key)
{
	switch (key) {
	case KEY('S', 'Y', 'N', 0):
		read_flag(out, word, PACKET_SYN);
		break;
	case KEY('A', 'C', 'K', 0):
		read_flag(out, word, PACKET_ACK);
		break;
	case KEY('P', 'S', 'H', 0):
		read_flag(out, word, PACKET_PSH);
		break;
	case KEY('R', 'S', 'T', 0):
		read_flag(out, word, PACKET_RST);
		break;
	case KEY('F', 'I', 'N', 0):
		read_flag(out, word, PACKET_FIN);
		break;
	case KEY('U', 'R', 'G', 0):
		read_flag(out, word, PACKET_URG);
		break;
	case KEY('E', 'C', 'E', 0):
		read_flag(out, word, 0x40);
		break;
	case KEY('C', 'W', 'R', 0):
		read_flag(out, word, 0x80);
		break;
	case KEY('M', 'F', 0, 0):
		out->fields.is_fragment = true;
		break;
	case KEY('E', 'S', 'P', 0):
		out->seen |= KERNLOG_ESP;
		break;
	default:
		read_other(out, word);
	}
}

static void read_word(struct kernlog_packet *out, const struct word *word, uint32_t key)
{
	switch (key) {
	case KEY('D', 'S', 'T', '='):
		read_destination(out, word);
		break;
	case KEY('P', 'R', 'O', 'T'):
		read_protocol(out, word);
		break;
	case KEY('S', 'P', 'T', '='):
		read_source_port(out, word);
		break;
	case KEY('D', 'P', 'T', '='):
		read_port(out, word);
		break;
	case KEY('T', 'Y', 'P', 'E'):
		read_type(out, word);
		break;
	case KEY('C', 'O', 'D', 'E'):
		read_code(out, word);
		break;
	case KEY('F', 'R', 'A', 'G'):
		read_fragment(out, word);
		break;
	case KEY('S', 'E', 'Q', '='):
	case KEY('A', 'C', 'K', '='):
		out->seen |= KERNLOG_TCP;
		break;
	case KEY('W', 'I', 'N', 'D'):
		out->seen |= KERNLOG_TCP | KERNLOG_WINDOW;
		break;
	case KEY('R', 'E', 'S', '='):
		out->seen |= KERNLOG_TCP | KERNLOG_RES;
		break;
	case KEY('U', 'R', 'G', 'P'):
		read_urgent(out, word);
		break;
	case KEY('L', 'E', 'N', '='):
	case KEY('M', 'A', 'R', 'K'):
	case KEY('U', 'I', 'D', '='):
		read_behind(out);
		break;
	case KEY('I', 'N', 'C', 'O'):
		read_incomplete(out);
		break;
	case KEY('T', 'R', 'U', 'N'):
		out->seen |= KERNLOG_TRUNCATED;
		break;
	case KEY('O', 'U', 'T', '='):
		read_front(out);
		break;
	case KEY('[', 'S', 'R', 'C'):
		out->seen |= KERNLOG_NESTED;
		break;
	default:
		read_short(out, word, key);
	}
}

/* Within brackets nothing counts but their end, and what no packet has there. */
static void skip_nested(struct kernlog_packet *out, const struct word *word, uint32_t key)
{
	if (key == KEY(']', 0, 0, 0))
		out->seen &= ~(unsigned)KERNLOG_NESTED;
	else if (key == KEY('O', 'U', 'T', '=') || HAS_KEY(word, "IN="))
		read_front(out);
}

void kernlog_packet_read(const char *text, size_t len, struct kernlog_packet *out)
{
	const char *end = text + len;
	struct word word = { .len = 0 };
	uint32_t key = 0;

	read_front(out);
	while (next_word(&text, end, &word)) {
		key = key_of(&word);
		if (key == KEY('S', 'R', 'C', '='))
			read_source(out, &word);
		else if (out->seen & KERNLOG_NESTED)
			skip_nested(out, &word, key);
		else
			read_word(out, &word, key);
	}
	if (key == KEY('F', 'L', 'O', 'W') && !word.last)
		out->seen |= KERNLOG_ESP;
}
