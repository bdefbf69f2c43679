/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

static void nothing_is_short(void **state)
{
	struct sample s = { .len = 0 };
	struct packet p;

	assert_int_equal(sample_decode(&s, &p), PACKET_SHORT);
}

static void other_versions_are_not_ip(void **state)
{
	struct packet p;

	for (unsigned version = 0; version < 16; version++) {
		struct sample s = { .len = 60 };

		s.bytes[0] = (uint8_t)(version << 4 | 5);
		if (version != 4 && version != 6)
			assert_int_equal(sample_decode(&s, &p), PACKET_NOT_IP);
	}
}

static void an_arp_request_is_not_ip(void **state)
{
	struct sample s = { .len = 0 };
	struct packet p;

	SAMPLE_PUT(&s, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2);
	assert_int_equal(sample_decode(&s, &p), PACKET_NOT_IP);
}

/* The decoder must come to an end, within the bytes, whatever they are. */
static void random_bytes_give_the_same_answer_at_every_cut(void **state)
{
	unsigned seed = 20261124;
	struct sample s;
	struct packet p;

	print_message("# seed %u\n", seed);
	srand(seed);
	for (unsigned i = 0; i < 2000; i++) {
		s.len = (size_t)(rand() % 120);
		for (size_t j = 0; j < s.len; j++)
			s.bytes[j] = (uint8_t)rand();
		if (s.len > 6) { /* mostly chains of extension headers */
			static const uint8_t next[] = { 0, 43, 44, 51, 60, 135, 139, 140, 6, 17 };

			s.bytes[0] = i & 1 ? 0x60 : 0x45;
			s.bytes[i & 1 ? 4 : 2] = 0;
			s.bytes[6] = next[(unsigned)rand() % sizeof(next)];
			for (size_t j = 40; j + 1 < s.len; j += 8) {
				s.bytes[j] = next[(unsigned)rand() % sizeof(next)];
				s.bytes[j + 1] &= 1;
			}
		}
		sample_decode(&s, &p);
	}
}

static void every_status_has_a_name_for_counters(void **state)
{
	assert_string_equal(packet_status_name(PACKET_OK), "ok");
	assert_string_equal(packet_status_name(PACKET_SHORT), "short");
	assert_string_equal(packet_status_name(PACKET_MALFORMED), "malformed");
	assert_string_equal(packet_status_name(PACKET_NOT_IP), "not_ip");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_short),
		cmocka_unit_test(other_versions_are_not_ip),
		cmocka_unit_test(an_arp_request_is_not_ip),
		cmocka_unit_test(random_bytes_give_the_same_answer_at_every_cut),
		cmocka_unit_test(every_status_has_a_name_for_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
