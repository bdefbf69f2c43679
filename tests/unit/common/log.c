/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/log.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* stderr is one end of a datagram socket, so that each write(2) comes out as one. */
static int reader = -1, saved_stderr = -1;

static int catch_stderr(void **state)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0)
		return -1;
	fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	if (saved_stderr < 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return -1;
	close(ends[1]);
	reader = ends[0];
	log_set_debug(0);
	return unsetenv("JOURNAL_STREAM");
}

static int release_stderr(void **state)
{
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(reader);
	return 0;
}

static void assert_line(const char *expected)
{
	char line[4096];
	ssize_t n = recv(reader, line, sizeof(line) - 1, MSG_DONTWAIT);

	assert_true(n > 0);
	line[n] = '\0';
	assert_string_equal(line, expected);
}

static void assert_silence(void)
{
	char c;

	assert_int_equal(recv(reader, &c, 1, MSG_DONTWAIT), -1);
}

static void name_the_journal(unsigned long long inode_offset)
{
	struct stat st;
	char stream[64];

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
	         (unsigned long long)st.st_ino + inode_offset);
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
}

static void a_terminal_gets_program_and_severity(void **state)
{
	log_open("fireplotd");
	log_error("can't open %s", "x");
	assert_line("fireplotd: error: can't open x\n");
	log_warning("%d lost", 3);
	assert_line("fireplotd: warning: 3 lost\n");
	log_info("listening");
	assert_line("fireplotd: listening\n");
}

static void debug_lines_come_only_when_asked_for(void **state)
{
	log_open("fireplotd");
	log_debug("a");
	assert_silence();
	log_set_debug(1);
	log_debug("b");
	assert_line("fireplotd: debug: b\n");
}

static void the_journal_gets_priorities(void **state)
{
	name_the_journal(0);
	log_open("fireplotd");
	log_set_debug(1);
	log_error("a");
	log_warning("b");
	log_info("c");
	log_debug("d");
	assert_line("<3>a\n");
	assert_line("<4>b\n");
	assert_line("<6>c\n");
	assert_line("<7>d\n");
}

static void another_stream_is_not_the_journal(void **state)
{
	name_the_journal(1);
	log_open("fireplotd");
	log_info("a");
	assert_line("fireplotd: a\n");
	setenv("JOURNAL_STREAM", "nonsense", 1);
	log_open("fireplotd");
	log_info("b");
	assert_line("fireplotd: b\n");
}

static void what_does_not_print_is_escaped(void **state)
{
	log_open("fireplotd");
	log_warning("prefix %s", "a\nfireplotd: error: forged\x1b[31m\xff");
	assert_line("fireplotd: warning: prefix a\\x0afireplotd: error: forged\\x1b[31m\\xff\n");
}

static void long_lines_are_cut_in_one_piece(void **state)
{
	char text[3000], line[4096];
	ssize_t n;

	log_open("fireplotd");
	for (int escaped = 0; escaped < 2; escaped++) {
		memset(text, escaped ? '\x01' : 'x', sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		log_info("%s", text);
		n = recv(reader, line, sizeof(line), 0);
		assert_in_range(n, 1000, 2048);
		assert_int_equal(line[n - 1], '\n');
		assert_ptr_equal(memchr(line, '\n', (size_t)n), line + n - 1);
		assert_silence();
	}
}

static void *log_many(void *arg)
{
	const char *text = arg;

	for (int i = 0; i < 100; i++)
		log_info("%s", text);
	return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
	char a[201], b[201], line[4096];
	pthread_t thread[2];
	int lines = 0;
	ssize_t n;

	memset(a, 'a', 200);
	memset(b, 'b', 200);
	a[200] = b[200] = '\0';
	log_open("p");
	assert_int_equal(pthread_create(&thread[0], NULL, log_many, a), 0);
	assert_int_equal(pthread_create(&thread[1], NULL, log_many, b), 0);
	while (lines < 200) {
		n = recv(reader, line, sizeof(line), 0);
		lines++;
		assert_int_equal(n, 204);
		assert_int_equal(strspn(line + 3, (char[]){ line[3], '\0' }), 200);
	}
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	assert_silence();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_terminal_gets_program_and_severity, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(debug_lines_come_only_when_asked_for, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(the_journal_gets_priorities, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(another_stream_is_not_the_journal, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(what_does_not_print_is_escaped, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_in_one_piece, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(lines_of_threads_do_not_mix, catch_stderr, release_stderr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
