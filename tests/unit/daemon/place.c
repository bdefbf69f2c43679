/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/place.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[] = "/tmp/fireplot-place.XXXXXX";
static char archive[64], ring[64], link_path[96];

static int prepare(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(archive, sizeof(archive), "%s/archive", dir);
	snprintf(ring, sizeof(ring), "%s/run/x.ring", dir);
	snprintf(link_path, sizeof(link_path), "%s/slots.ring", archive);
	return 0;
}

static int clean_up(void **state)
{
	char run[64];

	snprintf(run, sizeof(run), "%s/run", dir);
	unlink(ring);
	unlink(link_path);
	rmdir(run);
	rmdir(archive);
	return 0;
}

static int remove_dir(void **state)
{
	return rmdir(dir);
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void assert_link(const char *target)
{
	char now[128] = "";

	assert_true(readlink(link_path, now, sizeof(now) - 1) > 0);
	assert_string_equal(now, target);
}

static void a_missing_directory_is_made_and_one_that_is_there_stays(void **state)
{
	struct failure why;
	struct stat st;

	assert_int_equal(place_make_dir(archive, "", &why), 0);
	assert_int_equal(stat(archive, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(chmod(archive, 0700), 0);
	assert_int_equal(place_make_dir(archive, "", &why), 0);
	assert_int_equal(stat(archive, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void parents_are_not_made_and_the_message_names_the_directory(void **state)
{
	char deep[96];
	struct failure why;

	snprintf(deep, sizeof(deep), "%s/no/such", dir);
	assert_int_equal(place_make_dir(deep, "", &why), -ENOENT);
	assert_non_null(strstr(why.text, deep));
	assert_int_equal(place_check_writable(deep, &why), -ENOENT);
	assert_non_null(strstr(why.text, deep));
}

static void the_ring_gets_its_directory(void **state)
{
	struct failure why;

	assert_int_equal(place_make_parent(ring, "", &why), 0);
	make_file(ring);
	assert_int_equal(place_make_parent("ring-in-this-directory", "", &why), 0);
	assert_int_equal(place_make_parent("/ring-in-the-root", "", &why), 0);
}

static void the_archive_links_to_its_ring_and_a_link_elsewhere_is_put_right(void **state)
{
	struct failure why;

	assert_int_equal(place_make_dir(archive, "", &why), 0);
	assert_int_equal(place_link_ring(archive, ring, &why), 0);
	assert_link(ring);
	assert_int_equal(place_link_ring(archive, ring, &why), 0);
	assert_int_equal(place_link_ring(archive, "/elsewhere.ring", &why), 0);
	assert_link("/elsewhere.ring");
}

static void a_ring_in_the_archive_needs_no_link(void **state)
{
	struct failure why;
	struct stat st;

	assert_int_equal(place_make_dir(archive, "", &why), 0);
	make_file(link_path);
	assert_int_equal(place_link_ring(archive, link_path, &why), 0);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void a_file_in_the_place_of_the_link_is_refused_and_stays(void **state)
{
	struct failure why;
	struct stat st;

	assert_int_equal(place_make_dir(archive, "", &why), 0);
	make_file(link_path);
	assert_int_equal(place_link_ring(archive, ring, &why), -EEXIST);
	assert_non_null(strstr(why.text, link_path));
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_missing_directory_is_made_and_one_that_is_there_stays, clean_up),
		cmocka_unit_test_teardown(parents_are_not_made_and_the_message_names_the_directory, clean_up),
		cmocka_unit_test_teardown(the_ring_gets_its_directory, clean_up),
		cmocka_unit_test_teardown(the_archive_links_to_its_ring_and_a_link_elsewhere_is_put_right, clean_up),
		cmocka_unit_test_teardown(a_ring_in_the_archive_needs_no_link, clean_up),
		cmocka_unit_test_teardown(a_file_in_the_place_of_the_link_is_refused_and_stays, clean_up),
	};

	return cmocka_run_group_tests(tests, prepare, remove_dir);
}
