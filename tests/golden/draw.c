/* SPDX-License-Identifier: GPL-2.0-or-later */
/* draw json|png|svg|pdf|eps TZ START END WxH [WHAT]...: draws a case (see case.h) to the standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "plot/canvas.h"

#define MARKS_MAX 60

static int new_canvas(const char *format, const struct golden *golden, struct canvas **canvas, struct failure *why)
{
	static const struct {
		const char *format;
		canvas_new *make;
	} makers[] = { { "png", canvas_png_new }, { "svg", canvas_svg_new }, { "pdf", canvas_pdf_new }, { "eps", canvas_eps_new } };
	const struct canvas_options options = { .date_s = golden->raster.end_s };

	for (unsigned i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (strcmp(format, makers[i].format) == 0)
			return makers[i].make(&options, canvas, why);
	return canvas_json_new(canvas, MARKS_MAX, why);
}

int main(int argc, char **argv)
{
	static struct golden golden;
	struct failure why = { "no memory" };
	struct canvas *canvas = NULL;
	unsigned width, height;
	uint8_t *bytes = NULL;
	size_t size = 0;
	int err;

	if (argc < 6) {
		fprintf(stderr, "Usage: draw json|png|svg|pdf|eps TZ START END WxH [WHAT]...\n");
		return 2;
	}
	golden_init(&golden, (unsigned)argc - 2, argv + 2);
	err = new_canvas(argv[1], &golden, &canvas, &why);
	if (!err)
		err = figure_draw(&golden.figure, canvas, &width, &height);
	if (!err)
		err = canvas->ops->finish(canvas, &bytes, &size, &why);
	if (!err && fwrite(bytes, 1, size, stdout) != size)
		err = -1;
	if (err)
		fprintf(stderr, "draw: %s\n", why.text);
	free(bytes);
	canvas_free(canvas);
	golden_fini(&golden);
	return err ? 1 : 0;
}
