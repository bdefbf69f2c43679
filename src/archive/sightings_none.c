/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Built without SQLite: nothing is recorded, and whoever asks is told why. */
#include "archive/sightings.h"

bool sightings_are_supported(void)
{
#ifdef HAVE_SQLITE3
	return true;
#else
	return false;
#endif
}

#ifndef HAVE_SQLITE3

#include <errno.h>
#include <stdlib.h>

static int none(struct failure *why)
{
	return fail(why, ENOTSUP, "built without SQLite, so there are no sightings");
}

int sightings_open(const char *path, uint64_t max_bytes, struct sightings **sightings, struct failure *why)
{
	return none(why);
}

void sightings_close(struct sightings *sightings)
{
}

int sightings_add(struct sightings *sightings, unsigned count, const struct sighting_step *steps, struct failure *why)
{
	return none(why);
}

int64_t sightings_last(const struct sightings *sightings)
{
	return 0;
}

int sightings_open_read(const char *path, struct sightings **sightings, struct failure *why)
{
	return none(why);
}

int sightings_walk(struct sightings *sightings, int64_t start_s, int64_t end_s, unsigned series, sightings_visit *visit, void *arg,
                   struct failure *why)
{
	return none(why);
}

int sightings_coverage(struct sightings *sightings, int64_t start_s, int64_t end_s, struct sightings_coverage *coverage,
                       struct failure *why)
{
	return none(why);
}

void sightings_coverage_fini(struct sightings_coverage *coverage)
{
}

int sightings_facts(struct sightings *sightings, struct sightings_facts *facts, struct failure *why)
{
	return none(why);
}

#endif
