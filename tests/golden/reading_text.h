/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reading as one line of text, for the golden files of formats and for unit tests:
 *
 *     packet yearless 951800000000000 tcp4 probe 192.0.2.1:40000 > 198.51.100.2:22 tcp 0x02 fragment broadcast "[UFW BLOCK] "
 *     packet absolute 1710653101123456 icmp6 backscatter 2001:db8::1 > 2001:db8::2 type 3 code 1 ""
 *     packet uptime 12345678901 other4 probe 192.0.2.1 > 198.51.100.2 protocol 47 ""
 *     other
 *     bad: ends in the middle
 */
#ifndef TESTS_GOLDEN_READING_TEXT_H
#define TESTS_GOLDEN_READING_TEXT_H

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "import/reading.h"

struct reading_text {
	char text[2048];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static inline void reading_add(struct reading_text *out, const char *format, ...)
{
	va_list args;
	int written;

	va_start(args, format);
	written = vsnprintf(out->text + out->len, sizeof(out->text) - out->len, format, args);
	va_end(args);
	if (written > 0)
		out->len += (size_t)written;
	if (out->len >= sizeof(out->text))
		out->len = sizeof(out->text) - 1;
}

static inline void reading_add_stamp(struct reading_text *out, const struct stamp *stamp)
{
	static const char *const kinds[] = { "none", "absolute", "local", "yearless", "uptime" };

	reading_add(out, "%s %" PRId64 " ", kinds[stamp->kind], stamp->us);
}

static inline void reading_add_end(struct reading_text *out, const struct packet *packet, const uint8_t *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(packet->version == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	reading_add(out, packet->has_ports && packet->version == 6 ? "[%s]" : "%s", text);
	if (packet->has_ports)
		reading_add(out, ":%u", port);
}

static inline void reading_add_packet(struct reading_text *out, const struct packet *packet)
{
	reading_add(out, "%s %s ", series_name((enum series)packet->series), class_name((enum packet_class)packet->class));
	reading_add_end(out, packet, packet->source, packet->source_port);
	reading_add(out, " > ");
	reading_add_end(out, packet, packet->destination, packet->destination_port);
	if (packet->series == SERIES_ICMP4 || packet->series == SERIES_ICMP6)
		reading_add(out, " type %u code %u", packet->icmp_type, packet->icmp_code);
	else if (packet->series == SERIES_TCP4 || packet->series == SERIES_TCP6)
		reading_add(out, " tcp 0x%02x", packet->tcp_flags);
	else
		reading_add(out, " protocol %u", packet->protocol);
	reading_add(out, "%s%s", packet->is_fragment ? " fragment" : "", packet->link_broadcast ? " broadcast" : "");
}

static inline void reading_add_rule(struct reading_text *out, const uint8_t *rule, size_t len)
{
	reading_add(out, " \"");
	for (size_t i = 0; i < len; i++)
		reading_add(out, rule[i] < ' ' || rule[i] > '~' || rule[i] == '"' || rule[i] == '\\' ? "\\x%02x" : "%c", rule[i]);
	reading_add(out, "\"");
}

/* with_stamp: for parsers of lines; those of messages alone set none. */
static inline const char *reading_describe(struct reading_text *out, enum reading_status status, const struct reading *reading,
					   bool with_stamp)
{
	*out = (struct reading_text){ .len = 0 };
	switch (status) {
	case READING_PACKET:
		reading_add(out, "packet ");
		if (with_stamp)
			reading_add_stamp(out, &reading->stamp);
		reading_add_packet(out, &reading->packet);
		reading_add_rule(out, reading->rule, reading->rule_len);
		break;
	case READING_OTHER:
		reading_add(out, "other");
		break;
	case READING_BAD:
		reading_add(out, "bad: %s", reading_reason_text(reading->reason));
		break;
	}
	return out->text;
}

#endif
