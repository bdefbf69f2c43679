/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/lists.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "common/escape.h"
#include "common/units.h"

#define WORD 64

/* Copies the next of comma-separated words, cut if it is longer than anything that has a meaning; false after the last. */
static bool next_word(const char **at, char word[WORD])
{
	size_t len = strcspn(*at, ",");

	if (**at == '\0')
		return false;
	snprintf(word, WORD, "%.*s", len < WORD ? (int)len : WORD - 1, *at);
	*at += len + ((*at)[len] == ',');
	return true;
}

static bool parse_port(const char *word, uint32_t *port)
{
	const struct servent *service;

	if (units_parse_number(word, 0, 65535, port))
		return true;
	service = getservbyname(word, "tcp");
	if (!service)
		service = getservbyname(word, "udp");
	if (!service)
		service = getservbyname(word, NULL);
	if (service)
		*port = ntohs((uint16_t)service->s_port);
	return service != NULL;
}

/* A port, or two with a dash between; names have dashes too. */
static bool parse_range(char *word, uint32_t *lo, uint32_t *hi)
{
	if (parse_port(word, lo)) {
		*hi = *lo;
		return true;
	}
	for (char *dash = strchr(word, '-'); dash; dash = strchr(dash + 1, '-')) {
		bool right;

		*dash = '\0';
		right = parse_port(word, lo) && parse_port(dash + 1, hi);
		*dash = '-';
		if (right)
			return *lo <= *hi;
	}
	return false;
}

static int wrong_ports(const char *text, const char *word, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (word[strspn(word, "0123456789-")] == '\0')
		return fail(why, EINVAL, "expected ports from 0 to 65535 as 22,80,1024-2047, not %s", escape_quote(text, quoted));
	return fail(why, EINVAL, "expected ports as 22,80,1024-2047 or names of services as ssh,http; no such service is known here: %s",
	            escape_quote(word, quoted));
}

int lists_parse_ports(const char *text, struct portlist *ports, struct failure *why)
{
	char word[WORD];

	for (const char *at = text; next_word(&at, word);) {
		uint32_t lo, hi;

		if (!parse_range(word, &lo, &hi))
			return wrong_ports(text, word, why);
		if (ports->count == PORTLIST_RANGES)
			return fail(why, EINVAL, "expected at most %d ranges of ports", PORTLIST_RANGES);
		ports->range[ports->count].lo = (uint16_t)lo;
		ports->range[ports->count++].hi = (uint16_t)hi;
	}
	return ports->count ? 0 : fail(why, EINVAL, "expected ports as 22,80,1024-2047");
}

/* "tcp4, udp6 or icmp4" of a set. */
static void name_allowed(unsigned allowed, char *out, size_t size)
{
	unsigned left = (unsigned)__builtin_popcount(allowed);

	*out = '\0';
	for (unsigned s = 0; s < SERIES_COUNT; s++)
		if (allowed >> s & 1) {
			size_t used = strlen(out);

			left--;
			snprintf(out + used, size - used, "%s%s", series_name((enum series)s), left > 1 ? " " : left ? " or " : "");
		}
}

int lists_parse_series(const char *text, unsigned allowed, unsigned *series, struct failure *why)
{
	char word[WORD], quoted[ESCAPE_QUOTED], names[WORD * 2];
	enum series one;

	for (const char *at = text; next_word(&at, word);) {
		if (!series_by_name(word, &one) || !(allowed >> one & 1)) {
			name_allowed(allowed, names, sizeof(names));
			return fail(why, EINVAL, "expected %s, not %s", names, escape_quote(word, quoted));
		}
		*series |= 1u << one;
	}
	return *series ? 0 : fail(why, EINVAL, "expected names of series, as tcp4,udp6");
}

int lists_parse_classes(const char *text, unsigned *classes, struct failure *why)
{
	char word[WORD], quoted[ESCAPE_QUOTED];
	enum packet_class one;

	for (const char *at = text; next_word(&at, word);) {
		if (!class_by_name(word, &one))
			return fail(why, EINVAL, "expected probe, backscatter or late, not %s", escape_quote(word, quoted));
		*classes |= 1u << one;
	}
	return *classes ? 0 : fail(why, EINVAL, "expected names of classes, as probe,late");
}

int lists_parse_nets(const char *text, struct netset *nets, struct failure *why)
{
	char word[WORD], quoted[ESCAPE_QUOTED];
	struct netset_net net;

	for (const char *at = text; next_word(&at, word);) {
		if (netset_parse(word, &net, NULL))
			return fail(why, EINVAL, "expected addresses or networks as 192.0.2.7,2001:db8::/32, not %s",
			            escape_quote(word, quoted));
		if (netset_add(nets, &net))
			return fail_errno(why, ENOMEM, "%s", escape_quote(word, quoted));
	}
	netset_seal(nets);
	return netset_empty(nets) ? fail(why, EINVAL, "expected addresses or networks as 192.0.2.7,2001:db8::/32") : 0;
}
