/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figures as PNG, by size and chosen pixels, and as SVG. */
#include "plot/canvas.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plot/figure.h"
#include "plot/palette.h"
#include "plot/pngfile.h"

#include <cmocka.h>

#define START_S 1764547200
#define DAY_S 86400

struct bytes_owned {
	uint8_t *bytes;
	size_t size;
	unsigned width; /* as figure_draw told */
	unsigned height;
};

static struct raster new_raster(unsigned width, unsigned height)
{
	static const double rank_by[SERIES_WITH_PORTS] = { 1000, 100, 10, 1 };
	static const struct axis_view all_ports = { 0 };
	struct portbin portbin = PORTBIN_DEFAULT;
	struct axis_ports axis;
	struct raster raster;

	setenv("TZ", "UTC", 1);
	tzset();
	axis_ports_init(&axis, &all_ports, &portbin, height, figure_em(width, height));
	assert_int_equal(raster_init(&raster, START_S, START_S + DAY_S, width, &axis, SERIES_TCP4, rank_by), 0);
	return raster;
}

static void add(struct raster *raster, enum series series, double when, uint16_t port, double count)
{
	int64_t at_s = START_S + (int64_t)(when * DAY_S);
	struct matrix m = { .start_s = at_s / 60 * 60, .row_s = 60, .rows = 1, .columns = 1, .cells = &count };

	assert_int_equal(raster_add(raster, series, portbin_of(&raster->ports.portbin, port), &m), 0);
}

/* Known from the start of the day to a share of it. */
static void set_known(struct raster *raster, double until)
{
	double cells[2] = { 1, 0 };
	struct matrix m = { .start_s = START_S, .row_s = DAY_S, .rows = 1, .columns = 2, .cells = cells };

	raster_add_known(raster, &m, 0, 1, START_S + (int64_t)(until * DAY_S));
}

static struct bytes_owned draw(struct raster *raster, canvas_new *make)
{
	struct figure figure = {
		.title = "A day of nothing but tests", .raster = raster, .series = 0xf, .palette = &palette_dark,
		.not_yet_s = START_S + DAY_S,
	};
	const struct canvas_options options = { .date_s = START_S };
	struct bytes_owned out;
	struct failure why = { "" };
	struct canvas *canvas;

	if (make(&options, &canvas, &why))
		fail_msg("%s", why.text);
	assert_int_equal(figure_draw(&figure, canvas, &out.width, &out.height), 0);
	if (canvas->ops->finish(canvas, &out.bytes, &out.size, &why))
		fail_msg("%s", why.text);
	canvas_free(canvas);
	return out;
}

struct image {
	png_image png;
	uint8_t *rgba;
};

static struct image decode(const struct bytes_owned *in)
{
	struct image image = { .png = { .version = PNG_IMAGE_VERSION } };

	assert_true(png_image_begin_read_from_memory(&image.png, in->bytes, in->size));
	image.png.format = PNG_FORMAT_RGBA;
	image.rgba = malloc(PNG_IMAGE_SIZE(image.png));
	assert_non_null(image.rgba);
	assert_true(png_image_finish_read(&image.png, NULL, image.rgba, 0, NULL));
	return image;
}

