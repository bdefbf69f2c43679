/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/text_fit.h"

#include <stdio.h>
#include <string.h>

void text_fit(struct canvas *canvas, double em, double room, const char *text, char out[TEXT_FIT])
{
	size_t length = strlen(text);

	if (length > TEXT_FIT - 4)
		length = TEXT_FIT - 4;
	snprintf(out, TEXT_FIT, "%.*s", (int)length, text);
	while (length && (strlen(text) > length || canvas->ops->text_width(canvas, em, out) > room)) {
		do
			length--;
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80);
		snprintf(out, TEXT_FIT, "%.*s…", (int)length, text);
		if (canvas->ops->text_width(canvas, em, out) <= room)
			return;
	}
	if (!length && canvas->ops->text_width(canvas, em, out) > room)
		out[0] = '\0';
}
