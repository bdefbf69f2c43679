/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/lazy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD 4096 /* bytes at either end of a file in which its size stands */

static uint32_t read_be32(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

/* The number behind a word, after which *at then stands; 0 if there is none. */
static unsigned number_after(const char **at, const char *word)
{
	const char *found = strstr(*at, word);
	char *end;
	double number;

	if (!found)
		return 0;
	number = strtod(found + strlen(word), &end);
	*at = end;
	return number >= 1 && number <= 1e6 ? (unsigned)(number + 0.5) : 0;
}

bool lazy_size_of(const char *text, size_t length, unsigned *width, unsigned *height)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	static const struct {
		const char *head, *width, *height;
	} texts[] = {
		{ "<svg ", " width=\"", " height=\"" },
		{ "%!PS-Adobe", "%%BoundingBox: 0 0", " " },
		{ "%PDF-", "/MediaBox [ 0 0", " " },
		{ "{\"call\": \"begin\"", "\"width\":", "\"height\":" },
		{ "<!DOCTYPE html>", "\"fireplot-picture\" content=\"width=", " height=" },
	};
	char copy[2 * HEAD + 1];

	if (length >= 24 && memcmp(text, png, 16) == 0) {
		*width = read_be32(text + 16);
		*height = read_be32(text + 20);
		return *width > 0 && *height > 0;
	}
	if (length > 2 * HEAD)
		length = 2 * HEAD;
	memcpy(copy, text, length);
	copy[length] = '\0';
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *at = strstr(copy, texts[i].head);

		if (!at)
			continue;
		*width = number_after(&at, texts[i].width);
		*height = number_after(&at, texts[i].height);
		return *width > 0 && *height > 0;
	}
	return false;
}

/* Both ends of a file, the first HEAD bytes and the last; zero bytes become blanks except within the head of a PNG. */
static size_t read_ends(int fd, off_t size, char ends[2 * HEAD])
{
	ssize_t first = pread(fd, ends, HEAD, 0), last = 0;

	if (first <= 0)
		return 0;
	if (size > HEAD)
		last = pread(fd, ends + first, HEAD, size > 2 * HEAD ? size - HEAD : HEAD);
	for (ssize_t i = 24; i < first + (last > 0 ? last : 0); i++)
		if (!ends[i])
			ends[i] = ' ';
	return (size_t)(first + (last > 0 ? last : 0));
}

bool lazy_will_do(const char *path, int64_t now_s, int64_t pixel_s, unsigned *width, unsigned *height)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char ends[2 * HEAD];
	struct stat st;
	bool will_do;

	if (fd < 0)
		return false;
	will_do = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mtime <= now_s && now_s - st.st_mtime <= pixel_s &&
	          lazy_size_of(ends, read_ends(fd, st.st_size, ends), width, height);
	close(fd);
	return will_do;
}
