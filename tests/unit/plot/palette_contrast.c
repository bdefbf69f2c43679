/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether people can tell the colours from the ground and from each other, whichever cones their eyes have. */
#include "plot/palette.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#define EYES 4

/* Linear RGB as seen without the cones for long, middle, or short waves: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A
 * physiologically-based model for simulation of color vision deficiency (2009), severity 1. */
static const struct {
	const char *name;
	double matrix[3][3];
} eyes[EYES] = {
	{ "all cones", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ "protanopia", { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } } },
	{ "deuteranopia", { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } } },
	{ "tritanopia", { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } } },
};

/* sRGB (IEC 61966-2-1) to CIE XYZ, D65. */
static const double to_xyz[3][3] = {
	{ 0.4124564, 0.3575761, 0.1804375 }, { 0.2126729, 0.7151522, 0.0721750 }, { 0.0193339, 0.1191920, 0.9503041 },
};

static void multiply(const double matrix[3][3], const double in[3], double out[3])
{
	for (unsigned i = 0; i < 3; i++)
		out[i] = matrix[i][0] * in[0] + matrix[i][1] * in[1] + matrix[i][2] * in[2];
}

static void linear(uint32_t colour, double rgb[3])
{
	for (unsigned i = 0; i < 3; i++) {
		double c = (colour >> (16 - 8 * i) & 0xff) / 255.0;

		rgb[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
}

/* As these eyes see it, in CIELAB. */
static void lab(uint32_t colour, unsigned eye, double out[3])
{
	static const double white[3] = { 0.95047, 1, 1.08883 };
	double rgb[3], seen[3], xyz[3], f[3];

	linear(colour, rgb);
	multiply(eyes[eye].matrix, rgb, seen);
	for (unsigned i = 0; i < 3; i++)
		seen[i] = fmin(fmax(seen[i], 0), 1);
	multiply(to_xyz, seen, xyz);
	for (unsigned i = 0; i < 3; i++) {
		double t = xyz[i] / white[i];

		f[i] = t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
	}
	out[0] = 116 * f[1] - 16;
	out[1] = 500 * (f[0] - f[1]);
	out[2] = 200 * (f[1] - f[2]);
}

static double distance(uint32_t a, uint32_t b, unsigned eye)
{
	double p[3], q[3];

	lab(a, eye, p);
	lab(b, eye, q);
	return sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
}

/* From 1 to 21, as WCAG 2 defines it. */
static double contrast(uint32_t a, uint32_t b)
{
	double p[3], q[3], x[3], y[3];

	linear(a, p);
	linear(b, q);
	multiply(to_xyz, p, x);
	multiply(to_xyz, q, y);
	return (fmax(x[1], y[1]) + 0.05) / (fmin(x[1], y[1]) + 0.05);
}

/* The shade of a single packet where others count a thousand. */
static unsigned darkest(const struct palette *palette, enum series series)
{
	struct palette_scale scale = palette_scale(palette, series, 10);

	return palette_brightness(&scale, 0, 1, 1);
}

#define each_palette(palette) \
	for (unsigned p_ = 0; p_ < 4; p_++) \
		for (const struct palette *palette = palette_find(p_ & 1, p_ & 2), *once_ = palette; once_; once_ = NULL)

static void every_series_stands_out_from_the_ground(void **state)
{
	each_palette(palette) {
		uint32_t ground = palette->colour[PALETTE_CANVAS];

		for (unsigned s = 0; s < PALETTE_SERIES; s++) {
			assert_true(contrast(palette_series(palette, (enum series)s), ground) >= 3);
			assert_true(contrast(palette_shade(palette, (enum series)s, darkest(palette, (enum series)s)), ground) >= 1.6);
		}
	}
}

static void texts_can_be_read(void **state)
{
	each_palette(palette) {
		uint32_t back = palette->colour[PALETTE_BACK];

		assert_true(contrast(palette->colour[PALETTE_FONT], back) >= 7);
		assert_true(contrast(palette->colour[PALETTE_AXIS], back) >= 7);
		assert_true(contrast(palette_faint(palette), back) >= 4.5);
		assert_true(contrast(palette->colour[PALETTE_LOST], back) >= 3);
	}
}

static void a_grid_is_fainter_than_what_it_lies_behind(void **state)
{
	each_palette(palette) {
		uint32_t ground = palette->colour[PALETTE_CANVAS];
		double grid = contrast(palette->colour[PALETTE_MGRID], ground);

		assert_true(grid >= 1.3);
		for (unsigned s = 0; s < PALETTE_SERIES; s++)
			assert_true(contrast(palette_series(palette, (enum series)s), ground) > grid);
	}
}

/* The least distance of any two of the series from first on, in full colour or in all shades that they can have. */
static double least(const struct palette *palette, unsigned first, unsigned count, unsigned eye, bool all_shades)
{
	double min = 1000;

	for (unsigned a = first; a < first + count; a++)
		for (unsigned b = first; b < a; b++) {
			unsigned from_a = all_shades ? darkest(palette, (enum series)a) : PALETTE_SHADES - 1;
			unsigned from_b = all_shades ? darkest(palette, (enum series)b) : PALETTE_SHADES - 1;

			for (unsigned i = from_a; i < PALETTE_SHADES; i++)
				for (unsigned j = from_b; j < PALETTE_SHADES; j++)
					min = fmin(min, distance(palette_shade(palette, (enum series)a, i),
					                         palette_shade(palette, (enum series)b, j), eye));
		}
	return min;
}

static void the_safe_colours_differ_to_all_eyes(void **state)
{
	for (unsigned light = 0; light < 2; light++)
		for (unsigned eye = 0; eye < EYES; eye++) {
			const struct palette *palette = palette_find(light, true);

			assert_true(least(palette, SERIES_TCP4, SERIES_WITH_PORTS, eye, false) >= 40);
			assert_true(least(palette, SERIES_ICMP4, 2, eye, false) >= 40);
		}
}

/* A dim mark of one series is no bright one of another. */
static void the_safe_colours_differ_in_all_their_shades(void **state)
{
	for (unsigned light = 0; light < 2; light++)
		for (unsigned eye = 0; eye < EYES; eye++)
			assert_true(least(palette_find(light, true), SERIES_TCP4, SERIES_WITH_PORTS, eye, true) >= 15);
}

static void the_original_colours_are_for_eyes_with_all_cones(void **state)
{
	for (unsigned light = 0; light < 2; light++)
		assert_true(least(palette_find(light, false), SERIES_TCP4, SERIES_WITH_PORTS, 0, false) >= 40);
	assert_true(least(palette_find(false, false), SERIES_TCP4, SERIES_WITH_PORTS, 1, true) < 15);
}

static void more_packets_are_darker_on_white_and_lighter_on_black(void **state)
{
	each_palette(palette) {
		uint32_t ground = palette->colour[PALETTE_CANVAS];

		for (unsigned s = 0; s < PALETTE_SERIES; s++)
			for (unsigned i = 1; i < PALETTE_SHADES; i++)
				assert_true(contrast(palette_shade(palette, (enum series)s, i), ground) >
				            contrast(palette_shade(palette, (enum series)s, i - 1), ground));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_series_stands_out_from_the_ground),
		cmocka_unit_test(texts_can_be_read),
		cmocka_unit_test(a_grid_is_fainter_than_what_it_lies_behind),
		cmocka_unit_test(the_safe_colours_differ_to_all_eyes),
		cmocka_unit_test(the_safe_colours_differ_in_all_their_shades),
		cmocka_unit_test(the_original_colours_are_for_eyes_with_all_cones),
		cmocka_unit_test(more_packets_are_darker_on_white_and_lighter_on_black),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
