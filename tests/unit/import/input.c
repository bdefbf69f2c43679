/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/input.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "../archive/scratch.h"

#define MANY_LINES 40000

static const char *const packers[] = { "gzip", "xz", "zstd", "bzip2", "lz4" };

/* ---- files ---- */

static const char *file_of(void **state, const void *bytes, size_t size)
{
	const char *path = scratch_path(state, "file");

	scratch_write(path, bytes, size);
	return path;
}

/* Lines of many lengths, numbered, so that none is like another. */
static char *make_lines(size_t *size)
{
	char *text = malloc(MANY_LINES * 200), dots[160];
	size_t at = 0;

	assert_non_null(text);
	memset(dots, '.', sizeof(dots));
	for (unsigned i = 0; i < MANY_LINES; i++)
		at += (size_t)sprintf(text + at, "%u %.*s\n", i, (int)(i * 7919 % 150), dots);
	*size = at;
	return text;
}

static bool has_program(const char *name)
{
	char command[64];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", name);
	return system(command) == 0;
}

/* Whether it can be unpacked, and packed here. */
static bool is_tried(const char *packer)
{
#if defined(HAVE_LIBARCHIVE)
	bool is_known = true;
#elif defined(HAVE_ZLIB)
	bool is_known = strcmp(packer, "gzip") == 0;
#else
	bool is_known = false;
#endif
	return is_known && has_program(packer);
}

static void needs_gzip(void)
{
	if (!is_tried("gzip")) {
		print_message("# nothing unpacks gzip\n");
		skip();
	}
}

/* Of the file that file_of made. */
static const char *packed(void **state, const char *packer)
{
	const char *out = scratch_path(state, packer);
	char command[2 * SCRATCH_PATH + 64];

	snprintf(command, sizeof(command), "%s -c <%s >%s", packer, scratch_path(state, "file"), out);
	assert_int_equal(system(command), 0);
	return out;
}

static struct input *opened(const char *path)
{
	struct input *in = NULL;
	struct failure why = { "" };

	if (input_open(path, &in, &why))
		fail_msg("%s", why.text);
	return in;
}

static void assert_refused(const char *path, int err, const char *says)
{
	struct input *in = NULL;
	struct failure why = { "" };

	assert_int_equal(input_open(path, &in, &why), err);
	if (!strstr(why.text, path) || !strstr(why.text, says))
		fail_msg("it says: %s", why.text);
}

/* ---- reading ---- */

static void assert_line(struct input *in, const char *wanted, size_t wanted_len)
{
	struct failure why = { "" };
	const char *line = NULL;
	size_t len = 0;

	if (input_line(in, &line, &len, &why) != 1)
		fail_msg("no line: %s", why.text);
	assert_int_equal(len, wanted_len);
	if (wanted_len > INPUT_LINE)
		assert_null(line);
	else
		assert_memory_equal(line, wanted, len);
}

static void assert_end(struct input *in)
{
	struct failure why = { "" };
	const char *line;
	size_t len;

	assert_int_equal(input_line(in, &line, &len, &why), 0);
	assert_int_equal(input_line(in, &line, &len, &why), 0);
	assert_int_equal(input_failure(in, &why), 0);
	input_close(in);
}

static void assert_all_lines(struct input *in, const char *text, size_t size)
{
	for (size_t at = 0, len; at < size; at += len + 1) {
		len = (size_t)((char *)memchr(text + at, '\n', size - at) - (text + at));
		assert_line(in, text + at, len);
	}
	assert_end(in);
}

/* How much of the text a stream gives; *failed as ferror. */
static size_t read_stream(struct input *in, const char *text, size_t size, bool *failed)
{
	FILE *stream = input_stream(in);
	char piece[1500];
	size_t at = 0, n;

	assert_non_null(stream);
	while ((n = fread(piece, 1, sizeof(piece), stream)) > 0) {
		assert_true(at + n <= size);
		assert_memory_equal(piece, text + at, n);
		at += n;
	}
	*failed = ferror(stream) != 0;
	fclose(stream);
	return at;
}

static void assert_whole_stream(const char *path, const char *text, size_t size)
{
	struct input *in = opened(path);
	bool failed;

	assert_int_equal(read_stream(in, text, size, &failed), size);
	assert_false(failed);
	assert_int_equal(input_failure(in, NULL), 0);
	input_close(in);
}

/* ---- plain ---- */

