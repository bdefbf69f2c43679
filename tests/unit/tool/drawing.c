/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

char *drawing_of(void **state, const struct picture_order *order, struct picture *picture)
{
	struct failure why = { "" };
	struct picture drawn;
	struct reader *reader;
	char *text;

	must(reader_open(*state, NULL, &reader, &why), &why);
	must(picture_make(reader, order, &drawn, &why), &why);
	reader_close(reader);
	text = calloc(1, drawn.size + 1);
	assert_non_null(text);
	memcpy(text, drawn.bytes, drawn.size);
	free(drawn.bytes);
	drawn.bytes = NULL;
	if (picture)
		*picture = drawn;
	return text;
}
