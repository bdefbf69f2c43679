/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can go wrong while an archive is made in bulk: then nothing of it is left, and what was there is as it was. */
#include "archive/bulk.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "archive/create.h"
#include "scratch.h"

#define DAY_START 1700006400 /* a multiple of every row */
#define WATCHED 3
#define NOBODY 65534

static const char watch_names[WATCHED][SCHEMA_DS_NAME] = { "tcp3389", "udp5060", "tcp22" };
static struct schema schema;

static void check(int err, const struct failure *why)
{
	if (err)
		fail_msg("%s", why->text);
}

static unsigned things_in(const char *dir)
{
	char command[SCRATCH_PATH + 32];
	unsigned n = 0;
	FILE *list;
	int c;

	snprintf(command, sizeof(command), "find '%s' -mindepth 1", dir);
	list = popen(command, "r");
	assert_non_null(list);
	while ((c = fgetc(list)) != EOF)
		n += c == '\n';
	pclose(list);
	return n;
}

static int try_to_open(const char *dir, struct bulk **bulk, struct failure *why)
{
	*why = (struct failure){ "" };
	return bulk_open(dir, &schema, DAY_START + 20, DAY_START + 5000, WATCHED, watch_names, bulk, why);
}

static void files_are_as_long_as_the_schema_says(void **state)
{
	struct schema_file file;
	struct failure why;
	struct bulk *bulk;
	struct stat st;

	check(try_to_open(*state, &bulk, &why), &why);
	check(bulk_finish(bulk, &why), &why);
	bulk_close(bulk);
	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		schema_file(&schema, i, &file);
		assert_int_equal(stat(scratch_path(state, file.name), &st), 0);
		assert_int_equal(st.st_size, schema_file_bytes(&schema, &file));
	}
	check(archive_verify(STORE_HERE(*state), &schema, &why), &why);
}

static void what_was_there_stays_as_it_was(void **state)
{
	static const char *const names[] = { "totals.rrd", "icmp6.rrd", "watch.rrd", "udp6/0-63.rrd", "tcp4/0-1023.rrd" };
	struct failure why;
	struct bulk *bulk;

	mkdir(scratch_path(state, "udp6"), 0700);
	mkdir(scratch_path(state, "tcp4"), 0700);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = scratch_path(state, names[i]);

		scratch_write(path, (const uint8_t *)"x", 1);
		assert_int_equal(try_to_open(*state, &bulk, &why), -EEXIST);
		assert_non_null(strstr(why.text, names[i]));
		assert_int_equal(things_in(*state), 3);
		unlink(path);
	}
}

static void one_that_comes_meanwhile_stays_too(void **state)
{
	struct failure why;
	struct bulk *bulk;

	check(try_to_open(*state, &bulk, &why), &why);
	scratch_write(scratch_path(state, "tcp6/0-63.rrd"), (const uint8_t *)"x", 1);
	assert_int_equal(bulk_finish(bulk, &why), -EEXIST);
	assert_non_null(strstr(why.text, "tcp6/0-63.rrd"));
	bulk_close(bulk);
	assert_int_equal(things_in(*state), 2);
}

