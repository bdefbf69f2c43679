/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/mikrotik.h"

#include <string.h>

#include "import/envelope.h"
#include "import/packet_text.h"
#include "import/span.h"
#include "import/tcp_flags.h"
#include "packet/classify.h"

/* "CHAIN: in:" cut in three. */
struct parts {
	struct span before; /* prefix and chain, without the colon */
	struct span proto;  /* from behind "proto " on */
};

static enum reading_status bad(struct reading *out, enum reading_reason reason)
{
	out->reason = reason;
	return READING_BAD;
}

/* The first place of a word that stands at the front or behind a blank; its length if there is none. */
static size_t find_first(struct span s, const char *word)
{
	for (size_t i = 0; i < s.len; i++)
		if ((!i || s.at[i - 1] == ' ') && span_begins(span_tail(s, i), word))
			return i;
	return s.len;
}

/* The last one: names of interfaces stand before it, and a PPPoE user may have chosen his. */
static size_t find_last(struct span s, const char *word)
{
	for (size_t i = s.len; i--;)
		if ((!i || s.at[i - 1] == ' ') && span_begins(span_tail(s, i), word))
			return i;
	return s.len;
}

/* False if this is no line of the firewall. One that ends before its protocol is one only if it has topics. */
static bool split(struct span message, struct parts *parts)
{
	size_t in = find_first(message, "in:"), proto = find_last(message, "proto ");

	if (in == message.len || find_first(span_tail(message, in), "out:") == message.len - in)
		return false;
	if ((proto == message.len || proto < in) && find_first(message, "firewall,") > in)
		return false;
	parts->before = span_trim(span_head(message, in));
	if (parts->before.len && parts->before.at[parts->before.len - 1] == ':')
		parts->before.len--;
	parts->proto = span_tail(message, proto < in || proto == message.len ? message.len : proto + 6);
	return true;
}

/* Off the front of *rest: what stands before its next ", " outside of parentheses. */
static struct span next_part(struct span *rest)
{
	size_t n = 0;
	bool within = false;
	struct span part;

	for (; n < rest->len; n++) {
		if (rest->at[n] == '(' || rest->at[n] == ')')
			within = rest->at[n] == '(';
		else if (rest->at[n] == ',' && !within)
			break;
	}
	part = span_head(*rest, n);
	*rest = span_tail(*rest, n < rest->len ? n + 1 : n);
	return span_trim(part);
}

static void read_icmp(struct span detail, struct packet_fields *fields)
{
	struct span type = span_trim(span_next(&detail, ',')), code = span_trim(detail);
	uint32_t number;

	if (!span_begins(type, "type ") || !text_number(type.at + 5, type.len - 5, 255, &number))
		return;
	fields->has_icmp = true;
	fields->icmp_type = (uint8_t)number;
	if (span_begins(code, "code ") && text_number(code.at + 5, code.len - 5, 255, &number))
		fields->icmp_code = (uint8_t)number;
}

/* "TCP (SYN,ACK)", "ICMP (type 8, code 0)", "UDP", "47". */
static bool read_protocol(struct span text, struct packet_fields *fields)
{
	size_t open = span_find(text, '(');
	struct span name = span_trim(span_head(text, open)), detail = span_tail(text, open);
	int protocol = text_protocol(name.at, name.len);

	if (protocol < 0)
		return false;
	fields->protocol = (uint8_t)protocol;
	if (!detail.len)
		return true;
	detail = span_tail(detail, 1);
	detail = span_head(detail, span_find(detail, ')'));
	if (protocol == IP_TCP)
		fields->has_flags = text_tcp_flags(detail.at, detail.len, &fields->tcp_flags);
	else if (protocol == IP_ICMP || protocol == IP_ICMPV6)
		read_icmp(detail, fields);
	return true;
}

/* One end: ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT. Returns the version, 0 if it is none of these. */
static unsigned read_end(struct span text, uint8_t address[16], uint16_t *port, bool *has_port)
{
	unsigned version = text_address(text.at, text.len, address);
	size_t n;

	*has_port = false;
	if (version)
		return version;
	if (span_begins(text, "[")) {
		text = span_tail(text, 1);
		n = span_find(text, ']');
		if (n == text.len)
			return 0;
		version = text_address(text.at, n, address);
		text = span_tail(text, n + 1);
		if (!text.len)
			return version;
		n = 0;
	} else {
		n = span_find(text, ':');
		version = text_address(text.at, n, address);
	}
	*has_port = version && n < text.len && text.at[n] == ':' && text_port(text.at + n + 1, text.len - n - 1, port);
	return *has_port ? version : 0;
}

