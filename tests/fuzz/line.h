/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parsers of a line promise of each reading: for their fuzz targets and unit tests. */
#ifndef TESTS_FUZZ_LINE_H
#define TESTS_FUZZ_LINE_H

#include <string.h>

#include "fuzz.h"
#include "import/format.h"

typedef enum reading_status (*line_parse)(const char *line, size_t len, struct format_state *state, struct reading *out);

static inline bool line_is_within(const uint8_t *at, size_t len, const void *whole, size_t whole_len)
{
	return at >= (const uint8_t *)whole && at + len <= (const uint8_t *)whole + whole_len;
}

static inline bool line_has_ports(const struct packet *p)
{
	return p->series < SERIES_WITH_PORTS;
}

static inline void line_check_packet(const struct packet *p)
{
	FUZZ_CHECK(p->series < SERIES_COUNT && p->class < CLASS_COUNT);
	FUZZ_CHECK(p->version == series_version((enum series)p->series));
	FUZZ_CHECK(series_has_class((enum series)p->series, (enum packet_class)p->class));
	FUZZ_CHECK(!line_has_ports(p) || p->has_ports);
	FUZZ_CHECK(p->has_ports || (!p->source_port && !p->destination_port));
}

static inline void line_check(const char *line, size_t len, const struct format_state *state, enum reading_status status,
			      const struct reading *r)
{
	FUZZ_CHECK(status <= READING_BAD);
	if (status == READING_BAD)
		FUZZ_CHECK(r->reason < READING_REASONS && reading_reason_text(r->reason));
	if (status != READING_PACKET)
		return;
	FUZZ_CHECK(r->stamp.kind != STAMP_NONE);
	FUZZ_CHECK(!r->rule_len || line_is_within(r->rule, r->rule_len, line, len) ||
		   line_is_within(r->rule, r->rule_len, state->rule, sizeof(state->rule)));
	line_check_packet(&r->packet);
}

/* Reads text line by line, each in an allocation of its own, as one source. */
static inline void line_check_text(line_parse parse, const uint8_t *data, size_t size)
{
	struct format_state state = { 0 };

	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;
		char *line = malloc(len ? len : 1);
		struct reading reading;

		FUZZ_CHECK(line);
		memcpy(line, data, len);
		line_check(line, len, &state, parse(line, len, &state, &reading), &reading);
		free(line);
		len += end != NULL;
		data += len;
		size -= len;
	}
}

#endif
