/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct record sample(uint8_t kind, enum series series)
{
	struct record record = {
		.at = INT64_C(-1234567890123456),
		.number = 0xfedc,
		.rule = 0x8001,
		.kind = kind,
		.series = (uint8_t)series,
		.class = CLASS_LATE,
		.tcp_flags = 0x91,
		.digest = UINT64_C(0x8123456789abcdef),
	};
	size_t len = kind != RECORD_PACKET ? 0 : series_version(series) == 4 ? 4 : 16;

	memset(record.source, 0xa1, len);
	memset(record.destination, 0xb2, len);
	return record;
}

/* Packed and unpacked in exactly `len` bytes, it is as it was. */
static void check(const struct record *record, bool has_digest, size_t len)
{
	uint8_t *bytes = malloc(len);
	struct record again;

	assert_non_null(bytes);
	assert_ptr_equal(spool_record_pack(record, has_digest, bytes), bytes + len);
	assert_ptr_equal(spool_record_unpack(bytes, has_digest, &again), bytes + len);
	assert_memory_equal(&again, record, sizeof(again));
	free(bytes);
}

static void a_packet_takes_as_much_as_its_addresses(void **state)
{
	for (unsigned series = 0; series < SERIES_COUNT; series++) {
		struct record record = sample(RECORD_PACKET, (enum series)series);

		check(&record, true, series_version((enum series)series) == 4 ? 32 : SPOOL_RECORD_MOST);
	}
}

static void what_was_not_decoded_has_no_addresses(void **state)
{
	struct record record = sample(RECORD_REASON(0), SERIES_TCP6);

	check(&record, true, 24);
}

static void without_digests_none_is_kept(void **state)
{
	struct record record = sample(RECORD_PACKET, SERIES_UDP4);

	record.digest = 0;
	check(&record, false, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_takes_as_much_as_its_addresses),
		cmocka_unit_test(what_was_not_decoded_has_no_addresses),
		cmocka_unit_test(without_digests_none_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
