/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The protocol against a server that says what it is told to say, and nothing else. */
#include "archive/rrdcached.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "scratch.h"

/* One connection: reads until so many newlines have come, writes what is to be said, and again; then hangs up. */
struct turn {
	unsigned lines;
	const char *say;
	size_t size; /* of say; 0: all of the string */
};

struct server {
	char address[SCRATCH_PATH];
	int listening;
	pthread_t thread;
	const struct turn *turns;
	unsigned count;
	bool leaves_unread; /* hangs up as soon as there is something to read after the last turn: the other side is reset */
	char heard[16384];
	size_t heard_size;
};

static void hear_lines(struct server *server, int fd, unsigned lines)
{
	while (lines > 0 && server->heard_size + 1 < sizeof(server->heard)) {
		ssize_t n = read(fd, server->heard + server->heard_size, 1);

		if (n <= 0)
			return;
		lines -= server->heard[server->heard_size++] == '\n';
	}
}

static void *serve(void *arg)
{
	struct server *server = arg;
	int fd = accept(server->listening, NULL, NULL);

	for (unsigned i = 0; i < server->count; i++) {
		const struct turn *turn = &server->turns[i];
		size_t size = turn->size ? turn->size : strlen(turn->say);

		hear_lines(server, fd, turn->lines);
		if (write(fd, turn->say, size) != (ssize_t)size)
			break;
	}
	if (server->leaves_unread) {
		char byte;

		while (recv(fd, &byte, 1, MSG_PEEK) < 0)
			;
	}
	close(fd);
	return NULL;
}

static void start(struct server *server, void **state, const struct turn *turns, unsigned count)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const char *path = scratch_path(state, "socket");

	unlink(path);
	snprintf(server->address, sizeof(server->address), "unix:%s", path);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	server->turns = turns;
	server->count = count;
	server->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listening, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(server->listening, 1), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct server *server)
{
	pthread_join(server->thread, NULL);
	close(server->listening);
	server->heard[server->heard_size] = '\0';
}

static struct rrdcached *connected(const struct server *server)
{
	struct failure why = { "" };
	struct rrdcached *cached = rrdcached_new(server->address, &why);

	assert_non_null(cached);
	if (rrdcached_connect(cached, &why))
		fail_msg("%s", why.text);
	return cached;
}

/* ---- addresses ---- */

static void addresses_are_read_as_rrdtool_spells_them(void **state)
{
	static const struct {
		const char *text;
		bool is_unix;
		const char *host, *port;
	} good[] = {
		{ "unix:/run/rrdcached.sock", true, "/run/rrdcached.sock", "" },
		{ "/run/rrdcached.sock", true, "/run/rrdcached.sock", "" },
		{ "central", false, "central", "42217" },
		{ "central.example.org:1", false, "central.example.org", "1" },
		{ "192.0.2.1:65535", false, "192.0.2.1", "65535" },
		{ "[central]", false, "central", "42217" },
		{ "[2001:db8::1]", false, "2001:db8::1", "42217" },
		{ "[2001:db8::1]:42218", false, "2001:db8::1", "42218" },
	};
	struct rrdcached_address address;
	struct failure why;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(rrdcached_parse_address(good[i].text, &address, &why), 0);
		assert_int_equal(address.is_unix, good[i].is_unix);
		assert_string_equal(address.host, good[i].host);
		assert_string_equal(address.port, good[i].port);
	}
}

static void what_is_no_address_is_told(void **state)
{
	static const char *const wrong[] = { "", "unix:", "unix:socket", ":42217", "[]:1", "[::1", "[::1]x", "::1", "2001:db8::1:42217",
		                             "host:", "host:0", "host:65536", "host:http", "a b", "a\n", "unix:/a b" };
	struct rrdcached_address address;
	struct failure why;
	char text[400] = "/";

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(rrdcached_parse_address(wrong[i], &address, &why), -EINVAL);
		assert_non_null(strstr(why.text, "address of an rrdcached: expected "));
		assert_null(rrdcached_new(wrong[i], &why));
	}
	memset(text + 1, 'a', 106);
	assert_int_equal(rrdcached_parse_address(text, &address, &why), 0);
	text[107] = 'a';
	assert_int_equal(rrdcached_parse_address(text, &address, &why), -EINVAL);
	memset(text, 'a', 255);
	text[255] = '\0';
	assert_int_equal(rrdcached_parse_address(text, &address, &why), 0);
	text[255] = 'a';
	assert_int_equal(rrdcached_parse_address(text, &address, &why), -EINVAL);
}