static uint32_t pixel(const struct image *image, unsigned x, unsigned y)
{
	const uint8_t *p = image->rgba + 4 * ((size_t)y * image->png.width + x);

	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* The top left of the plot area: inside of the first row of the frame that is long enough. */
static void find_plot(const struct image *image, unsigned width, unsigned *left, unsigned *top)
{
	for (unsigned y = 0; y < image->png.height; y++)
		for (unsigned x = 0, run = 0; x < image->png.width; x++) {
			run = pixel(image, x, y) == palette_dark.colour[PALETTE_FRAME] ? run + 1 : 0;
			if (run == width + 2) {
				*left = x - width;
				*top = y + 1;
				return;
			}
		}
	fail_msg("no frame");
}

static void the_picture_has_the_size_that_is_told_and_the_colours_of_the_series(void **state)
{
	static const uint16_t port[SERIES_WITH_PORTS] = { 22, 53, 443, 5060 };
	struct raster raster = new_raster(800, 400);
	struct bytes_owned out;
	struct image image;
	unsigned left, top;

	set_known(&raster, 1);
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		add(&raster, (enum series)s, 0.125 + 0.25 * s, port[s], 1);
	out = draw(&raster, canvas_png_new);
	image = decode(&out);
	assert_int_equal(image.png.width, out.width);
	assert_int_equal(image.png.height, out.height);
	find_plot(&image, 800, &left, &top);
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		uint16_t lo, hi;

		portbin_range(&raster.ports.portbin, portbin_of(&raster.ports.portbin, port[s]), &lo, &hi);
		assert_int_equal(pixel(&image, left + 100 + 200 * s, top + axis_port_row(&raster.ports, lo, hi)),
		                 palette_series(&palette_dark, (enum series)s));
	}
	assert_int_equal(pixel(&image, 0, 0), palette_dark.colour[PALETTE_BACK]);
	free(image.rgba);
	free(out.bytes);
	raster_fini(&raster);
}

static void unknown_time_is_hatched_and_known_time_is_not(void **state)
{
	struct raster raster = new_raster(800, 400);
	struct bytes_owned out;
	struct image image;
	unsigned left, top, hatched[2] = { 0 };

	set_known(&raster, 0.5);
	out = draw(&raster, canvas_png_new);
	image = decode(&out);
	find_plot(&image, 800, &left, &top);
	for (unsigned y = 0; y < 400; y++)
		for (unsigned x = 0; x < 800; x++)
			hatched[x >= 400] += pixel(&image, left + x, top + y) == palette_dark.colour[PALETTE_UNKNOWN];
	assert_int_equal(hatched[0], 0);
	assert_true(hatched[1] > 400 * 400 / 20);
	free(image.rgba);
	free(out.bytes);
	raster_fini(&raster);
}

static struct bytes_owned draw_crowd(void)
{
	struct raster raster = new_raster(400, 200);
	struct bytes_owned out;

	for (unsigned i = 0; i < 5000; i++)
		add(&raster, (enum series)(i % SERIES_WITH_PORTS), (i * 37 % 1000) / 1000.0, (uint16_t)(i * 13), i % 17);
	out = draw(&raster, canvas_png_new);
	raster_fini(&raster);
	return out;
}

static void the_same_figure_gives_the_same_bytes(void **state)
{
	struct bytes_owned a = draw_crowd(), b = draw_crowd();

	assert_int_equal(a.size, b.size);
	assert_memory_equal(a.bytes, b.bytes, a.size);
	free(a.bytes);
	free(b.bytes);
}

/* NUL-terminated. */
static char *svg_of(struct raster *raster, size_t *size)
{
	struct bytes_owned out = draw(raster, canvas_svg_new);
	char *text = calloc(1, out.size + 1);

	assert_non_null(text);
	memcpy(text, out.bytes, out.size);
	*size = out.size;
	free(out.bytes);
	return text;
}

static void few_marks_are_vectors_and_many_an_image_of_bounded_size(void **state)
{
	struct raster raster = new_raster(1440, 640);
	size_t few, many;
	char *text;

	for (unsigned i = 0; i < 100; i++)
		add(&raster, SERIES_TCP4, i / 100.0, (uint16_t)(i * 600), 1);
	text = svg_of(&raster, &few);
	assert_non_null(strstr(text, "stroke-linecap:round"));
	assert_null(strstr(text, "data:image/png"));
	free(text);
	for (unsigned i = 0; i < 100000; i++)
		add(&raster, SERIES_TCP4, (i * 7919 % 100000) / 100000.0, (uint16_t)(i * 31), 1 + i % 7);
	text = svg_of(&raster, &many);
	assert_non_null(strstr(text, "data:image/png"));
	assert_true(few < 200000 && many < 1000000);
	free(text);
	raster_fini(&raster);
}

