/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that the system has for ports (services(5)). */
#ifndef TOOL_SERVICES_H
#define TOOL_SERVICES_H

#include "common/fail.h"
#include "plot/axis.h"

struct services;

/* Reads them all, TCP's name where a port has two. Names come from a file that people edit: they are escaped and cut short.
 * Without any it is empty. 0, or -ENOMEM with *why; services_free() takes NULL. */
int services_load(struct services **services, struct failure *why);
void services_free(struct services *services);

/* NULL for a port without a name. Borrowed. */
const char *services_name(const struct services *services, unsigned port);

/* For an axis; it borrows the services. */
struct axis_naming services_naming(const struct services *services);

#endif