/* ---- requests and answers ---- */

static void requests_are_lines_and_answers_come_in_their_order(void **state)
{
	static const struct turn turns[] = { { 3, "0 done\n2 Lines follow\none\n\n-1 No such file: x.\n", 0 } };
	struct server server = { 0 };
	struct rrdcached *cached;
	struct failure why;

	start(&server, state, turns, 1);
	cached = connected(&server);
	assert_int_equal(rrdcached_ask(cached, "FLUSH", "a b\\c/d.rrd", "", &why), 0);
	assert_int_equal(rrdcached_ask(cached, "INFO", "e.rrd", "", &why), 0);
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x", "1:2 3:4", &why), 0);
	assert_int_equal(rrdcached_answer(cached, "FLUSH", "a", &why), 0);
	assert_int_equal(rrdcached_answer(cached, "INFO", "e.rrd", &why), 2);
	assert_string_equal(rrdcached_line(cached, &why), "one");
	assert_string_equal(rrdcached_line(cached, &why), "");
	assert_int_equal(rrdcached_answer(cached, "UPDATE", "x", &why), -ENOENT);
	assert_true(rrdcached_is_connected(cached));
	rrdcached_free(cached);
	stop(&server);
	assert_string_equal(server.heard, "FLUSH a\\ b\\\\c/d.rrd\nINFO e.rrd\nUPDATE x 1:2 3:4\n");
}

static void a_line_is_as_long_as_rrdcached_takes_and_no_longer(void **state)
{
	static const struct turn turns[] = { { 1, "0 done\n", 0 } };
	struct server server = { 0 };
	char text[RRDCACHED_LINE];
	struct rrdcached *cached;
	struct failure why;
	size_t most = RRDCACHED_LINE - strlen("UPDATE x \n");

	start(&server, state, turns, 1);
	cached = connected(&server);
	memset(text, '1', sizeof(text));
	text[most + 1] = '\0';
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x", text, &why), -E2BIG);
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x\ny", "", &why), -E2BIG);
	assert_int_equal(rrdcached_ask(cached, "UPDATE", text, text, &why), -E2BIG);
	assert_true(rrdcached_is_connected(cached));
	text[most] = '\0';
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x", text, &why), 0);
	assert_int_equal(rrdcached_answer(cached, "UPDATE", "x", &why), 0);
	rrdcached_free(cached);
	stop(&server);
	assert_int_equal(server.heard_size, RRDCACHED_LINE);
}

static void refusals_are_told_with_address_file_and_what_to_do(void **state)
{
	static const struct {
		const char *answer;
		int err;
		const char *told;
	} refusals[] = {
		{ "-1 No such file: /b/x.rrd.\n", -ENOENT, "x.rrd: GET: No such file: /b/x.rrd." },
		{ "-1 Permission denied.\n", -EACCES, "option -P of rrdcached(1)" },
		{ "-1 /b/x.rrd: Permission denied\n", -EACCES, "see -b and -B of rrdcached(1)" },
		{ "-1 No permission to recursively create: /b\n", -EACCES, "-B -R" },
		{ "-1 RRD Error: creating '/b/x.rrd': File exists\n", -EEXIST, "File exists" },
		{ "-1 Unknown command: GET\n", -EREMOTEIO, "expected rrdcached 1.7 or newer" },
		{ "-1 RRD Error: could not lock RRD\n", -EAGAIN, "could not lock" },
		{ "-12 something else\n", -EREMOTEIO, "x.rrd: GET: something else" },
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct turn turn = { 1, refusals[i].answer, 0 };
		struct server server = { 0 };
		struct rrdcached *cached;
		struct failure why;

		start(&server, state, &turn, 1);
		cached = connected(&server);
		assert_int_equal(rrdcached_ask(cached, "GET", "x.rrd", "", &why), 0);
		assert_int_equal(rrdcached_answer(cached, "GET", "x.rrd", &why), refusals[i].err);
		assert_non_null(strstr(why.text, refusals[i].told));
		assert_non_null(strstr(why.text, server.address));
		assert_true(rrdcached_is_connected(cached));
		rrdcached_free(cached);
		stop(&server);
	}
}

