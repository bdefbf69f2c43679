/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/lazy.h"

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

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\xf0\0\0\x03\x08\x08\x03";

/* Reads a text from memory of just its length. */
static bool size_of(const char *text, size_t length, unsigned *width, unsigned *height)
{
	char *copy = malloc(length ? length : 1);
	bool has_size;

	memcpy(copy, text, length);
	has_size = lazy_size_of(copy, length, width, height);
	free(copy);
	return has_size;
}

static void check(const char *text, unsigned width, unsigned height)
{
	unsigned w = 0, h = 0;

	assert_true(size_of(text, strlen(text), &w, &h));
	assert_int_equal(w, width);
	assert_int_equal(h, height);
}

static void each_format_says_its_size(void **state)
{
	unsigned width, height;

	assert_true(size_of(png, sizeof(png) - 1, &width, &height));
	assert_int_equal(width, 1520);
	assert_int_equal(height, 776);
	check("<?xml version=\"1.0\"?>\n<svg xmlns=\"w=\" width=\"460\" height=\"202\" viewBox=\"0 0 1 2\">", 460, 202);
	check("<svg xmlns=\"x\" width=\"460px\" height=\"202.4\">", 460, 202);
	check("%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: x\n%%BoundingBox: 0 0 1520 776\n", 1520, 776);
	check("%PDF-1.5\n3 0 obj\n<< /Type /Page\n   /MediaBox [ 0 0 1520 776 ]\n", 1520, 776);
	check("{\"call\": \"begin\", \"width\": 1516, \"height\": 776, \"ground\": \"#000000\"}\n", 1516, 776);
	check("<!DOCTYPE html>\n<meta name=\"fireplot-picture\" content=\"width=1566 height=795\">", 1566, 795);
}

static void what_says_no_size_is_no_picture(void **state)
{
	static const char *const texts[] = {
		"", "GIF89a", "<svg >", "<svg width=\"0\" height=\"5\">",
		"<svg width=\"1e99\" height=\"5\">", "%PDF-1.5\n/MediaBox [ 0 0 7",
		"{\"call\": \"begin\", \"width\": 1516}", "a page with <b>width=\"5\" height=\"6\"</b>",
		"<!DOCTYPE html>\n<meta name=\"viewport\" content=\"width=5 height=6\">",
	};
	unsigned width, height;

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(size_of(texts[i], strlen(texts[i]), &width, &height));
	for (size_t length = 0; length < 24; length++)
		assert_false(size_of(png, length, &width, &height));
}

static void a_picture_will_do_for_as_long_as_a_pixel_is(void **state)
{
	char path[] = "/tmp/fireplot-lazy.XXXXXX";
	int fd = mkstemp(path);
	unsigned width, height;
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, png, sizeof(png) - 1), sizeof(png) - 1);
	assert_int_equal(futimens(fd, (const struct timespec[]){ { .tv_sec = 1000 }, { .tv_sec = 1000 } }), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(lazy_will_do(path, 1000, 60, &width, &height));
	assert_true(lazy_will_do(path, 1060, 60, &width, &height));
	assert_false(lazy_will_do(path, 1061, 60, &width, &height));
	assert_false(lazy_will_do(path, 999, 60, &width, &height)); /* made in the future: the clock was wrong then or is now */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(futimens(fd, (const struct timespec[]){ { .tv_sec = 1000 }, { .tv_sec = 1000 } }), 0);
	assert_false(lazy_will_do(path, 1000, 60, &width, &height));
	close(fd);
	unlink(path);
	assert_false(lazy_will_do(path, 1000, 60, &width, &height));
	assert_false(lazy_will_do("/", 1000, 60, &width, &height));
	assert_false(lazy_will_do("/dev/null", 1000, 60, &width, &height));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_says_its_size),
		cmocka_unit_test(what_says_no_size_is_no_picture),
		cmocka_unit_test(a_picture_will_do_for_as_long_as_a_pixel_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
