/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/services.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "common/escape.h"

#define NAME 20 /* IANA's have 15 letters at most (RFC 6335, 5.1) */
#define PORTS 65536

/* Hundreds of ports have a name, not thousands. */
struct services {
	uint16_t index[PORTS]; /* of a port's name, from 1; 0: none */
	unsigned count;
	unsigned room;
	char (*name)[NAME];
};

static int take(struct services *services, const struct servent *service)
{
	unsigned port = ntohs((uint16_t)service->s_port), index = services->index[port];
	bool is_tcp = strcmp(service->s_proto, "tcp") == 0;

	if (index && !is_tcp)
		return 0;
	if (!index && services->count == UINT16_MAX)
		return 0;
	if (!index && services->count == services->room) {
		unsigned room = services->room ? services->room * 2 : 512;
		char(*name)[NAME] = realloc(services->name, room * sizeof(*name));

		if (!name)
			return -ENOMEM;
		services->name = name;
		services->room = room;
	}
	if (!index)
		index = services->index[port] = (uint16_t)++services->count;
	escape_bytes(service->s_name, strlen(service->s_name), services->name[index - 1], NAME);
	return 0;
}

int services_load(struct services **out, struct failure *why)
{
	struct services *services = calloc(1, sizeof(*services));
	const struct servent *service;
	int err = services ? 0 : -ENOMEM;

	setservent(1);
	while (!err && (service = getservent()) != NULL)
		err = take(services, service);
	endservent();
	if (err) {
		services_free(services);
		return fail(why, ENOMEM, "no memory for the names of services");
	}
	*out = services;
	return 0;
}

void services_free(struct services *services)
{
	if (services)
		free(services->name);
	free(services);
}

const char *services_name(const struct services *services, unsigned port)
{
	unsigned index = port < PORTS ? services->index[port] : 0;

	return index && services->name[index - 1][0] ? services->name[index - 1] : NULL;
}

static const char *name_of(const void *context, unsigned port)
{
	return services_name(context, port);
}

struct axis_naming services_naming(const struct services *services)
{
	return (struct axis_naming){ name_of, services };
}
