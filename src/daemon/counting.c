/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/counting.h"

#include <stdlib.h>

struct counting *counting_new(struct settings *settings, const struct schema *schema, uint64_t source_key, const unsigned *ds_index)
{
	struct counting *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->rules.portbin = schema->portbin;
	c->rules.bins = portbin_count(&schema->portbin);
	c->rules.classes_by_port = settings->classes_by_port;
	c->rules.source_key = source_key;
	for (unsigned i = 0; ds_index && i < settings->watch.count; i++)
		watchset_add(&c->watch, settings->watch.port[i].protocol, settings->watch.port[i].port, ds_index[i]);
	if (c->watch.count)
		c->rules.watch = &c->watch;
	if (!ignore_empty(settings->ignore)) {
		c->ignore = settings->ignore;
		settings->ignore = NULL;
	}
	return c;
}

void counting_free(struct counting *c)
{
	if (!c)
		return;
	ignore_free(c->ignore);
	free(c);
}
