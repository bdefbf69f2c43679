/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/watchlist.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "common/token.h"
#include "common/units.h"

#define EXPECTED "expected ports as tcp/3389 or udp/5060"

static bool parse(const char *token, struct watchlist_port *port)
{
	uint32_t number;

	if (strncmp(token, "tcp/", 4) == 0)
		port->protocol = 6;
	else if (strncmp(token, "udp/", 4) == 0)
		port->protocol = 17;
	else
		return false;
	if (!units_parse_number(token + 4, 0, UINT16_MAX, &number))
		return false;
	port->port = (uint16_t)number;
	return true;
}

static int add(struct watchlist *list, unsigned known, const struct watchlist_port *port, const char *token, struct failure *why)
{
	for (unsigned i = 0; i < list->count; i++) {
		if (list->port[i].protocol != port->protocol || list->port[i].port != port->port)
			continue;
		return i < known ? 0 : fail(why, EINVAL, "%s is there already, expected each port once", token);
	}
	if (list->count == SLOT_WATCHED)
		return fail(why, EINVAL, "expected at most %d ports", SLOT_WATCHED);
	list->port[list->count++] = *port;
	return 0;
}

int watchlist_add(struct watchlist *list, unsigned known, const char *text, struct failure *why)
{
	char token[ESCAPE_QUOTED], quoted[ESCAPE_QUOTED];
	struct watchlist_port port;
	bool any = false;
	int err = 0;

	for (; !err && token_next(&text, token); any = true)
		err = parse(token, &port) ? add(list, known, &port, token, why) :
		                            fail(why, EINVAL, EXPECTED ", not %s", escape_quote(token, quoted));
	return any ? err : fail(why, EINVAL, EXPECTED);
}
