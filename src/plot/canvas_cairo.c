/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/canvas_cairo.h"

#include <cairo-pdf.h>
#include <cairo-ps.h>
#include <cairo-svg.h>
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/pages.h"
#include "plot/pngfile.h"

#define FAMILY "DejaVu Sans,sans-serif"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* fontconfig keeps what it has read until the program ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

void canvas_cairo_set_colour(cairo_t *cairo, uint32_t colour)
{
	cairo_set_source_rgb(cairo, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0, (colour & 0xff) / 255.0);
}

/* Set here, not taken from the user's desktop: a window looks the same wherever it is drawn. */
static void set_smoothing(struct drawing *d, bool is_bitmap)
{
	static const cairo_hint_style_t styles[] = {
		[CANVAS_HINTING_LIGHT] = CAIRO_HINT_STYLE_SLIGHT, [CANVAS_HINTING_NORMAL] = CAIRO_HINT_STYLE_FULL,
		[CANVAS_HINTING_MONO] = CAIRO_HINT_STYLE_FULL,
	};
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_antialias(options, is_bitmap ? CAIRO_ANTIALIAS_NONE : CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, d->kind == DRAWING_PIXELS ? styles[d->options.hinting] : CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
	pango_cairo_context_set_font_options(d->context, options);
	cairo_font_options_destroy(options);
	d->is_bitmap = is_bitmap;
}

static void set_text(struct drawing *d, double em, const char *text)
{
	bool is_bitmap = d->kind == DRAWING_PIXELS && (d->options.hinting == CANVAS_HINTING_MONO || em <= d->options.bitmap_em);

	if (is_bitmap != d->is_bitmap) {
		set_smoothing(d, is_bitmap);
		pango_layout_context_changed(d->layout);
	}
	pango_font_description_set_absolute_size(d->font, em * PANGO_SCALE);
	pango_layout_set_font_description(d->layout, d->font);
	if (g_utf8_validate(text, -1, NULL)) {
		pango_layout_set_text(d->layout, text, -1);
	} else { /* the names of days in a locale of another charset */
		char *valid = g_utf8_make_valid(text, -1);

		pango_layout_set_text(d->layout, valid, -1);
		g_free(valid);
	}
	if (!d->missing[0] && pango_layout_get_unknown_glyphs_count(d->layout) > 0)
		g_strlcpy(d->missing, text, sizeof(d->missing));
}

static void drawing_face(struct canvas *canvas, const char *face)
{
	struct drawing *d = (struct drawing *)canvas;

	pango_font_description_free(d->font);
	d->font = pango_font_description_from_string(face ? face : FAMILY);
}

static double drawing_text_width(struct canvas *canvas, double em, const char *text)
{
	struct drawing *d = (struct drawing *)canvas;
	int width;

	set_text(d, em, text);
	pango_layout_get_pixel_size(d->layout, &width, NULL);
	return width;
}

static cairo_status_t append(void *context, const unsigned char *data, unsigned size)
{
	struct drawing *d = context;

	if (d->size + size > d->room) {
		size_t room = (d->size + size) * 2;
		uint8_t *bytes = realloc(d->bytes, room);

		if (!bytes)
			return CAIRO_STATUS_NO_MEMORY;
		d->bytes = bytes;
		d->room = room;
	}
	memcpy(d->bytes + d->size, data, size);
	d->size += size;
	return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *canvas_cairo_new_image(cairo_format_t format, unsigned width, unsigned height)
{
	static const cairo_user_data_key_t memory_key;
	unsigned char *memory = pages_calloc((size_t)width * height * 4);
	cairo_surface_t *image;

	if (!memory)
		return cairo_image_surface_create(format, -1, -1); /* a surface in error */
	image = cairo_image_surface_create_for_data(memory, format, (int)width, (int)height, (int)width * 4);
	if (cairo_surface_set_user_data(image, &memory_key, memory, free)) {
		cairo_surface_destroy(image);
		free(memory);
		return cairo_image_surface_create(format, -1, -1);
	}
	return image;
}

/* The date is that of the data, so that the same window is the same file. */
static void set_pdf_date(cairo_surface_t *surface, int64_t date_s)
{
	time_t date = (time_t)date_s;
	char text[32];
	struct tm tm;

	if (gmtime_r(&date, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
}

static void drawing_begin(struct canvas *canvas, unsigned width, unsigned height, uint32_t ground)
{
	struct drawing *d = (struct drawing *)canvas;

	switch (d->kind) {
	case DRAWING_PIXELS:
		d->surface = canvas_cairo_new_image(CAIRO_FORMAT_RGB24, width, height);
		break;
	case DRAWING_SVG:
		d->surface = cairo_svg_surface_create_for_stream(append, d, width, height);
		cairo_svg_surface_set_document_unit(d->surface, CAIRO_SVG_UNIT_PX);
		break;
	case DRAWING_PDF:
		d->surface = cairo_pdf_surface_create_for_stream(append, d, width, height);
		set_pdf_date(d->surface, d->options.date_s);
		break;
	case DRAWING_EPS:
		d->surface = cairo_ps_surface_create_for_stream(append, d, width, height);
		cairo_ps_surface_set_eps(d->surface, TRUE);
		break;
	}
	d->cairo = cairo_create(d->surface);
	/* Lines lie on whole pixels: smoothing could only blur them. Text has its own setting. */
	cairo_set_antialias(d->cairo, CAIRO_ANTIALIAS_NONE);
	canvas_cairo_set_colour(d->cairo, ground);
	cairo_paint(d->cairo);
}

static void drawing_fill(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	struct drawing *d = (struct drawing *)canvas;

	canvas_cairo_set_colour(d->cairo, colour);
	cairo_rectangle(d->cairo, box.x, box.y, box.width, box.height);
	cairo_fill(d->cairo);
}

/* In an image as single boxes: cairo takes ten times as long for a dashed line. */
static void drawing_dots(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	struct drawing *d = (struct drawing *)canvas;
	bool is_upright = box.height > box.width;
	int thick = is_upright ? box.width : box.height, length = is_upright ? box.height : box.width;
	const double dash[] = { thick, 2 * thick };

	canvas_cairo_set_colour(d->cairo, colour);
	if (d->kind != DRAWING_PIXELS) {
		cairo_set_line_width(d->cairo, thick);
		cairo_set_dash(d->cairo, dash, 2, 0);
		cairo_move_to(d->cairo, box.x + (is_upright ? thick / 2.0 : 0), box.y + (is_upright ? 0 : thick / 2.0));
		cairo_rel_line_to(d->cairo, is_upright ? 0 : length, is_upright ? length : 0);
		cairo_stroke(d->cairo);
		cairo_set_dash(d->cairo, NULL, 0, 0);
		return;
	}
	for (int at = 0; at < length; at += 3 * thick)
		cairo_rectangle(d->cairo, box.x + (is_upright ? 0 : at), box.y + (is_upright ? at : 0), thick, thick);
	cairo_fill(d->cairo);
}

static void drawing_hatch(struct canvas *canvas, struct canvas_box box, unsigned distance, uint32_t colour)
{
	struct drawing *d = (struct drawing *)canvas;
	int step = (int)distance, last = box.x + box.width + box.y + box.height;

	cairo_save(d->cairo);
	cairo_rectangle(d->cairo, box.x, box.y, box.width, box.height);
	cairo_clip(d->cairo);
	canvas_cairo_set_colour(d->cairo, colour);
	cairo_set_line_width(d->cairo, distance < 9 ? 1 : 2);
	for (int sum = (box.x + box.y) / step * step; sum <= last; sum += step) {
		cairo_move_to(d->cairo, box.x, sum - box.x);
		cairo_rel_line_to(d->cairo, box.width, -box.width);
	}
	cairo_stroke(d->cairo);
	cairo_restore(d->cairo);
}

static void drawing_text(struct canvas *canvas, int x, int y, enum canvas_anchor anchor, double em, uint32_t colour,
                         const char *text)
{
	struct drawing *d = (struct drawing *)canvas;
	double base;
	int width;

	set_text(d, em, text);
	pango_layout_get_pixel_size(d->layout, &width, NULL);
	base = (double)pango_layout_get_baseline(d->layout) / PANGO_SCALE;
	canvas_cairo_set_colour(d->cairo, colour);
	switch (anchor) {
	case CANVAS_LEFT:
		break;
	case CANVAS_CENTRE:
		x -= width / 2;
		break;
	case CANVAS_RIGHT:
		x -= width;
		break;
	case CANVAS_UPWARDS:
		cairo_save(d->cairo);
		cairo_move_to(d->cairo, x - base, y + (width + 1) / 2);
		cairo_rotate(d->cairo, -M_PI / 2);
		pango_cairo_show_layout(d->cairo, d->layout);
		cairo_restore(d->cairo);
		return;
	}
	cairo_move_to(d->cairo, x, y - base);
	pango_cairo_show_layout(d->cairo, d->layout);
}

/* cairo writes the time of day into the head of an EPS, and has no way to tell it another. */
static void cut_eps_date(struct drawing *d)
{
	static const char word[] = "\n%%CreationDate:";
	uint8_t *line = d->bytes ? memmem(d->bytes, d->size, word, sizeof(word) - 1) : NULL, *end;

	if (!line)
		return;
	line++;
	end = memchr(line, '\n', d->size - (size_t)(line - d->bytes));
	if (!end)
		return;
	end++;
	memmove(line, end, d->size - (size_t)(end - d->bytes));
	d->size -= (size_t)(end - line);
}

static int drawing_finish(struct canvas *canvas, uint8_t **bytes, size_t *size, struct failure *why)
{
	struct drawing *d = (struct drawing *)canvas;
	cairo_status_t status = cairo_status(d->cairo);

	if (d->missing[0])
		return fail(why, ENOENT, "no font on this machine has all letters of \"%s\"", d->missing);
	cairo_surface_flush(d->surface);
	if (d->kind != DRAWING_PIXELS)
		cairo_surface_finish(d->surface);
	if (!status)
		status = cairo_surface_status(d->surface);
	if (status)
		return fail(why, ENOMEM, "cannot draw the picture: %s", cairo_status_to_string(status));
	if (d->kind == DRAWING_EPS)
		cut_eps_date(d);
	if (!d->err && d->kind == DRAWING_PIXELS)
		d->err = d->encode(d->encode_context, (uint32_t *)(void *)cairo_image_surface_get_data(d->surface),
		                   (unsigned)cairo_image_surface_get_width(d->surface),
		                   (unsigned)cairo_image_surface_get_height(d->surface),
		                   (unsigned)cairo_image_surface_get_stride(d->surface) / 4, &d->bytes, &d->size);
	if (d->err)
		return fail(why, -d->err, "no memory for the picture");
	*bytes = d->bytes;
	*size = d->size;
	d->bytes = NULL;
	return 0;
}

static void drawing_free(struct canvas *canvas)
{
	struct drawing *d = (struct drawing *)canvas;

	if (d->layout)
		g_object_unref(d->layout);
	if (d->context)
		g_object_unref(d->context);
	if (d->font)
		pango_font_description_free(d->font);
	cairo_destroy(d->cairo);
	cairo_surface_destroy(d->surface);
	for (unsigned i = 0; i < d->prepared_count; i++)
		free(d->prepared[i].plane.pixel);
	free(d->prepared);
	free(d->bytes);
	free(d);
}

static const struct canvas_ops drawing_ops = {
	.face = drawing_face,
	.text_width = drawing_text_width,
	.prepare = canvas_cairo_prepare,
	.begin = drawing_begin,
	.fill = drawing_fill,
	.dots = drawing_dots,
	.hatch = drawing_hatch,
	.text = drawing_text,
	.marks = canvas_cairo_marks,
	.finish = drawing_finish,
	.free = drawing_free,
};

/* Without any font pango draws empty boxes, or ends the program. */
static bool has_fonts(void)
{
	FcFontSet *fonts = FcInit() ? FcConfigGetFonts(NULL, FcSetSystem) : NULL;

	return fonts && fonts->nfont > 0;
}

static int drawing_new(enum drawing_kind kind, const struct canvas_options *options, struct canvas **canvas, struct failure *why)
{
	struct drawing *d;

	if (!has_fonts())
		return fail(why, ENOENT, "no fonts on this machine: install some to have text in pictures (Debian: fonts-dejavu-core)");
	d = calloc(1, sizeof(*d));
	if (!d)
		return fail(why, ENOMEM, "no memory for the picture");
	d->canvas.ops = &drawing_ops;
	d->kind = kind;
	d->options = *options;
	d->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	set_smoothing(d, false);
	d->layout = pango_layout_new(d->context);
	pango_layout_set_single_paragraph_mode(d->layout, TRUE);
	d->font = pango_font_description_from_string(FAMILY);
	*canvas = &d->canvas;
	return 0;
}

int canvas_pixels_new(const struct canvas_options *options, canvas_encode *encode, void *context, struct canvas **canvas,
                      struct failure *why)
{
	int err = drawing_new(DRAWING_PIXELS, options, canvas, why);

	if (!err) {
		((struct drawing *)*canvas)->encode = encode;
		((struct drawing *)*canvas)->encode_context = context;
	}
	return err;
}

static int encode_png(void *context, uint32_t *pixels, unsigned width, unsigned height, unsigned stride, uint8_t **bytes, size_t *size)
{
	(void)context;
	return pngfile_write(pixels, width, height, stride, false, bytes, size);
}

int canvas_png_new(const struct canvas_options *options, struct canvas **canvas, struct failure *why)
{
	return canvas_pixels_new(options, encode_png, NULL, canvas, why);
}

int canvas_svg_new(const struct canvas_options *options, struct canvas **canvas, struct failure *why)
{
	return drawing_new(DRAWING_SVG, options, canvas, why);
}

int canvas_pdf_new(const struct canvas_options *options, struct canvas **canvas, struct failure *why)
{
	return drawing_new(DRAWING_PDF, options, canvas, why);
}

int canvas_eps_new(const struct canvas_options *options, struct canvas **canvas, struct failure *why)
{
	return drawing_new(DRAWING_EPS, options, canvas, why);
}
