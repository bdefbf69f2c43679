/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/utf8.h"

bool utf8_is_valid(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		unsigned first = *p++, more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
		unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80; /* of the second byte: no longer than needed, */
		unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf; /* no surrogate, nothing past U+10FFFF */

		if ((first >= 0x80 && first < 0xc2) || first > 0xf4)
			return false;
		for (; more > 0; more--, p++, low = 0x80, high = 0xbf)
			if (*p < low || *p > high)
				return false;
	}
	return true;
}
