/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define NOBODY 65534

/* What can't be undone is done in a child, which has no cmocka: it says where it failed and leaves without the checks at exit
 * (a leak checker can't look into a process that has changed its user). */
static void expect_at(bool good, int line, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "# line %d: expected %s (%s)\n", line, what, strerror(errno));
	_exit(1);
}
#define expect(condition) expect_at(condition, __LINE__, #condition)

static void in_child(void (*body)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The kernel's own view, without the library that set it: the rest of that line of /proc/self/status. */
static const char *status_line(const char *name)
{
	static char line[256];
	FILE *file = fopen("/proc/self/status", "re");
	size_t len = strlen(name);

	expect(file != NULL);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, len) != 0 || line[len] != ':')
			continue;
		fclose(file);
		line[strcspn(line, "\n")] = '\0';
		return line + len + 1 + strspn(line + len + 1, "\t ");
	}
	fclose(file);
	return "";
}

static bool is_none(const char *set)
{
	const char *text = status_line(set);

	return text[0] != '\0' && text[strspn(text, "0")] == '\0';
}

static void expect_powerless(void)
{
	expect(is_none("CapInh"));
	expect(is_none("CapPrm"));
	expect(is_none("CapEff"));
	expect(is_none("CapAmb"));
	expect(strcmp(status_line("NoNewPrivs"), "1") == 0);
}

static void expect_nobody(void)
{
	char ids[64];

	snprintf(ids, sizeof(ids), "%d\t%d\t%d\t%d", NOBODY, NOBODY, NOBODY, NOBODY);
	expect(strcmp(status_line("Uid"), ids) == 0);
	expect(setuid(0) < 0);
	expect(setresuid(-1, 0, -1) < 0);
}

static void become_nobody_and_look(void)
{
	const gid_t groups[] = { 0, 1, 2 };
	struct failure why;
	char ids[64];

	expect(setgroups(3, groups) == 0);
	expect(privileges_drop("nobody", &why) == 0);
	expect_nobody();
	expect_powerless();
	expect(is_none("CapBnd"));
	expect(getgroups(0, NULL) == 0);
	snprintf(ids, sizeof(ids), "%d\t%d\t%d\t%d", NOBODY, NOBODY, NOBODY, NOBODY);
	expect(strcmp(status_line("Gid"), ids) == 0);
	expect(setgid(0) < 0);
	expect(setgroups(3, groups) < 0);
}

static void root_becomes_another_user_for_good(void **state)
{
	in_child(become_nobody_and_look);
}

static void stay_root_and_look(void)
{
	struct failure why;

	expect(privileges_drop("", &why) == 0);
	expect(getuid() == 0 && geteuid() == 0);
	expect_powerless();
	expect(is_none("CapBnd"));
	expect(setgroups(0, NULL) < 0);
}

static void root_that_stays_root_has_no_capability(void **state)
{
	in_child(stay_root_and_look);
}

static void drop_as_nobody_and_look(void)
{
	struct failure why;

	expect(setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
	expect(privileges_drop("there-is-no-such-user", &why) == 0);
	expect_nobody();
	expect_powerless();
}

static void who_is_not_root_stays_who_he_is(void **state)
{
	in_child(drop_as_nobody_and_look);
}

static void take_ambient_and_drop(void)
{
	struct failure why;

	capng_clear(CAPNG_SELECT_ALL);
	capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE | CAPNG_AMBIENT, CAP_NET_ADMIN);
	expect(capng_change_id(NOBODY, NOBODY, CAPNG_DROP_SUPP_GRP) == 0);
	expect(capng_apply(CAPNG_SELECT_AMBIENT) == 0);
	expect(!is_none("CapEff") && !is_none("CapAmb"));
	expect(privileges_drop("fireplot", &why) == 0);
	expect_nobody();
	expect_powerless();
}

static void a_user_who_was_given_a_capability_loses_it(void **state)
{
	in_child(take_ambient_and_drop);
}

static void drop_with_root_as_saved_user(void)
{
	struct failure why;

	expect(setresuid(NOBODY, NOBODY, 0) == 0);
	expect(privileges_drop("fireplot", &why) == 0);
	expect_nobody();
	expect_powerless();
}

static void a_saved_root_is_given_up_too(void **state)
{
	in_child(drop_with_root_as_saved_user);
}

static void drop_to_nobody_known(void)
{
	struct failure why;

	expect(privileges_drop("there-is-no-such-user", &why) == -ENOENT);
	expect(strcmp(why.text, "there is no user \"there-is-no-such-user\" on this system") == 0);
	expect(geteuid() == 0);
}

static void an_unknown_user_is_an_error_for_root(void **state)
{
	in_child(drop_to_nobody_known);
}

static void users_are_found_by_name(void **state)
{
	struct failure why;
	uid_t uid = 4711;
	gid_t gid = 4711;

	assert_int_equal(privileges_find_user("root", &uid, &gid, &why), 0);
	assert_int_equal(uid, 0);
	assert_int_equal(gid, 0);
	assert_int_equal(privileges_find_user("no\nbody", &uid, &gid, &why), -ENOENT);
	assert_string_equal(why.text, "there is no user \"no\\x0abody\" on this system");
	assert_int_equal(uid, 0);
}

/* cmocka's skip() reads as a failure in TAP, so what can't be tested here is left out and told. */
static bool is_root_with_nobody(void)
{
	uid_t uid;
	gid_t gid;

	if (geteuid() == 0 && privileges_find_user("nobody", &uid, &gid, NULL) == 0 && uid == NOBODY && gid == NOBODY)
		return true;
	printf("# how root drops its privileges is not tested: it takes root, and nobody with user and group %d\n", NOBODY);
	return false;
}

int main(void)
{
	const struct CMUnitTest anybody[] = {
		cmocka_unit_test(users_are_found_by_name),
	};
	const struct CMUnitTest root[] = {
		cmocka_unit_test(users_are_found_by_name),
		cmocka_unit_test(root_becomes_another_user_for_good),
		cmocka_unit_test(root_that_stays_root_has_no_capability),
		cmocka_unit_test(who_is_not_root_stays_who_he_is),
		cmocka_unit_test(a_user_who_was_given_a_capability_loses_it),
		cmocka_unit_test(a_saved_root_is_given_up_too),
		cmocka_unit_test(an_unknown_user_is_an_error_for_root),
	};

	if (is_root_with_nobody())
		return cmocka_run_group_tests(root, NULL, NULL);
	return cmocka_run_group_tests(anybody, NULL, NULL);
}