static void lines_come_as_they_are(void **state)
{
	size_t size;
	char *text = make_lines(&size);
	const char *path = file_of(state, text, size);

	assert_all_lines(opened(path), text, size);
	assert_whole_stream(path, text, size);
	free(text);
}

static void an_empty_file_has_no_line(void **state)
{
	struct input *in = opened(file_of(state, "", 0));
	const uint8_t *bytes;
	struct failure why;

	assert_int_equal(input_peek(in, 4, &bytes, &why), 0);
	assert_end(in);
}

static void the_last_line_needs_no_newline(void **state)
{
	struct input *in = opened(file_of(state, "one\n\ntwo", 8));

	assert_line(in, "one", 3);
	assert_line(in, "", 0);
	assert_line(in, "two", 3);
	assert_end(in);
}

static void a_cr_before_the_newline_is_left_out(void **state)
{
	struct input *in = opened(file_of(state, "one\r\n\r\nt\rwo\r\r\nend\r", 18));

	assert_line(in, "one", 3);
	assert_line(in, "", 0);
	assert_line(in, "t\rwo\r", 5);
	assert_line(in, "end", 3);
	assert_end(in);
}

static void nul_bytes_are_bytes(void **state)
{
	struct input *in = opened(file_of(state, "a\0b\n\0\n\0", 7));

	assert_line(in, "a\0b", 3);
	assert_line(in, "\0", 1);
	assert_line(in, "\0", 1);
	assert_end(in);
}

/* A line of len bytes behind one and before another; the first makes it begin anywhere in the buffer. */
static void check_length(void **state, size_t before, size_t len, bool newline)
{
	size_t size = before + 1 + len + (newline ? 6 : 0);
	char *text = malloc(size);
	struct input *in;

	assert_non_null(text);
	memset(text, 'x', size);
	text[before] = '\n';
	if (newline)
		memcpy(text + before + 1 + len, "\nlast\n", 6);
	in = opened(file_of(state, text, size));
	assert_line(in, text, before);
	assert_line(in, text + before + 1, len > INPUT_LINE ? INPUT_LINE + 1 : len);
	if (newline)
		assert_line(in, "last", 4);
	assert_end(in);
	free(text);
}

static void a_line_may_be_of_any_length_and_is_passed_over_if_too_long(void **state)
{
	static const size_t len[] = { 1, 65534, INPUT_LINE, INPUT_LINE + 1, INPUT_LINE + 2, 2 * INPUT_LINE, 4 * INPUT_LINE - 1,
		                      4 * INPUT_LINE, 4 * INPUT_LINE + 1, 1000000 };
	static const size_t before[] = { 0, 1, 65535 };

	for (size_t i = 0; i < sizeof(len) / sizeof(len[0]); i++)
		for (size_t j = 0; j < 3; j++) {
			check_length(state, before[j], len[i], true);
			check_length(state, before[j], len[i], false);
		}
}

static bool twice_more(void *arg)
{
	unsigned *asked = arg;

	return ++*asked < 3;
}

static void a_line_without_an_end_can_be_left(void **state)
{
	struct input *in = opened("/dev/zero");
	struct failure why = { "" };
	const char *line;
	size_t len;
	unsigned asked = 0;

	(void)state;
	input_ask(in, twice_more, &asked);
	assert_line(in, NULL, INPUT_LINE + 1);
	assert_int_equal(asked, 3);
	assert_int_equal(input_line(in, &line, &len, &why), -EINTR);
	input_close(in);
}

static void what_was_peeked_at_comes_again(void **state)
{
	size_t size;
	char *text = make_lines(&size);
	const char *path = file_of(state, text, size);
	struct input *in = opened(path);
	const uint8_t *bytes;
	struct failure why;
	bool failed;

	assert_int_equal(input_peek(in, 4096, &bytes, &why), 4096);
	assert_memory_equal(bytes, text, 4096);
	assert_int_equal(input_peek(in, 4, &bytes, &why), 4);
	assert_all_lines(in, text, size);
	in = opened(path);
	assert_int_equal(input_peek(in, 24, &bytes, &why), 24);
	assert_int_equal(read_stream(in, text, size, &failed), size);
	assert_false(failed);
	input_close(in);
	free(text);
}

static void a_peek_past_the_end_gives_what_there_is(void **state)
{
	struct input *in = opened(file_of(state, "ab", 2));
	const uint8_t *bytes;
	struct failure why;

	assert_int_equal(input_peek(in, 4, &bytes, &why), 2);
	assert_memory_equal(bytes, "ab", 2);
	assert_line(in, "ab", 2);
	assert_end(in);
}

