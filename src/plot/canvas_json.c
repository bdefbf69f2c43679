/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/canvas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "packet/series.h"
#include "plot/palette.h"

struct jsonout {
	struct canvas canvas;
	FILE *out;
	char *text;
	size_t size;
	unsigned marks_max;
	const struct marks_style *style; /* while marks are written */
	const char *face; /* of the texts now; borrowed */
	bool has_lines;
	int err;
};

/* Starts the next line. */
static FILE *call(struct canvas *canvas, const char *name)
{
	struct jsonout *json = (struct jsonout *)canvas;

	fprintf(json->out, "%s{\"call\": \"%s\"", json->has_lines ? ",\n" : "[\n", name);
	json->has_lines = true;
	return json->out;
}

static void write_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < ' ')
			fprintf(out, "\\u%04x", *p);
		else
			fprintf(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
	fputc('"', out);
}

static void json_face(struct canvas *canvas, const char *face)
{
	struct jsonout *json = (struct jsonout *)canvas;

	json->face = face;
}

static double json_text_width(struct canvas *canvas, double em, const char *text)
{
	unsigned letters = 0;

	(void)canvas;
	for (; *text; text++)
		letters += ((unsigned char)*text & 0xc0) != 0x80; /* not the later bytes of a letter */
	return letters * em * 0.6;
}

static void json_begin(struct canvas *canvas, unsigned width, unsigned height, uint32_t ground)
{
	fprintf(call(canvas, "begin"), ", \"width\": %u, \"height\": %u, \"ground\": \"#%06x\"}", width, height, ground);
}

static void write_box(FILE *out, const struct canvas_box *box, uint32_t colour)
{
	fprintf(out, ", \"x\": %d, \"y\": %d, \"width\": %d, \"height\": %d, \"colour\": \"#%06x\"", box->x, box->y, box->width,
	        box->height, colour);
}

static void json_fill(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	FILE *out = call(canvas, "fill");

	write_box(out, &box, colour);
	fputc('}', out);
}

static void json_dots(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	FILE *out = call(canvas, "dots");

	write_box(out, &box, colour);
	fputc('}', out);
}

static void json_hatch(struct canvas *canvas, struct canvas_box box, unsigned distance, uint32_t colour)
{
	FILE *out = call(canvas, "hatch");

	write_box(out, &box, colour);
	fprintf(out, ", \"distance\": %u}", distance);
}

static void json_text(struct canvas *canvas, int x, int y, enum canvas_anchor anchor, double em,
                      uint32_t colour, const char *text)
{
	static const char *const names[] = { "left", "centre", "right", "upwards" };
	FILE *out = call(canvas, "text");

	fprintf(out, ", \"x\": %d, \"y\": %d, \"anchor\": \"%s\", \"em\": %g, \"colour\": \"#%06x\", \"text\": ", x, y,
	        names[anchor], em, colour);
	write_string(out, text);
	if (((struct jsonout *)canvas)->face) {
		fputs(", \"face\": ", out);
		write_string(out, ((struct jsonout *)canvas)->face);
	}
	fputc('}', out);
}

static void write_mark(void *context, const struct mark *mark)
{
	const struct jsonout *json = context;

	fprintf(call(context, "mark"),
	        ", \"x\": %u, \"y\": %u, \"width\": %u, \"diameter\": %g, \"series\": \"%s\", \"shade\": %u, "
	        "\"colour\": \"#%06x\"",
	        mark->x, mark->y, mark->width, (double)mark->diameter, series_name((enum series)mark->series),
	        (unsigned)mark->shade, palette_shade(json->style->palette, (enum series)mark->series, mark->shade));
	if (mark->above || mark->below)
		fprintf(json->out, ", \"above\": %u, \"below\": %u", mark->above, mark->below);
	fputc('}', json->out);
}

struct sum {
	unsigned marks;
	unsigned shades;
	unsigned widths;
	unsigned by_diameter[5]; /* below 2, 3, 4, 5 pixels, larger */
};

static void sum_mark(void *context, const struct mark *mark)
{
	struct sum *sum = (struct sum *)context + mark->series;

	sum->marks++;
	sum->shades += mark->shade;
	sum->widths += mark->width;
	sum->by_diameter[mark->diameter < 5 ? (unsigned)mark->diameter - 1 : 4]++;
}

static void json_marks(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style)
{
	struct jsonout *json = (struct jsonout *)canvas;
	struct sum sum[SERIES_COUNT] = { 0 };
	unsigned count = marks_count(raster);

	json->style = style;
	fprintf(call(canvas, "marks"), ", \"x\": %d, \"y\": %d, \"width\": %u, \"height\": %u, \"marks\": %u}", x, y, raster->width,
	        raster->height, count);
	if (count <= json->marks_max) {
		json->err = marks_each(raster, style, write_mark, canvas);
		return;
	}
	json->err = marks_each(raster, style, sum_mark, sum);
	for (unsigned i = raster->first; i <= (raster->first == SERIES_ICMP4 ? SERIES_ICMP6 : SERIES_UDP6); i++)
		fprintf(call(canvas, "sum"),
		        ", \"series\": \"%s\", \"marks\": %u, \"shades\": %u, \"widths\": %u, "
		        "\"diameters\": [%u, %u, %u, %u, %u]}",
		        series_name((enum series)i), sum[i].marks, sum[i].shades, sum[i].widths, sum[i].by_diameter[0],
		        sum[i].by_diameter[1], sum[i].by_diameter[2], sum[i].by_diameter[3], sum[i].by_diameter[4]);
}

static int json_finish(struct canvas *canvas, uint8_t **bytes, size_t *size, struct failure *why)
{
	struct jsonout *json = (struct jsonout *)canvas;
	bool is_whole;

	fputs("\n]\n", json->out);
	is_whole = !ferror(json->out);
	is_whole = fclose(json->out) == 0 && is_whole;
	json->out = NULL;
	if (json->err || !is_whole)
		return fail(why, ENOMEM, "no memory for the picture");
	*bytes = (uint8_t *)json->text;
	*size = json->size;
	json->text = NULL;
	return 0;
}

static void json_free(struct canvas *canvas)
{
	struct jsonout *json = (struct jsonout *)canvas;

	if (json->out)
		fclose(json->out);
	free(json->text);
	free(json);
}

static const struct canvas_ops json_ops = {
	.face = json_face,
	.text_width = json_text_width,
	.begin = json_begin,
	.fill = json_fill,
	.dots = json_dots,
	.hatch = json_hatch,
	.text = json_text,
	.marks = json_marks,
	.finish = json_finish,
	.free = json_free,
};

int canvas_json_new(struct canvas **canvas, unsigned marks_max, struct failure *why)
{
	struct jsonout *json = calloc(1, sizeof(*json));

	if (json)
		json->out = open_memstream(&json->text, &json->size);
	if (!json || !json->out) {
		free(json);
		return fail(why, ENOMEM, "no memory for the picture");
	}
	json->canvas.ops = &json_ops;
	json->marks_max = marks_max;
	*canvas = &json->canvas;
	return 0;
}
