/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/base64.h"

#define LINE 4096 /* a picture has a million bytes: not a call for each of them */

void base64_write(FILE *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char line[LINE];
	size_t used = 0;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

		line[used++] = digits[three >> 18];
		line[used++] = digits[three >> 12 & 63];
		line[used++] = left > 1 ? digits[three >> 6 & 63] : '=';
		line[used++] = left > 2 ? digits[three & 63] : '=';
		if (used == LINE) {
			fwrite(line, 1, used, out);
			used = 0;
		}
	}
	fwrite(line, 1, used, out);
}