static void directories_and_missing_files_are_named(void **state)
{
	assert_refused(*state, -EISDIR, "directory");
	assert_refused(scratch_path(state, "none"), -ENOENT, "No such file");
}

static void progress_ends_at_one(void **state)
{
	struct input *in = opened(file_of(state, "a\nb\n", 4));

	assert_true(input_written_s(in) > 1700000000);
	assert_line(in, "a", 1);
	assert_line(in, "b", 1);
	assert_true(input_progress(in) == 1);
	assert_end(in);
}

/* ---- standard input ---- */

static void a_pipe_is_read_as_a_file_is(void **state)
{
	size_t size;
	char *text = make_lines(&size), command[SCRATCH_PATH + 64];
	int keep = dup(STDIN_FILENO);
	struct input *in;
	FILE *pipe;

	/* in pieces, with a first one that is shorter than what is looked at */
	file_of(state, text, size);
	snprintf(command, sizeof(command), "cd %s; head -c 3 file; sleep 0.1; tail -c +4 file", (char *)*state);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	dup2(fileno(pipe), STDIN_FILENO);
	in = opened("-");
	assert_string_equal(input_name(in), "standard input");
	assert_true(input_progress(in) < 0);
	assert_all_lines(in, text, size);
	dup2(keep, STDIN_FILENO);
	close(keep);
	pclose(pipe);
	free(text);
}

/* ---- packed ---- */

static void compressed_files_are_unpacked_by_their_content(void **state)
{
	size_t size;
	char *text = make_lines(&size);

	file_of(state, text, size);
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		if (!is_tried(packers[i])) {
			print_message("# %s is not tried\n", packers[i]);
			continue;
		}
		assert_all_lines(opened(packed(state, packers[i])), text, size);
		assert_whole_stream(packed(state, packers[i]), text, size);
	}
	free(text);
}

static void a_compressed_file_of_nothing_has_no_line(void **state)
{
	file_of(state, "", 0);
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (is_tried(packers[i])) {
			assert_end(opened(packed(state, packers[i])));
			assert_whole_stream(packed(state, packers[i]), "", 0);
		}
}

static void a_compressed_file_may_have_several_members(void **state)
{
	char command[3 * SCRATCH_PATH];
	struct input *in;

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		if (!is_tried(packers[i]))
			continue;
		snprintf(command, sizeof(command), "cd %s; (echo one | %s -c; printf 'tw' | %s -c; printf 'o\\nend' | %s -c) >several",
		         (char *)*state, packers[i], packers[i], packers[i]);
		assert_int_equal(system(command), 0);
		in = opened(scratch_path(state, "several"));
		assert_line(in, "one", 3);
		assert_line(in, "two", 3);
		assert_line(in, "end", 3);
		assert_end(in);
	}
}

/* How many bytes of the text came, and then that it failed. */
static size_t count_until_failure(const char *path, const char *text)
{
	struct input *in = opened(path);
	struct failure why = { "" };
	size_t at = 0, len;
	const char *line;
	int got;

	while ((got = input_line(in, &line, &len, &why)) == 1) {
		assert_memory_equal(line, text + at, len);
		at += len + 1;
	}
	assert_true(got < 0);
	assert_non_null(strstr(why.text, path));
	assert_int_equal(input_line(in, &line, &len, &why), got);
	assert_int_equal(input_failure(in, &why), got);
	input_close(in);
	return at;
}

/* The whole lines that come before a cut, no fewer than gzip(1) gives; and no part of a line, which would tell something else. */
static void assert_lines_before(void **state, const char *text, size_t bytes)
{
	const char *cut = scratch_path(state, "cut");
	char command[3 * SCRATCH_PATH];
	size_t size, failed_at = count_until_failure(cut, text);
	uint8_t *given;

	snprintf(command, sizeof(command), "gzip -dc <%s 2>/dev/null >%s", cut, scratch_path(state, "given"));
	assert_int_not_equal(system(command), 0);
	given = scratch_read(scratch_path(state, "given"), &size);
	while (size > 0 && given[size - 1] != '\n')
		size--;
	assert_true(failed_at == 0 || text[failed_at - 1] == '\n');
	if (failed_at < size)
		fail_msg("cut after %zu bytes: %zu bytes of lines came, and gzip gives %zu", bytes, failed_at, size);
	free(given);
}

