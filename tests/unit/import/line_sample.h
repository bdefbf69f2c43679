/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for the tests of parsers, each in an allocation of exactly its size; and all their shorter copies. */
#ifndef TESTS_IMPORT_LINE_SAMPLE_H
#define TESTS_IMPORT_LINE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../fuzz/line.h"

/* A reading with what it borrows. */
struct sample {
	char line[4096];
	struct format_state state;
	struct reading reading;
	enum reading_status status;
};

/* Reads len bytes in an allocation of their own, and holds the reading against what is promised. */
static inline enum reading_status sample_read_bytes(line_parse parse, const char *line, size_t len, struct format_state *state)
{
	char *copy = malloc(len ? len : 1);
	struct reading reading;
	enum reading_status status;

	assert_non_null(copy);
	memcpy(copy, line, len);
	status = parse(copy, len, state, &reading);
	line_check(copy, len, state, status, &reading);
	free(copy);
	return status;
}

static inline void sample_cut(line_parse parse, const char *line, const struct format_state *state)
{
	for (size_t len = 0; len <= strlen(line); len++) {
		struct format_state copy = *state;

		sample_read_bytes(parse, line, len, &copy);
	}
}

/* Reads a line, and each shorter copy of it before. s->state is what lines before have told. */
static inline enum reading_status sample_read(line_parse parse, const char *line, struct sample *s)
{
	sample_cut(parse, line, &s->state);
	assert_true(strlen(line) < sizeof(s->line));
	strcpy(s->line, line);
	s->status = parse(s->line, strlen(line), &s->state, &s->reading);
	line_check(s->line, strlen(line), &s->state, s->status, &s->reading);
	return s->status;
}

#define SAMPLE_BAD(parse, line, why)                                                 \
	do {                                                                         \
		struct sample bad_ = { 0 };                                          \
                                                                                     \
		assert_int_equal(sample_read(parse, line, &bad_), READING_BAD);      \
		assert_int_equal(bad_.reading.reason, why);                          \
	} while (0)

#define SAMPLE_OTHER(parse, line)                                                    \
	do {                                                                         \
		struct sample other_ = { 0 };                                        \
                                                                                     \
		assert_int_equal(sample_read(parse, line, &other_), READING_OTHER);  \
	} while (0)

static inline void assert_rule(const struct sample *s, const char *rule)
{
	assert_int_equal(s->reading.rule_len, strlen(rule));
	assert_memory_equal(s->reading.rule, rule, strlen(rule));
}

/* 192.0.2.1 -> 198.51.100.2 or 2001:db8::1 -> 2001:db8::2 */
static inline void assert_ends(const struct sample *s)
{
	static const uint8_t v4[2][16] = { { 192, 0, 2, 1 }, { 198, 51, 100, 2 } };
	static const uint8_t v6[2][16] = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } };
	bool is_v4 = s->reading.packet.version == 4;

	assert_memory_equal(s->reading.packet.source, is_v4 ? v4[0] : v6[0], 16);
	assert_memory_equal(s->reading.packet.destination, is_v4 ? v4[1] : v6[1], 16);
}

static inline void assert_series(const struct sample *s, enum series series, enum packet_class class)
{
	assert_int_equal(s->status, READING_PACKET);
	assert_int_equal(s->reading.packet.series, series);
	assert_int_equal(s->reading.packet.class, class);
	assert_ends(s);
}

static inline void assert_ports(const struct sample *s, unsigned source, unsigned destination)
{
	assert_true(s->reading.packet.has_ports);
	assert_int_equal(s->reading.packet.source_port, source);
	assert_int_equal(s->reading.packet.destination_port, destination);
}

static inline void assert_type(const struct sample *s, unsigned type, unsigned code)
{
	assert_int_equal(s->reading.packet.icmp_type, type);
	assert_int_equal(s->reading.packet.icmp_code, code);
}

#endif
