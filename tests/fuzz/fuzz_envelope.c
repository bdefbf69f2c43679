/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The front of a log line: its pieces lie in the line, and what stamps it yields can be put into order and made times of. */
#include "fuzz.h"

#include <stdbool.h>

#include "import/envelope.h"
#include "import/timeline.h"

#define DAY_US INT64_C(86400000000)
#define YEAR_10000_US INT64_C(253402300800000000)

static bool lies_in(const char *view, size_t view_len, const char *text, size_t len)
{
	return view >= text && view <= text + len && view_len <= (size_t)(text + len - view);
}

static void check_stamp(const struct stamp *stamp)
{
	switch (stamp->kind) {
	case STAMP_NONE:
		break;
	case STAMP_ABSOLUTE:
	case STAMP_LOCAL:
		FUZZ_CHECK(stamp->us > -DAY_US && stamp->us <= YEAR_10000_US + DAY_US);
		break;
	case STAMP_YEARLESS:
		FUZZ_CHECK(stamp->us >= INT64_C(946684800000000) && stamp->us <= INT64_C(978307200999999));
		break;
	case STAMP_UPTIME:
		FUZZ_CHECK(stamp->us >= 0 && stamp->us < YEAR_10000_US);
		break;
	}
}

static void check_line(struct timeline *timeline, const char *line, size_t len)
{
	struct envelope e;

	envelope_parse(line, len, &e);
	FUZZ_CHECK(lies_in(e.message, e.message_len, line, len) && e.message + e.message_len == line + len);
	FUZZ_CHECK(lies_in(e.front, e.front_len, line, len) && e.front + e.front_len <= e.message);
	FUZZ_CHECK(!e.program || (e.program_len > 0 && lies_in(e.program, e.program_len, e.front, e.front_len)));
	check_stamp(&e.stamp);
	if (e.stamp.kind != STAMP_NONE)
		timeline_time(timeline, e.stamp.kind, timeline_order(timeline, &e.stamp));
}

/* Every line of the input is of one source. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct timeline *timeline = timeline_new();
	struct failure why;
	struct stamp stamp;

	FUZZ_CHECK(timeline);
	FUZZ_CHECK(envelope_time(text, size, &stamp) <= size);
	check_stamp(&stamp);
	for (size_t start = 0, end; start < size; start = end + 1) {
		for (end = start; end < size && text[end] != '\n'; end++)
			;
		check_line(timeline, text + start, end - start);
	}
	timeline_settle(timeline, &(struct timeline_known){ .written_s = 1710653101 }, &why);
	timeline_free(timeline);
	return 0;
}
