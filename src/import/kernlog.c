/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The front of a message, a blank behind each word but the prefix:
 *
 *     [UFW BLOCK] IN=eth0 OUT= [PHYSIN=.. PHYSOUT=.. ]MAC=ff:ff:ff:ff:ff:ff:02:00:00:00:00:01:08:00 SRC=..
 *     tryIN=br0 PHYSIN=eth0 OUT=br0 PHYSOUT=eth1 SRC=..                           of old kernels, the prefix glued
 *     MACSRC=02:00:00:00:00:01 MACDST=ff:ff:ff:ff:ff:ff MACPROTO=0800 SRC=..      decoded
 *     policy DROP: OUT=vmbr0 SRC=..                                               of Proxmox, which leaves out what is empty
 *     IN=eth0 OUT= MACSRC=.. MACDST=.. MACPROTO=0806 ARP HTYPE=1 ..               no packet of IP
 *
 * The prefix is free text, and may hold "IN=" or all of a packet, so nothing is looked for from the front on. Behind the prefix all is
 * numeric but the names of interfaces, which hold no blank (the kernel refuses it) and so can't begin a word. The last word that
 * begins with SRC= is therefore the packet's (that of a packet in an ICMP error begins with a bracket). From there the words of the
 * front are known one by one backwards, until IN= has been passed: what is left is the prefix. */
#include "import/kernlog.h"

#include <string.h>

#include "import/envelope.h"
#include "import/kernlog_packet.h"

/* The next place of word, which has a byte that is rare elsewhere, so that most of the text is passed over by memchr. */
static const char *find(const char *at, const char *end, const char *word, size_t word_len, size_t rare)
{
	const char *last = end - (word_len - rare); /* where the rare byte may stand at most */

	if ((size_t)(end - at) < word_len)
		return NULL;
	for (at += rare; at <= last; at++) {
		at = memchr(at, word[rare], (size_t)(last - at) + 1);
		if (!at)
			return NULL;
		if (!memcmp(at - rare, word, word_len))
			return at - rare;
	}
	return NULL;
}

#define FIND(at, end, word, rare) find(at, end, word, sizeof(word) - 1, rare)

static inline bool begins(const char *at, const char *end, const char *key, size_t key_len)
{
	return (size_t)(end - at) >= key_len && !memcmp(at, key, key_len);
}

#define BEGINS(at, end, key) begins(at, end, key, sizeof(key) - 1)

/* The first word that begins with SRC=. */
static const char *find_source(const char *message, const char *end)
{
	const char *at = message;

	while ((at = FIND(at, end, "SRC=", 1))) {
		if (at == message || at[-1] == ' ')
			return at;
		at++;
	}
	return NULL;
}

/* Whether a word stands between IN= and the packet. */
static bool is_front(const char *at, const char *end)
{
	switch (*at) {
	case 'M':
		return BEGINS(at, end, "MAC");
	case 'O':
		return BEGINS(at, end, "OUT=");
	case 'P':
		return BEGINS(at, end, "PHYSIN=") || BEGINS(at, end, "PHYSOUT=");
	case 'V':
		return BEGINS(at, end, "VPROTO=") || BEGINS(at, end, "VID=");
	case 'T':
		return BEGINS(at, end, "TUNNEL=");
	default:
		return false;
	}
}

static bool is_broadcast(const char *at, const char *end)
{
	return BEGINS(at, end, "MAC=ff:ff:ff:ff:ff:ff") || BEGINS(at, end, "MACDST=ff:ff:ff:ff:ff:ff");
}

/* IN= in a word that a prefix may be glued to; NULL if it isn't there. */
static const char *find_input(const char *at, const char *end)
{
	const char *found = NULL;

	while ((at = FIND(at, end, "IN=", 2)))
		found = at++;
	return found;
}