static bool read_ends(struct span text, struct packet_fields *fields)
{
	size_t arrow = 0;
	bool has_source_port;

	while (arrow < text.len && !span_begins(span_tail(text, arrow), "->"))
		arrow++;
	if (arrow == text.len)
		return false;
	fields->version = read_end(span_head(text, arrow), fields->source, &fields->source_port, &has_source_port);
	return fields->version &&
	       read_end(span_tail(text, arrow + 2), fields->destination, &fields->destination_port, &fields->has_ports) == fields->version;
}

/* Fragments are not told, but only they have neither ports nor type. */
static void guess_fragment(struct packet_fields *fields)
{
	bool needs_ports = fields->protocol == IP_TCP || fields->protocol == IP_UDP;
	bool needs_type = fields->protocol == IP_ICMP || fields->protocol == IP_ICMPV6;

	if (fields->version == 6 && fields->protocol == IP_ICMP)
		fields->protocol = IP_ICMPV6;
	fields->is_later_fragment = (needs_ports && !fields->has_ports) || (needs_type && !fields->has_icmp);
	fields->is_fragment = fields->is_later_fragment;
}

static enum reading_status make_packet(struct span rest, struct reading *out)
{
	struct packet_fields fields = { 0 };
	struct span protocol = next_part(&rest), ends = next_part(&rest);

	if (!rest.len) /* at least the length stands behind the addresses */
		return bad(out, READING_CUT);
	if (!read_protocol(protocol, &fields))
		return bad(out, READING_NO_PROTOCOL);
	if (!read_ends(ends, &fields))
		return bad(out, READING_NO_ADDRESS);
	guess_fragment(&fields);
	return packet_of_fields(&fields, &out->packet, &out->reason);
}

/* Newer versions send a prefix twice, the first time as the name of the program: "PREFIX: PREFIX". */
static struct span once(struct span prefix)
{
	size_t half = prefix.len / 2;

	if (prefix.len >= 4 && prefix.len % 2 == 0 && memcmp(prefix.at + half - 1, ": ", 2) == 0 &&
	    memcmp(prefix.at, prefix.at + half + 1, half - 1) == 0)
		return span_head(prefix, half - 1);
	return prefix;
}

/* Behind the topics, if it has any ("firewall,info"). */
static struct span without_topics(struct span s)
{
	size_t topics = find_first(s, "firewall,");
	size_t n;

	if (topics == s.len)
		return s;
	s = span_tail(s, topics);
	n = span_find(s, ' ');
	return span_trim(span_tail(s, n));
}

/* Cuts prefix and chain. What the envelope took for a program may be either. */
static void read_rule(struct span before, const struct envelope *envelope, struct span *rule, struct span *chain)
{
	size_t blank;

	before = without_topics(before);
	if (!before.len && envelope->program)
		before = span_of(envelope->program, envelope->program_len);
	for (blank = before.len; blank && before.at[blank - 1] != ' '; blank--)
		continue;
	*chain = span_tail(before, blank);
	*rule = once(span_trim(span_head(before, blank)));
	if (!rule->len)
		*rule = *chain;
}

static size_t append(char *text, size_t n, struct span part)
{
	memcpy(text + n, part.at, part.len);
	text[n + part.len] = ' ';
	return n + part.len + 1;
}

/* "mar/17/2024 06:25:01" and "mar/17 06:25:01" at the front, as /log print had them before version 7.10: put as a syslog would. */
static void read_print_time(const char *line, size_t len, struct stamp *stamp)
{
	struct span rest = span_of(line, len), date = span_next(&rest, ' ');
	struct span month = span_next(&date, '/'), day = span_next(&date, '/'), year = date;
	char text[32];
	size_t n;

	if (month.len != 3 || !day.len || day.len > 2 || (year.len && year.len != 4) || rest.len < 8)
		return;
	n = append(text, 0, month);
	n = append(text, n, day);
	if (year.len)
		n = append(text, n, year);
	n = append(text, n, span_head(rest, 8)) - 1;
	if (envelope_time(text, n, stamp) != n)
		*stamp = (struct stamp){ 0 };
}

enum reading_status mikrotik_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct envelope envelope;
	struct parts parts;
	struct span rule, chain;

	(void)state;
	*out = (struct reading){ 0 };
	envelope_parse(line, len, &envelope);
	if (!split(span_of(envelope.message, envelope.message_len), &parts))
		return READING_OTHER;
	read_rule(parts.before, &envelope, &rule, &chain);
	if (span_is(chain, "srcnat") || span_is(chain, "dstnat"))
		return READING_OTHER;
	out->stamp = envelope.stamp;
	if (out->stamp.kind == STAMP_NONE)
		read_print_time(line, len, &out->stamp);
	if (out->stamp.kind == STAMP_NONE)
		return bad(out, READING_NO_TIME);
	out->rule = (const uint8_t *)rule.at;
	out->rule_len = rule.len;
	return make_packet(parts.proto, out);
}
