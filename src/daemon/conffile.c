/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/conffile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A carriage return is one, so that a file from another system reads the same. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts a line into word and value in place. */
static int take_line(char *line, size_t len, conffile_line *take, void *arg, struct failure *why)
{
	char *word = line, *value, *end = line + len;

	while (word < end && is_blank(*word))
		word++;
	while (end > word && is_blank(end[-1]))
		end--;
	*end = '\0';
	if (word == end || *word == '#' || *word == '!')
		return 0;
	for (value = word; value < end && !is_blank(*value); value++)
		;
	while (value < end && is_blank(*value))
		*value++ = '\0';
	return take(arg, word, value, why);
}

int conffile_parse(const char *name, const char *text, size_t len, conffile_line *line, void *arg, struct failure *why)
{
	const char *at = text, *end = len ? text + len : text;
	char copy[CONFFILE_LINE_MAX + 1];
	struct failure inner;
	unsigned number = 0;
	int err;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);

		number++;
		if (length > CONFFILE_LINE_MAX)
			err = fail(&inner, EINVAL, "the line has %zu bytes, expected at most %d", length, CONFFILE_LINE_MAX);
		else if (memchr(at, '\0', length))
			err = fail(&inner, EINVAL, "the line holds a NUL byte, expected text");
		else
			err = take_line(memcpy(copy, at, length), length, line, arg, &inner);
		if (err < 0)
			return fail(why, -err, "%.200s:%u: %s", name, number, inner.text);
		at = newline ? newline + 1 : end;
	}
	return 0;
}

/* Reads to the end, or one byte more than a file may have. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, buf + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

int conffile_load(const char *path, char **text, size_t *len, struct failure *why)
{
	const size_t size = CONFFILE_BYTES_MAX + 1;
	char *buf;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fail_errno(why, errno, "can't open %.200s", path);
	buf = malloc(size);
	n = buf ? read_all(fd, buf, size) : -ENOMEM;
	close(fd);
	if (n >= 0 && (size_t)n < size) {
		*text = buf;
		*len = (size_t)n;
		return 0;
	}
	free(buf);
	if (n < 0)
		return fail_errno(why, (int)-n, "can't read %.200s", path);
	return fail(why, EFBIG, "%.200s is larger than %u bytes: that is no configuration file", path, CONFFILE_BYTES_MAX);
}
