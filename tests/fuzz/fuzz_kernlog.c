/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel LOG lines: what is said of a packet fits together, the rule is the message's front, and a longer prefix changes nothing else. */
#include "fuzz.h"

#include <string.h>

#include "import/kernlog.h"

static void check_packet(const struct packet *p)
{
	enum series series = (enum series)p->series;
	bool icmp = series == SERIES_ICMP4 || series == SERIES_ICMP6;

	FUZZ_CHECK(p->series < SERIES_COUNT && p->class < CLASS_COUNT);
	FUZZ_CHECK(p->version == series_version(series));
	FUZZ_CHECK(series_has_class(series, (enum packet_class)p->class));
	FUZZ_CHECK(p->has_ports || p->series >= SERIES_WITH_PORTS);
	FUZZ_CHECK(p->has_ports || !(p->source_port | p->destination_port));
	FUZZ_CHECK(!p->tcp_flags || p->protocol == 6);
	FUZZ_CHECK(!(p->icmp_type | p->icmp_code) || icmp);
	for (unsigned i = 4; i < 16; i++)
		FUZZ_CHECK(p->version == 6 || !(p->source[i] | p->destination[i]));
}

static void check_longer_prefix(const char *message, size_t len, const struct reading *expected)
{
	char *longer = malloc(len + 2);
	struct reading found;

	FUZZ_CHECK(longer);
	memcpy(longer, "x ", 2);
	memcpy(longer + 2, message, len);
	memset(&found, 0, sizeof(found));
	FUZZ_CHECK(kernlog_parse_message(longer, len + 2, &found) == READING_PACKET);
	FUZZ_CHECK(!memcmp(&found.packet, &expected->packet, sizeof(found.packet)));
	FUZZ_CHECK(found.rule_len == expected->rule_len + 2);
	free(longer);
}

static void check_message(const char *message, size_t len)
{
	struct reading reading;
	enum reading_status status;

	memset(&reading, 0, sizeof(reading));
	status = kernlog_parse_message(message, len, &reading);
	FUZZ_CHECK(status != READING_BAD || reading.reason < READING_REASONS);
	if (status != READING_PACKET)
		return;
	check_packet(&reading.packet);
	FUZZ_CHECK((const char *)reading.rule == message && reading.rule_len < len);
	check_longer_prefix(message, len, &reading);
}

/* In memory of its own size, since a line has no NUL. */
static void check_line(const uint8_t *data, size_t len)
{
	struct format_state state = { .csv = { .known = false } };
	char *line = malloc(len ? len : 1);
	struct reading reading;
	enum reading_status status;

	FUZZ_CHECK(line);
	memcpy(line, data, len);
	check_message(line, len);
	status = kernlog_parse(line, len, &state, &reading);
	if (status == READING_PACKET) {
		check_packet(&reading.packet);
		FUZZ_CHECK(reading.stamp.kind != STAMP_NONE);
		FUZZ_CHECK((const char *)reading.rule >= line && (const char *)reading.rule + reading.rule_len < line + len);
	}
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		check_line(data, len);
		len += end != NULL;
		data += len;
		size -= len;
	}
	return 0;
}