static void what_is_no_answer_closes_the_connection(void **state)
{
	static const char *const answers[] = { "\n", "SSH-2.0-x\n", "- x\n", "0x12 y\n", "99999999999999999999 z\n", "20000000 lines\n" };

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct turn turn = { 1, answers[i], 0 };
		struct server server = { 0 };
		struct rrdcached *cached;
		struct failure why;
		unsigned session;

		start(&server, state, &turn, 1);
		cached = connected(&server);
		session = rrdcached_session(cached);
		rrdcached_ask(cached, "PING", "x", "", &why);
		assert_int_equal(rrdcached_answer(cached, "PING", "x", &why), -EPROTO);
		assert_non_null(strstr(why.text, "is it an rrdcached?"));
		assert_false(rrdcached_is_connected(cached));
		assert_int_not_equal(rrdcached_session(cached), session);
		assert_int_equal(rrdcached_ask(cached, "PING", "x", "", &why), -ENOTCONN);
		assert_int_equal(rrdcached_answer(cached, "PING", "x", &why), -ENOTCONN);
		assert_null(rrdcached_line(cached, &why));
		rrdcached_free(cached);
		stop(&server);
	}
}

/* An answer of a line, a line and 5 bytes, read whole. */
static bool read_whole(struct rrdcached *cached)
{
	const char *line;
	struct failure why;
	char bytes[5];

	if (rrdcached_ask(cached, "GET", "x", "", &why) || rrdcached_answer(cached, "GET", "x", &why) != 2)
		return false;
	line = rrdcached_line(cached, &why);
	return line && strcmp(line, "a line") == 0 && rrdcached_bytes(cached, bytes, sizeof(bytes), &why) == 0 &&
	       memcmp(bytes, "\0by\nx", sizeof(bytes)) == 0;
}

static void an_answer_cut_anywhere_is_an_error(void **state)
{
	static const char answer[] = "2 follow\na line\n\0by\nx";

	for (size_t size = 1; size < sizeof(answer); size++) {
		struct turn turn = { 1, answer, size };
		struct server server = { 0 };
		struct rrdcached *cached;

		start(&server, state, &turn, 1);
		cached = connected(&server);
		assert_int_equal(read_whole(cached), size == sizeof(answer) - 1);
		assert_int_equal(rrdcached_is_connected(cached), size == sizeof(answer) - 1);
		rrdcached_free(cached);
		stop(&server);
	}
}

/* Killed with our request unread, it leaves us with a reset, and the answer before must not be taken for this one's. */
static void a_reset_is_no_answer(void **state)
{
	static const struct turn turns[] = { { 1, "0 errors, enqueued 1 value(s).\n", 0 } };
	struct server server = { .leaves_unread = true };
	struct rrdcached *cached;
	struct failure why;

	start(&server, state, turns, 1);
	cached = connected(&server);
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x", "1:1", &why), 0);
	assert_int_equal(rrdcached_answer(cached, "UPDATE", "x", &why), 0);
	assert_int_equal(rrdcached_ask(cached, "UPDATE", "x", "2:1", &why), 0);
	assert_true(rrdcached_answer(cached, "UPDATE", "x", &why) < 0);
	assert_false(rrdcached_is_connected(cached));
	rrdcached_free(cached);
	stop(&server);
}

static void who_hung_up_is_connected_to_anew(void **state)
{
	static const struct turn turns[] = { { 1, "0 done\n", 0 } };
	struct server server = { 0 };
	struct rrdcached *cached;
	struct failure why;
	unsigned session;

	start(&server, state, turns, 1);
	cached = connected(&server);
	session = rrdcached_session(cached);
	rrdcached_ask(cached, "PING", "x", "", &why);
	assert_int_equal(rrdcached_answer(cached, "PING", "x", &why), 0);
	stop(&server);
	assert_int_equal(rrdcached_connect(cached, &why), -ECONNREFUSED);
	assert_non_null(strstr(why.text, "cannot connect: Connection refused"));
	start(&server, state, turns, 1);
	assert_int_equal(rrdcached_connect(cached, &why), 0);
	assert_int_not_equal(rrdcached_session(cached), session);
	rrdcached_ask(cached, "PING", "x", "", &why);
	assert_int_equal(rrdcached_answer(cached, "PING", "x", &why), 0);
	rrdcached_free(cached);
	stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_as_rrdtool_spells_them),
		cmocka_unit_test(what_is_no_address_is_told),
		cmocka_unit_test_setup_teardown(requests_are_lines_and_answers_come_in_their_order, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_line_is_as_long_as_rrdcached_takes_and_no_longer, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(refusals_are_told_with_address_file_and_what_to_do, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_is_no_answer_closes_the_connection, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(an_answer_cut_anywhere_is_an_error, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_reset_is_no_answer, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(who_hung_up_is_connected_to_anew, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