static void directory_that_is_not_there_or_no_directory_is_refused(void **state)
{
	struct failure why;
	struct bulk *bulk;

	assert_int_equal(try_to_open(scratch_path(state, "none"), &bulk, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none"));
	scratch_write(scratch_path(state, "file"), (const uint8_t *)"x", 1);
	assert_true(try_to_open(scratch_path(state, "file"), &bulk, &why) < 0);
	assert_non_null(strstr(why.text, "file"));
	assert_int_equal(things_in(*state), 1);
}

static void directory_that_may_not_be_written_is_refused(void **state)
{
	struct failure why;
	struct bulk *bulk;
	int err;

	chmod(*state, 0555);
	assert_true(getuid() != 0 || seteuid(NOBODY) == 0);
	err = try_to_open(*state, &bulk, &why);
	assert_true(getuid() != 0 || seteuid(0) == 0);
	chmod(*state, 0700);
	assert_int_equal(err, -EACCES);
	assert_int_equal(things_in(*state), 0);
}

static void given_up_it_leaves_nothing(void **state)
{
	struct failure why;
	struct bulk *bulk;

	check(try_to_open(*state, &bulk, &why), &why);
	assert_true(things_in(*state) > 10);
	bulk_close(bulk);
	assert_int_equal(things_in(*state), 0);
}

static void file_that_cannot_be_made_takes_all_away(void **state)
{
	struct rlimit before, limit;
	struct failure why;
	struct bulk *bulk;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 100000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(try_to_open(*state, &bulk, &why), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(why.text, ".rrd"));
	assert_int_equal(things_in(*state), 0);
}

/* In a process and namespace of its own, with a file system in memory on the directory. */
static void on_another_disk(void **state, const char *type, const char *options, int (*test)(const char *dir))
{
	int status;
	pid_t pid;

	if (getuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("none", *state, type, 0, options))
			_exit(77);
		_exit(test(*state));
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int fail_without_a_trace(const char *dir)
{
	struct failure why;
	struct bulk *bulk = NULL;
	int err = try_to_open(dir, &bulk, &why);

	bulk_close(err ? NULL : bulk);
	return err != -ENOSPC || !strstr(why.text, "No space left on device") || things_in(dir) != 0;
}

static void on_a_full_disk_nothing_is_left(void **state)
{
	char options[32];

	snprintf(options, sizeof(options), "size=%llu", (unsigned long long)schema_bytes(&schema)); /* in pages it is more */
	on_another_disk(state, "tmpfs", options, fail_without_a_trace);
}

static int make_whole_files(const char *dir)
{
	struct failure why;
	struct bulk *bulk = NULL;
	struct stat st;
	char path[SCRATCH_PATH + 32];
	int err = try_to_open(dir, &bulk, &why);

	if (!err)
		err = bulk_finish(bulk, &why);
	if (!err)
		err = archive_verify(STORE_HERE(dir), &schema, &why);
	snprintf(path, sizeof(path), "%s/udp6/0-63.rrd", dir);
	bulk_close(bulk);
	return err || stat(path, &st) < 0 || st.st_blocks * 512 < st.st_size;
}

/* ramfs reserves nothing. */
static void there_are_no_holes_on_any_disk(void **state)
{
	on_another_disk(state, "ramfs", NULL, make_whole_files);
}

static void more_files_are_possible_than_may_be_open(void **state)
{
	struct rlimit before, limit;
	struct failure why;
	struct bulk *bulk;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = 32;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	schema.portbin.exact_ports = 4096;
	schema.levels = 1;
	check(try_to_open(*state, &bulk, &why), &why);
	check(bulk_finish(bulk, &why), &why);
	bulk_close(bulk);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	check(archive_verify(STORE_HERE(*state), &schema, &why), &why);
}

static void time_only_goes_on(void **state)
{
	struct slot *slot = calloc(1, slot_size(portbin_count(&schema.portbin)));
	struct failure why;
	struct bulk *bulk;

	assert_int_equal(bulk_open(*state, &schema, DAY_START + 5, DAY_START + 20, 0, NULL, &bulk, &why), -EINVAL);
	assert_int_equal(bulk_open(*state, &schema, DAY_START, DAY_START, 0, NULL, &bulk, &why), -EINVAL);
	check(try_to_open(*state, &bulk, &why), &why);
	assert_non_null(slot);
	assert_int_equal(bulk_add(bulk, DAY_START + 10, slot, &why), -EINVAL);
	assert_int_equal(bulk_add(bulk, DAY_START + 105, slot, &why), -EINVAL);
	assert_int_equal(bulk_add(bulk, DAY_START + 100, slot, &why), 0);
	assert_int_equal(bulk_add(bulk, DAY_START + 100, slot, &why), -EINVAL);
	assert_int_equal(bulk_skip(bulk, DAY_START + 100, DAY_START + 200, &why), -EINVAL);
	assert_int_equal(bulk_skip(bulk, DAY_START + 110, DAY_START + 5010, &why), -EINVAL);
	assert_int_equal(bulk_skip(bulk, DAY_START + 110, DAY_START + 200, &why), 0);
	assert_int_equal(bulk_add(bulk, DAY_START + 5000, slot, &why), -EINVAL);
	bulk_close(bulk);
	free(slot);
}

static int make(void **state)
{
	schema = scratch_schema();
	return scratch_make(state);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, scratch_remove)
	const struct CMUnitTest tests[] = {
		TEST(files_are_as_long_as_the_schema_says),
		TEST(what_was_there_stays_as_it_was),
		TEST(one_that_comes_meanwhile_stays_too),
		TEST(directory_that_is_not_there_or_no_directory_is_refused),
		TEST(directory_that_may_not_be_written_is_refused),
		TEST(given_up_it_leaves_nothing),
		TEST(file_that_cannot_be_made_takes_all_away),
		TEST(on_a_full_disk_nothing_is_left),
		TEST(there_are_no_holes_on_any_disk),
		TEST(more_files_are_possible_than_may_be_open),
		TEST(time_only_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
