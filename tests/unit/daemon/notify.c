/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static char socket_dir[] = "/tmp/fireplot-notify-XXXXXX";

static int make_dir(void **state)
{
	return mkdtemp(socket_dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	return rmdir(socket_dir);
}

static int forget_all(void **state)
{
	return unsetenv("NOTIFY_SOCKET") | unsetenv("WATCHDOG_USEC") | unsetenv("WATCHDOG_PID");
}

/* A manager's socket; len is that of the name in sun_path. */
static int listen_at(const char *name, size_t len)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	memcpy(address.sun_path, name, len);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address,
	                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

static int listen_at_path(char path[64])
{
	snprintf(path, 64, "%s/notify", socket_dir);
	setenv("NOTIFY_SOCKET", path, 1);
	return listen_at(path, strlen(path) + 1);
}

static void assert_heard(int fd, const char *expected)
{
	char text[256];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

static void without_a_manager_nothing_happens(void **state)
{
	notify_open();
	notify_send("READY=1");
	assert_int_equal(notify_watchdog_ms(), 0);
}

static void a_state_is_one_datagram(void **state)
{
	char path[64];
	int fd = listen_at_path(path);

	notify_open();
	notify_send("READY=1");
	notify_send("RELOADING=1\nMONOTONIC_USEC=17");
	assert_heard(fd, "READY=1");
	assert_heard(fd, "RELOADING=1\nMONOTONIC_USEC=17");
	unlink(path);
	close(fd);
}

static void the_path_need_not_be_reachable_later(void **state)
{
	char path[64];
	int fd = listen_at_path(path);

	notify_open();
	unlink(path);
	notify_send("STOPPING=1");
	assert_heard(fd, "STOPPING=1");
	close(fd);
}

static void an_abstract_socket_is_reached(void **state)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "@fireplot-notify-%ld", (long)getpid());
	setenv("NOTIFY_SOCKET", name, 1);
	name[0] = '\0';
	fd = listen_at(name, 1 + strlen(name + 1));
	notify_open();
	notify_send("WATCHDOG=1");
	assert_heard(fd, "WATCHDOG=1");
	close(fd);
}

static void a_manager_that_has_gone_does_no_harm(void **state)
{
	char path[64];
	int fd = listen_at_path(path);

	notify_open();
	close(fd);
	unlink(path);
	notify_send("WATCHDOG=1");
}

static void names_that_can_not_be_are_left_alone(void **state)
{
	static const char *const bad[] = { "", "@", "/", "relative", "vsock:2:1", "/nowhere/at/all" };
	char long_name[300];

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	setenv("WATCHDOG_USEC", "2000000", 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setenv("NOTIFY_SOCKET", bad[i], 1);
		notify_open();
		notify_send("READY=1");
		assert_int_equal(notify_watchdog_ms(), 0);
	}
	for (int abstract = 0; abstract < 2; abstract++) {
		long_name[0] = abstract ? '@' : '/';
		setenv("NOTIFY_SOCKET", long_name, 1);
		notify_open();
		assert_int_equal(notify_watchdog_ms(), 0);
	}
}

static unsigned watchdog(const char *usec, long pid)
{
	char path[64], text[32];
	int fd = listen_at_path(path);

	setenv("WATCHDOG_USEC", usec, 1);
	snprintf(text, sizeof(text), "%ld", pid);
	if (pid)
		setenv("WATCHDOG_PID", text, 1);
	else
		unsetenv("WATCHDOG_PID");
	notify_open();
	unlink(path);
	close(fd);
	return notify_watchdog_ms();
}

static void the_watchdog_is_fed_twice_as_often_as_asked(void **state)
{
	assert_int_equal(watchdog("30000000", getpid()), 15000);
	assert_int_equal(watchdog("2000", 0), 1);
	assert_int_equal(watchdog("18446744073709551615", 0), UINT32_MAX);
}

static void a_watchdog_of_another_process_is_not_ours(void **state)
{
	assert_int_equal(watchdog("30000000", (long)getpid() + 1), 0);
}

static void nonsense_is_no_watchdog(void **state)
{
	static const char *const bad[] = { "", "0", "-1", "x", "30s", " 30000000", "99999999999999999999999" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(watchdog(bad[i], 0), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, forget_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_manager_nothing_happens),
		TEST(a_state_is_one_datagram),
		TEST(the_path_need_not_be_reachable_later),
		TEST(an_abstract_socket_is_reached),
		TEST(a_manager_that_has_gone_does_no_harm),
		TEST(names_that_can_not_be_are_left_alone),
		TEST(the_watchdog_is_fed_twice_as_often_as_asked),
		TEST(a_watchdog_of_another_process_is_not_ours),
		TEST(nonsense_is_no_watchdog),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
