/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line_sample.h"

#include "import/journal.h"

#define LOG                                                                                                           \
	"IN=eth0 OUT= MAC=02:00:00:00:00:02:02:00:00:00:00:01:08:00 SRC=192.0.2.1 DST=198.51.100.2 LEN=60 TOS=0x00 "   \
	"PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=1234 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 "
#define FRONT "{\"__REALTIME_TIMESTAMP\":\"1710656701123456\",\"__MONOTONIC_TIMESTAMP\":\"77\",\"_TRANSPORT\":\"kernel\","

static const struct sample *read_line(const char *line)
{
	static struct sample s;

	s = (struct sample){ 0 };
	assert_int_equal(sample_read(journal_parse, line, &s), READING_PACKET);
	return &s;
}

static void a_kernel_message_is_a_packet(void **state)
{
	const struct sample *s = read_line(FRONT "\"MESSAGE\":\"drop: " LOG "\"}");

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_int_equal(s->reading.packet.destination_port, 22);
	assert_int_equal(s->reading.stamp.kind, STAMP_ABSOLUTE);
	assert_int_equal(s->reading.stamp.us, 1710656701123456);
	assert_true(s->reading.rule_len >= 5);
	assert_memory_equal(s->reading.rule, "drop:", 5);
}

static void the_senders_own_time_comes_first(void **state)
{
	const struct sample *s = read_line(FRONT "\"_SOURCE_REALTIME_TIMESTAMP\":\"1710656700000000\",\"MESSAGE\":\"" LOG "\"}");

	assert_int_equal(s->reading.stamp.us, 1710656700000000);
	s = read_line("{\"_SOURCE_MONOTONIC_TIMESTAMP\":\"12345678\",\"MESSAGE\":\"" LOG "\"}");
	assert_int_equal(s->reading.stamp.kind, STAMP_UPTIME);
	assert_int_equal(s->reading.stamp.us, 12345678);
}

/* What is no UTF-8 comes as its bytes. */
static void a_message_may_be_an_array_of_bytes(void **state)
{
	static const char text[] = "\xe9: " LOG;
	static char line[4096];
	size_t n = (size_t)snprintf(line, sizeof(line), FRONT "\"MESSAGE\":[");
	const struct sample *s;

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%u", i ? "," : "", (unsigned char)text[i]);
	strcpy(line + n, "]}");
	s = read_line(line);
	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_int_equal(s->reading.rule[0], 0xe9);
}

static void sequences_and_event_streams_have_a_front(void **state)
{
	const struct sample *s = read_line("\x1e" FRONT "\"MESSAGE\":\"" LOG "\"}");

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	s = read_line("data: " FRONT "\"MESSAGE\":\"" LOG "\"}");
	assert_series(s, SERIES_TCP4, CLASS_PROBE);
}

static void other_lines_are_other(void **state)
{
	SAMPLE_OTHER(journal_parse, "");
	SAMPLE_OTHER(journal_parse, LOG);
	SAMPLE_OTHER(journal_parse, FRONT "\"MESSAGE\":\"something else\"}");
	SAMPLE_OTHER(journal_parse, FRONT "\"MESSAGE\":null,\"X");
}

static void messages_that_are_none_are_other(void **state)
{
	static const char *const lines[] = {
		FRONT "\"MESSAGE\":[256]}", FRONT "\"MESSAGE\":[\"a\"]}", FRONT "\"MESSAGE\":[]}", FRONT "\"X\":\"SRC=\"}",
		FRONT "\"MESSAGE\":{\"SRC=\":1}}",
	};
	struct format_state none = { 0 };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(sample_read_bytes(journal_parse, lines[i], strlen(lines[i]), &none), READING_OTHER);
}

static void what_is_wrong_is_told(void **state)
{
	SAMPLE_BAD(journal_parse, FRONT "\"MESSAGE\":\"" LOG, READING_CUT);
	SAMPLE_BAD(journal_parse, "{\"MESSAGE\":\"" LOG "\"}", READING_NO_TIME);
	SAMPLE_BAD(journal_parse, "{\"__REALTIME_TIMESTAMP\":\"x\",\"MESSAGE\":\"" LOG "\"}", READING_NO_TIME);
	SAMPLE_BAD(journal_parse, "{\"SRC=\",}", READING_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_message_is_a_packet),
		cmocka_unit_test(the_senders_own_time_comes_first),
		cmocka_unit_test(a_message_may_be_an_array_of_bytes),
		cmocka_unit_test(sequences_and_event_streams_have_a_front),
		cmocka_unit_test(other_lines_are_other),
		cmocka_unit_test(messages_that_are_none_are_other),
		cmocka_unit_test(what_is_wrong_is_told),
	};

	return cmocka_run_group_tests_name("import/journal", tests, NULL, NULL);
}