/* Goes back from SRC= to where the prefix ends. */
static const char *find_front(const char *message, const char *source, bool *broadcast)
{
	const char *front = source, *end = source, *blank, *at, *input;

	for (;;) {
		while (end > message && end[-1] == ' ')
			end--;
		if (end == message)
			return front;
		blank = memrchr(message, ' ', (size_t)(end - message));
		at = blank ? blank + 1 : message;
		if (!is_front(at, end))
			break;
		*broadcast |= is_broadcast(at, end);
		front = end = at;
	}
	input = find_input(at, end);
	return input ? input : front;
}

/* Whether the front of a message begins at input, where IN= stands: OUT= follows, as far as the text goes. */
static bool is_cut_front(const char *message, const char *input, const char *end)
{
	const char *blank = memchr(input, ' ', (size_t)(end - input));
	size_t left = blank ? (size_t)(end - blank) - 1 : 0;

	if (!left)
		return input == message || input[-1] == ' ';
	return is_front(blank + 1, end) || (left < 4 && !memcmp(blank + 1, "OUT=", left));
}

/* What the kernel logs of other protocols: ARP, and from 5.16 on the front alone of what it does not know. */
static bool is_no_ip(const char *front, const char *end)
{
	const char *type = FIND(front, end, " MACPROTO=", 6);

	if (FIND(front, end, " ARP HTYPE=", 6))
		return true;
	return type && end - type > 14 && memcmp(type + 10, "0800", 4) && memcmp(type + 10, "86dd", 4);
}

/* A message in which no word begins with SRC=: another program's, mostly. */
static enum reading_status judge_without_source(const char *message, const char *end, enum reading_reason *reason)
{
	const char *input = message, *protocol;

	*reason = READING_CUT;
	while ((input = FIND(input, end, "IN=", 2))) {
		if (is_cut_front(message, input, end))
			return is_no_ip(input, end) ? READING_OTHER : READING_BAD;
		input++;
	}
	*reason = READING_NO_ADDRESS;
	protocol = FIND(message, end, "PROTO=", 0);
	if (protocol && (FIND(protocol, end, " DPT=", 2) || FIND(protocol, end, " TYPE=", 2)))
		return READING_BAD; /* its front was lost */
	return READING_OTHER;
}

enum reading_status kernlog_parse_message(const char *message, size_t len, struct reading *out)
{
	const char *end = message + len;
	const char *source = find_source(message, end), *front;
	struct kernlog_packet read;

	out->rule = NULL;
	out->rule_len = 0;
	if (!source)
		return judge_without_source(message, end, &out->reason);
	kernlog_packet_read(source, (size_t)(end - source), &read);
	if (read.source) {
		front = find_front(message, read.source, &read.fields.link_broadcast);
		out->rule = (const uint8_t *)message;
		out->rule_len = (size_t)(front - message);
	}
	return kernlog_packet_finish(&read, &out->packet, &out->reason);
}

static bool is_program(const struct envelope *envelope, const char *name)
{
	return envelope->program_len == strlen(name) && !memcmp(envelope->program, name, envelope->program_len);
}

static bool is_relay(const struct envelope *envelope)
{
	return is_program(envelope, "kernel") || is_program(envelope, "klogd") || is_program(envelope, "ulogd");
}

/* A program with a number is a process, which may print what strangers tell it: "sshd[1]: Invalid user IN=eth0 ...". */
static bool is_process(const struct envelope *envelope, const char *end)
{
	const char *behind = envelope->program + envelope->program_len;

	return behind < end && *behind == '[';
}

enum reading_status kernlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct envelope envelope;
	enum reading_status status;

	envelope_parse(line, len, &envelope);
	out->stamp = envelope.stamp;
	if (envelope.program && !is_relay(&envelope)) {
		if (is_process(&envelope, line + len))
			return READING_OTHER;
		/* "drop: IN=": ulogd2 LOGEMU writes the prefix where others have a program */
		envelope.message = envelope.program;
		envelope.message_len = (size_t)(line + len - envelope.program);
	}
	status = kernlog_parse_message(envelope.message, envelope.message_len, out);
	if (status == READING_PACKET && out->stamp.kind == STAMP_NONE) {
		out->reason = READING_NO_TIME;
		return READING_BAD;
	}
	return status;
}
