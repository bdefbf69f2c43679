/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/filterlog_icmp.h"

struct word {
	const char *text;
	uint8_t type, code; /* of a table of codes: which type it belongs to */
};

/* pfSense, IPv4 alone. The length of the packet follows without a comma in places ("source quench64"), so these are beginnings. */
static const struct word pfsense[] = {
	{ "request", 8, 0 }, { "reply", 0, 0 }, { "unreachproto", 3, 2 }, { "unreachport", 3, 3 }, { "unreach", 3, 0 },
	{ "needfrag", 3, 4 }, { "redirect", 5, 0 }, { "routeradv", 9, 0 }, { "timexceed", 11, 0 }, { "paramprob", 12, 0 },
	{ "maskreply", 18, 0 }, { "tstampreply", 14, 0 }, { "tstamp", 13, 0 }, { "echo reply", 0, 0 }, { "echo request", 8, 0 },
	{ "source quench", 4, 0 }, { "router solicitation", 10, 0 }, { "information request", 15, 0 },
	{ "information reply", 16, 0 }, { "address mask request", 17, 0 }, { NULL, 0, 0 },
};

/* pf.conf(5), icmp-type and icmp-code. */
static const struct word types4[] = {
	{ "echorep", 0, 0 }, { "unreach", 3, 0 }, { "squench", 4, 0 }, { "redir", 5, 0 }, { "althost", 6, 0 },
	{ "echoreq", 8, 0 }, { "routeradv", 9, 0 }, { "routersol", 10, 0 }, { "timex", 11, 0 }, { "paramprob", 12, 0 },
	{ "timereq", 13, 0 }, { "timerep", 14, 0 }, { "inforeq", 15, 0 }, { "inforep", 16, 0 }, { "maskreq", 17, 0 },
	{ "maskrep", 18, 0 }, { "trace", 30, 0 }, { "dataconv", 31, 0 }, { "mobredir", 32, 0 }, { "ipv6-where", 33, 0 },
	{ "ipv6-here", 34, 0 }, { "mobregreq", 35, 0 }, { "mobregrep", 36, 0 }, { "skip", 39, 0 }, { "photuris", 40, 0 },
	{ NULL, 0, 0 },
};
static const struct word codes4[] = {
	{ "net-unr", 3, 0 }, { "host-unr", 3, 1 }, { "proto-unr", 3, 2 }, { "port-unr", 3, 3 }, { "needfrag", 3, 4 },
	{ "srcfail", 3, 5 }, { "net-unk", 3, 6 }, { "host-unk", 3, 7 }, { "isolate", 3, 8 }, { "net-prohib", 3, 9 },
	{ "host-prohib", 3, 10 }, { "net-tos", 3, 11 }, { "host-tos", 3, 12 }, { "filter-prohib", 3, 13 },
	{ "host-preced", 3, 14 }, { "cutoff-preced", 3, 15 }, { "redir-net", 5, 0 }, { "redir-host", 5, 1 },
	{ "redir-tos-net", 5, 2 }, { "redir-tos-host", 5, 3 }, { "normal-adv", 9, 0 }, { "common-adv", 9, 16 },
	{ "transit", 11, 0 }, { "reassemb", 11, 1 }, { "badhead", 12, 0 }, { "optmiss", 12, 1 }, { "badlen", 12, 2 },
	{ "unknown-ind", 40, 1 }, { "auth-fail", 40, 2 }, { "decrypt-fail", 40, 3 }, { NULL, 0, 0 },
};

/* pf.conf(5), icmp6-type and icmp6-code; where a type has several names, all. */
static const struct word types6[] = {
	{ "unreach", 1, 0 }, { "toobig", 2, 0 }, { "timex", 3, 0 }, { "paramprob", 4, 0 }, { "echoreq", 128, 0 },
	{ "echorep", 129, 0 }, { "groupqry", 130, 0 }, { "listqry", 130, 0 }, { "grouprep", 131, 0 }, { "listenrep", 131, 0 },
	{ "groupterm", 132, 0 }, { "listendone", 132, 0 }, { "routersol", 133, 0 }, { "routeradv", 134, 0 },
	{ "neighbrsol", 135, 0 }, { "neighbradv", 136, 0 }, { "redir", 137, 0 }, { "routrrenum", 138, 0 }, { "wrureq", 139, 0 },
	{ "fqdnreq", 139, 0 }, { "niqry", 139, 0 }, { "wrurep", 140, 0 }, { "fqdnrep", 140, 0 }, { "nirep", 140, 0 },
	{ "mtraceresp", 200, 0 }, { "mtrace", 201, 0 }, { NULL, 0, 0 },
};
static const struct word codes6[] = {
	{ "noroute-unr", 1, 0 }, { "admin-unr", 1, 1 }, { "beyond-unr", 1, 2 }, { "notnbr-unr", 1, 2 }, { "addr-unr", 1, 3 },
	{ "port-unr", 1, 4 }, { "transit", 3, 0 }, { "reassemb", 3, 1 }, { "badhead", 4, 0 }, { "nxthdr", 4, 1 },
	{ "redironlink", 137, 0 }, { "redirrouter", 137, 1 }, { NULL, 0, 0 },
};

static bool read_byte(struct span text, uint8_t *byte)
{
	uint32_t number;

	if (span_begins(text, "unknown(") && text.at[text.len - 1] == ')')
		text = span_of(text.at + 8, text.len - 9);
	if (!text_number(text.at, text.len, 255, &number))
		return false;
	*byte = (uint8_t)number;
	return true;
}

static bool read_type(struct span text, const struct word *words, uint8_t *type)
{
	for (; words->text; words++)
		if (span_is(text, words->text)) {
			*type = words->type;
			return true;
		}
	return read_byte(text, type);
}

static uint8_t read_code(struct span text, const struct word *words, uint8_t type)
{
	uint8_t code = 0;

	for (; words->text; words++)
		if (words->type == type && span_is(text, words->text))
			return words->code;
	return read_byte(text, &code) ? code : 0;
}

/* "Needfrag,ADDRESS need to frag" and the like tell no more than the first word. */
static bool read_pfsense(struct span text, struct packet_fields *fields)
{
	for (const struct word *word = pfsense; word->text; word++)
		if (span_begins(text, word->text)) {
			fields->icmp_type = word->type;
			fields->icmp_code = word->code;
			return true;
		}
	return false;
}

void filterlog_read_icmp(struct span rest, struct packet_fields *fields)
{
	bool is_v4 = fields->version == 4;
	struct span type = span_next(&rest, ',');

	if (span_begins(type, "datalength="))
		type = span_next(&rest, ',');
	else if (is_v4 && read_pfsense(type, fields)) {
		fields->has_icmp = true;
		return;
	}
	fields->has_icmp = read_type(type, is_v4 ? types4 : types6, &fields->icmp_type);
	if (fields->has_icmp)
		fields->icmp_code = read_code(span_next(&rest, ','), is_v4 ? codes4 : codes6, fields->icmp_type);
}