static void a_picture_of_more_than_256_colours_keeps_them(void **state)
{
	uint32_t pixels[40 * 40], copy[40 * 40];
	struct bytes_owned out = { 0 };
	struct image image;

	for (unsigned i = 0; i < 40 * 40; i++)
		pixels[i] = 0xff000000 | i * 10007;
	memcpy(copy, pixels, sizeof(copy));
	assert_int_equal(pngfile_write(copy, 40, 40, 40, false, &out.bytes, &out.size), 0);
	image = decode(&out);
	for (unsigned i = 0; i < 40 * 40; i++)
		assert_int_equal(pixel(&image, i % 40, i / 40), pixels[i] & 0xffffff);
	free(image.rgba);
	free(out.bytes);
}

static void greys_give_way_to_colours(void **state)
{
	uint32_t pixels[256 + 160], copy[256 + 160];
	struct bytes_owned out = { 0 };
	struct image image;

	for (unsigned i = 0; i < 256; i++)
		pixels[i] = 0xff000000 | i * 0x010101;
	for (unsigned i = 0; i < 160; i++)
		pixels[256 + i] = 0xff000000 | 0x00ff00 | i;
	memcpy(copy, pixels, sizeof(copy));
	assert_int_equal(pngfile_write(copy, 416, 1, 416, false, &out.bytes, &out.size), 0);
	image = decode(&out);
	for (unsigned i = 0; i < 256; i++)
		assert_in_range(pixel(&image, i, 0) & 0xff, i < 2 ? 0 : i - 2, i + 2);
	for (unsigned i = 256; i < 416; i++)
		assert_int_equal(pixel(&image, i, 0), pixels[i] & 0xffffff);
	assert_int_equal(pixel(&image, 0xc0, 0), palette_dark.colour[PALETTE_FRAME]);
	assert_int_equal(pixel(&image, 0xff, 0), 0xffffff);
	free(image.rgba);
	free(out.bytes);
}

static void what_is_transparent_stays_so(void **state)
{
	static const uint32_t pixels[] = { 0, 0xff00ff00, 0, 0xffffffff };
	uint32_t copy[4];
	struct bytes_owned out = { 0 };
	struct image image;

	memcpy(copy, pixels, sizeof(copy));
	assert_int_equal(pngfile_write(copy, 2, 2, 2, true, &out.bytes, &out.size), 0);
	image = decode(&out);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(image.rgba[4 * i + 3], pixels[i] ? 255 : 0);
	assert_int_equal(pixel(&image, 1, 0), 0x00ff00);
	free(image.rgba);
	free(out.bytes);
}

static void a_text_without_letters_for_it_is_refused(void **state)
{
	struct raster raster = new_raster(400, 100);
	struct figure figure = {
		.title = "\xf3\xb0\x80\x80 private use", .raster = &raster, .palette = &palette_dark, .not_yet_s = START_S + DAY_S,
	};
	const struct canvas_options options = { 0 };
	struct failure why = { "" };
	struct canvas *canvas;
	unsigned width, height;
	uint8_t *bytes = NULL;
	size_t size;

	assert_int_equal(canvas_png_new(&options, &canvas, &why), 0);
	assert_int_equal(figure_draw(&figure, canvas, &width, &height), 0);
	assert_int_not_equal(canvas->ops->finish(canvas, &bytes, &size, &why), 0);
	assert_non_null(strstr(why.text, "no font"));
	assert_null(bytes);
	canvas_free(canvas);
	raster_fini(&raster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_has_the_size_that_is_told_and_the_colours_of_the_series),
		cmocka_unit_test(unknown_time_is_hatched_and_known_time_is_not),
		cmocka_unit_test(the_same_figure_gives_the_same_bytes),
		cmocka_unit_test(few_marks_are_vectors_and_many_an_image_of_bounded_size),
		cmocka_unit_test(a_picture_of_more_than_256_colours_keeps_them),
		cmocka_unit_test(greys_give_way_to_colours),
		cmocka_unit_test(what_is_transparent_stays_so),
		cmocka_unit_test(a_text_without_letters_for_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
