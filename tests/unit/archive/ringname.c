/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/ringname.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define BEFORE RUNSTATEDIR "/fireplot/"

static void assert_ring(const char *archive, const char *expected)
{
	char ring[PATH_MAX];
	struct failure why;

	assert_int_equal(ringname_from_archive(archive, NULL, ring, sizeof(ring), &why), 0);
	assert_string_equal(ring, expected);
}

/* Each as systemd-escape --path says it. */
static void the_path_becomes_a_name(void **state)
{
	assert_ring("/var/lib/fireplot", BEFORE "var-lib-fireplot.ring");
	assert_ring("/a_b:c.d9/Z", BEFORE "a_b:c.d9-Z.ring");
	assert_ring("/", BEFORE "-.ring");
}

static void slashes_and_dots_do_not_matter(void **state)
{
	assert_ring("/var/lib/fireplot/", BEFORE "var-lib-fireplot.ring");
	assert_ring("//var///lib/./fireplot/.", BEFORE "var-lib-fireplot.ring");
	assert_ring("/./", BEFORE "-.ring");
}

static void what_could_be_mistaken_is_escaped(void **state)
{
	assert_ring("/a-b", BEFORE "a\\x2db.ring");
	assert_ring("/a/b", BEFORE "a-b.ring");
	assert_ring("/.hidden", BEFORE "\\x2ehidden.ring");
	assert_ring("/a/.hidden", BEFORE "a-.hidden.ring");
	assert_ring("/a b\\", BEFORE "a\\x20b\\x5c.ring");
	assert_ring("/\xc3\xbc", BEFORE "\\xc3\\xbc.ring");
}

static void a_name_is_as_long_as_a_file_name_may_be(void **state)
{
	char archive[300] = "/", ring[PATH_MAX];
	struct failure why;

	memset(archive + 1, 'a', NAME_MAX - 5);
	assert_int_equal(ringname_from_archive(archive, NULL, ring, sizeof(ring), &why), 0);
	assert_int_equal(strlen(strrchr(ring, '/') + 1), NAME_MAX);
	archive[NAME_MAX - 4] = 'a';
	assert_int_equal(ringname_from_archive(archive, NULL, ring, sizeof(ring), &why), -ENAMETOOLONG);
	assert_string_equal(why.text, "the archive's path is too long to name its ring after, expected the word ring");
}

static void a_buffer_that_is_too_small_is_an_error(void **state)
{
	char ring[10];
	struct failure why;

	assert_int_equal(ringname_from_archive("/a", NULL, ring, sizeof(ring), &why), -ENAMETOOLONG);
}

static void assert_ring_behind(const char *daemon, const char *archive, const char *expected)
{
	char ring[PATH_MAX];
	struct failure why;

	assert_int_equal(ringname_from_archive(archive, daemon, ring, sizeof(ring), &why), 0);
	assert_string_equal(ring, expected);
}

/* However it is spelled, and never the ring of an archive of the same path that is here. */
static void behind_an_rrdcached_its_address_is_a_part_of_the_name(void **state)
{
	char ring[PATH_MAX];
	struct failure why;

	assert_ring_behind("central", "sensor1", BEFORE "central:42217-sensor1.ring");
	assert_ring_behind("central:42217", "sensor1/", BEFORE "central:42217-sensor1.ring");
	assert_ring_behind("[2001:db8::1]:1", "a/b", BEFORE "2001:db8::1:1-a-b.ring");
	assert_ring_behind("central", "/var/lib/fireplot", BEFORE "central:42217-var-lib-fireplot.ring");
	assert_ring_behind("unix:/run/rrd.sock", "sensor1", BEFORE "run-rrd.sock-sensor1.ring");
	assert_ring_behind("/run/rrd.sock", "sensor1", BEFORE "run-rrd.sock-sensor1.ring");
	assert_int_equal(ringname_from_archive("sensor1", "no address", ring, sizeof(ring), &why), -EINVAL);
}

/* An absolute path behind a socket of this machine is what it is without. */
static void a_path_of_this_machine_is_named_alike(void **state)
{
	assert_ring_behind("unix:/run/rrd.sock", "/var/lib/fireplot", BEFORE "var-lib-fireplot.ring");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_path_becomes_a_name),
		cmocka_unit_test(slashes_and_dots_do_not_matter),
		cmocka_unit_test(what_could_be_mistaken_is_escaped),
		cmocka_unit_test(a_name_is_as_long_as_a_file_name_may_be),
		cmocka_unit_test(behind_an_rrdcached_its_address_is_a_part_of_the_name),
		cmocka_unit_test(a_path_of_this_machine_is_named_alike),
		cmocka_unit_test(a_buffer_that_is_too_small_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
