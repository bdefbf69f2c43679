/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/csv.h"

#include <stdbool.h>
#include <string.h>

#include "common/utf8.h"

static bool needs_quotes(const char *text)
{
	size_t len = strlen(text);

	return text[strcspn(text, ",\"\r\n")] != '\0' || (len > 0 && (text[0] == ' ' || text[len - 1] == ' '));
}

/* C0, DEL and C1, of which terminals take the latter too; and bytes that are no text. */
static bool is_control(const unsigned char *at, unsigned len)
{
	return len == 0 || *at < 0x20 || *at == 0x7f || (len == 2 && at[0] == 0xc2 && at[1] < 0xa0);
}

void csv_text(FILE *out, const char *text)
{
	bool quotes = needs_quotes(text);

	if (quotes)
		putc('"', out);
	for (const char *at = text; *at;) {
		unsigned len = utf8_length(at), bytes = len ? len : 1;

		if (is_control((const unsigned char *)at, len))
			for (unsigned i = 0; i < bytes; i++)
				fprintf(out, "\\x%02x", (unsigned char)at[i]);
		else if (*at == '"')
			fputs("\"\"", out);
		else
			fwrite(at, 1, bytes, out);
		at += bytes;
	}
	if (quotes)
		putc('"', out);
}