static void all_lines_before_a_cut_come_and_then_it_fails(void **state)
{
	size_t size, packed_size;
	char *text;
	uint8_t *bytes;

#ifndef HAVE_ZLIB
	skip();
#endif
	needs_gzip();
	text = make_lines(&size);
	for (size_t part = 300; part <= size; part += size - 300) { /* a short log, and one of many blocks */
		file_of(state, text, part);
		bytes = scratch_read(packed(state, "gzip"), &packed_size);
		for (size_t cut = packed_size; cut-- > 2; cut = cut > 400 ? cut / 2 : cut) {
			scratch_write(scratch_path(state, "cut"), bytes, cut);
			assert_lines_before(state, text, cut);
		}
		free(bytes);
	}
	free(text);
}

static void a_stream_tells_that_it_was_cut(void **state)
{
	size_t size, packed_size, got;
	char *text;
	const char *cut = scratch_path(state, "cut");
	uint8_t *bytes;
	struct input *in;
	bool failed;

	needs_gzip();
	text = make_lines(&size);
	file_of(state, text, size);
	bytes = scratch_read(packed(state, "gzip"), &packed_size);
	scratch_write(cut, bytes, packed_size / 2);
	in = opened(cut);
	got = read_stream(in, text, size, &failed);
	assert_true(failed);
	assert_true(got > size / 4);
	assert_true(input_failure(in, NULL) < 0);
	input_close(in);
	free(bytes);
	free(text);
}

/* A bit that is another: what comes before it is there, unless the sum at the end alone tells. */
static void of_a_damaged_file_what_is_before_the_damage_comes(void **state)
{
	size_t size, packed_size;
	char *text;
	uint8_t *bytes;

	needs_gzip();
	text = make_lines(&size);
	file_of(state, text, size);
	bytes = scratch_read(packed(state, "gzip"), &packed_size);
	bytes[packed_size - 6] ^= 1; /* the sum */
	scratch_write(scratch_path(state, "cut"), bytes, packed_size);
#ifdef HAVE_ZLIB
	assert_int_equal(count_until_failure(scratch_path(state, "cut"), text), size);
#endif
	free(bytes);
	free(text);
}

static void noise_behind_a_magic_number_fails(void **state)
{
	static const uint8_t noise[64] = { 0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 0, 3, 0xff, 0xff, 0xff };
	struct input *in = NULL;
	struct failure why = { "" };
	const char *line;
	size_t len;
	int err = input_open(file_of(state, noise, sizeof(noise)), &in, &why);

	if (!err) {
		while ((err = input_line(in, &line, &len, &why)) == 1)
			;
		input_close(in);
	}
	assert_true(err < 0);
	assert_true(why.text[0]);
}

/* Only compression is undone, and once: a log that looks like something else to an archiver is a log. */
static void what_is_inside_is_not_unpacked_again(void **state)
{
	static const char uu[] = "begin 644 file\n#86)C\n`\nend\n";
	struct input *in;

	needs_gzip();
	file_of(state, uu, sizeof(uu) - 1);
	in = opened(packed(state, "gzip"));
	assert_line(in, "begin 644 file", 14);
	assert_line(in, "#86)C", 5);
	assert_line(in, "`", 1);
	assert_line(in, "end", 3);
	assert_end(in);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)
	const struct CMUnitTest tests[] = {
		TEST(lines_come_as_they_are),
		TEST(an_empty_file_has_no_line),
		TEST(the_last_line_needs_no_newline),
		TEST(a_cr_before_the_newline_is_left_out),
		TEST(nul_bytes_are_bytes),
		TEST(a_line_may_be_of_any_length_and_is_passed_over_if_too_long),
		TEST(a_line_without_an_end_can_be_left),
		TEST(what_was_peeked_at_comes_again),
		TEST(a_peek_past_the_end_gives_what_there_is),
		TEST(directories_and_missing_files_are_named),
		TEST(progress_ends_at_one),
		TEST(a_pipe_is_read_as_a_file_is),
		TEST(compressed_files_are_unpacked_by_their_content),
		TEST(a_compressed_file_of_nothing_has_no_line),
		TEST(a_compressed_file_may_have_several_members),
		TEST(all_lines_before_a_cut_come_and_then_it_fails),
		TEST(a_stream_tells_that_it_was_cut),
		TEST(of_a_damaged_file_what_is_before_the_damage_comes),
		TEST(noise_behind_a_magic_number_fails),
		TEST(what_is_inside_is_not_unpacked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
