/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/escape.h"

#include <string.h>

size_t escape_bytes(const char *text, size_t len, char *buf, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0, i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		size_t width = c >= 0x20 && c < 0x7f ? 1 : 4;

		if (size - used <= width)
			break;
		if (width == 1) {
			buf[used] = (char)c;
		} else {
			buf[used] = '\\';
			buf[used + 1] = 'x';
			buf[used + 2] = digits[c >> 4];
			buf[used + 3] = digits[c & 15];
		}
		used += width;
	}
	buf[used] = '\0';
	return i;
}

const char *escape_quote(const char *text, char buf[ESCAPE_QUOTED])
{
	static const char dots[] = "...";
	const size_t room = ESCAPE_QUOTED - sizeof("\"\"") - (sizeof(dots) - 1);
	size_t len = strlen(text), used;
	int cut;

	buf[0] = '"';
	cut = escape_bytes(text, len, buf + 1, room + 1) < len;
	used = 1 + strlen(buf + 1);
	buf[used++] = '"';
	memcpy(buf + used, cut ? dots : "", cut ? sizeof(dots) : 1);
	return buf;
}
