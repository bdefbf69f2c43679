/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sightings as text, CSV or JSON on stdout, one after the other as they come. */
#ifndef TOOL_SIGHTWRITER_H
#define TOOL_SIGHTWRITER_H

#include "common/jsonout.h"
#include "tool/cellwriter.h"
#include "tool/evidence.h"
#include "tool/target.h"

struct sightwriter {
	enum cellwriter_format format;
	const struct evidence *evidence;
	struct jsonout json;
	uint64_t sightings;
	uint64_t packets;
};

void sightwriter_begin(struct sightwriter *writer, const char *archive, const struct window *window);

/* A sightings_visit; arg is the struct sightwriter. -EIO if nobody takes the output any more. */
int sightwriter_take(void *arg, const struct sightings_row *row);

void sightwriter_end(struct sightwriter *writer);

/* A target as fields of CSV, with their heads, and as members of an object. */
#define SIGHTWRITER_CSV_TARGET "protocol,number,code"
void sightwriter_csv_target(target_code target);
void sightwriter_json_target(struct jsonout *json, target_code target);

#endif
