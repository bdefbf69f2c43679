/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/utf8.h"

unsigned utf8_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned char first = at[0];
	unsigned len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

	for (unsigned i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80) /* also the NUL */
			return 0;
	if ((first == 0xe0 && at[1] < 0xa0) || (first == 0xed && at[1] > 0x9f) || (first == 0xf0 && at[1] < 0x90) ||
	    (first == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

bool utf8_is_valid(const char *text)
{
	unsigned length = 1;

	for (; *text && length; text += length)
		length = utf8_length(text);
	return length > 0;
}
