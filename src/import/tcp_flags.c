/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/tcp_flags.h"

#include "import/packet_text.h"
#include "import/span.h"

static const char *const names[8] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" }; /* by bit */

static bool add_name(struct span word, uint8_t *flags)
{
	for (unsigned bit = 0; bit < 8; bit++)
		if (span_is_word(word, names[bit])) {
			*flags |= (uint8_t)(1u << bit);
			return true;
		}
	return false;
}

static bool add_letters(struct span word, uint8_t *flags)
{
	static const char letters[] = "fsrpauec.wFSRPAUEC.W";
	static const uint8_t bits[10] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x10, 0x80 };

	for (size_t i = 0; i < word.len; i++) {
		const char *found = memchr(letters, word.at[i], sizeof(letters) - 1);

		if (!found)
			return false;
		*flags |= bits[(found - letters) % 10];
	}
	return true;
}

static bool read_number(struct span text, uint8_t *flags)
{
	uint32_t number = 0;

	if (!span_begins(text, "0x") && !span_begins(text, "0X")) {
		if (!text_number(text.at, text.len, 255, &number))
			return false;
		*flags = (uint8_t)number;
		return true;
	}
	if (text.len < 3 || text.len > 4)
		return false;
	for (size_t i = 2; i < text.len; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *found = memchr(digits, text.at[i], sizeof(digits) - 1);

		if (!found)
			return false;
		number = number << 4 | (uint32_t)(found - digits) % 16;
	}
	*flags = (uint8_t)number;
	return true;
}

static bool is_separator(char c)
{
	return c == ' ' || c == ',' || c == '|' || c == '+';
}

static bool read_words(struct span rest, uint8_t *flags)
{
	*flags = 0;
	while (rest.len) {
		size_t n = 0;

		while (n < rest.len && !is_separator(rest.at[n]))
			n++;
		if (n && !add_name(span_head(rest, n), flags) && !add_letters(span_head(rest, n), flags))
			return false;
		rest = span_tail(rest, n < rest.len ? n + 1 : n);
	}
	return true;
}

bool text_tcp_flags(const char *text, size_t len, uint8_t *flags)
{
	struct span s = span_trim(span_of(text, len));

	return read_number(s, flags) || read_words(s, flags);
}
