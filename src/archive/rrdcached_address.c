/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "archive/rrdcached.h"
#include "common/escape.h"
#include "common/units.h"

#define DEFAULT_PORT "42217"

const char *rrdcached_choose_address(const char *given)
{
	const char *address = given ? given : getenv("RRDCACHED_ADDRESS");

	return address && address[0] ? address : NULL;
}

static int is_no_address(const char *text, const char *expected, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	return fail(why, EINVAL, "address of an rrdcached: expected %s, not %s", expected, escape_quote(text, quoted));
}

static int parse_unix(const char *text, const char *path, struct rrdcached_address *address, struct failure *why)
{
	size_t len = strlen(path);

	if (path[0] != '/')
		return is_no_address(text, "an absolute path behind unix:", why);
	if (len >= sizeof(((struct sockaddr_un *)0)->sun_path) || len >= sizeof(address->host))
		return is_no_address(text, "the path of a socket, at most 107 bytes", why);
	address->is_unix = true;
	memcpy(address->host, path, len + 1);
	return 0;
}

static int set_port(const char *text, const char *port, struct rrdcached_address *address, struct failure *why)
{
	uint32_t number;

	if (!units_parse_number(port, 1, 65535, &number))
		return is_no_address(text, "a port from 1 to 65535", why);
	snprintf(address->port, sizeof(address->port), "%u", number);
	return 0;
}

/* Only brackets tell the colons of IPv6 from the one before a port. */
static int parse_network(const char *text, struct rrdcached_address *address, struct failure *why)
{
	const char *host = text, *end = strchr(text, ':'), *port = end ? end + 1 : NULL;

	if (text[0] == '[') {
		host = text + 1;
		end = strchr(host, ']');
		if (!end || (end[1] != ':' && end[1] != '\0'))
			return is_no_address(text, "[address]:port", why);
		port = end[1] == ':' ? end + 2 : NULL;
	} else if (port && strchr(port, ':')) {
		return is_no_address(text, "an IPv6 address in brackets, as [2001:db8::1]:42217", why);
	}
	if (!end)
		end = host + strlen(host);
	if (end == host || (size_t)(end - host) >= sizeof(address->host))
		return is_no_address(text, "unix:/path, /path, host, host:port or [address]:port", why);
	memcpy(address->host, host, (size_t)(end - host));
	return set_port(text, port ? port : DEFAULT_PORT, address, why);
}

int rrdcached_parse_address(const char *text, struct rrdcached_address *address, struct failure *why)
{
	*address = (struct rrdcached_address){ 0 };
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return is_no_address(text, "no blanks and no control characters", why);
	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(text, text + 5, address, why);
	return text[0] == '/' ? parse_unix(text, text, address, why) : parse_network(text, address, why);
}
