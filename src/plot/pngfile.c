/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/pngfile.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SLOT_BITS 12
#define SLOTS (1 << SLOT_BITS) /* of the hash of colours: so many that hardly two want the same */

#define PIXELS 512 /* in it at most */

struct output {
	uint8_t *bytes;
	size_t size;
	size_t room;
};

static void append(png_structp png, png_bytep data, size_t size)
{
	struct output *output = png_get_io_ptr(png);

	if (output->size + size > output->room) {
		size_t room = (output->size + size) * 2;
		uint8_t *bytes = realloc(output->bytes, room);

		if (!bytes)
			png_error(png, "no memory");
		output->bytes = bytes;
		output->room = room;
	}
	memcpy(output->bytes + output->size, data, size);
	output->size += size;
}

static void flush(png_structp png)
{
	(void)png;
}

static void quiet(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

struct palette {
	unsigned count;
	unsigned pixels; /* in the hash */
	bool has_alpha;
	bool round_greys;
	uint32_t colour[256];
	struct {
		uint32_t pixel;
		uint16_t index; /* 1 + index of its colour, 0 for none */
	} slot[SLOTS]; /* a hash of the pixels */
};

/* The colour that is written for a pixel: alpha only as far as it matters. */
static uint32_t normal(const struct palette *palette, uint32_t pixel)
{
	unsigned grey = pixel & 0xff;

	if (palette->has_alpha && !(pixel >> 24))
		return 0;
	pixel |= 0xff000000;
	if (palette->round_greys && grey < 254 && (pixel & 0xffffff) == grey * 0x010101)
		pixel = 0xff000000 | ((grey + 2) & 0xfc) * 0x010101;
	return pixel;
}

/* The index of the colour of a pixel, which is at its place in the hash or will be; 256 if the palette is full. */
static unsigned palette_add(struct palette *palette, uint32_t at, uint32_t pixel)
{
	uint32_t colour = normal(palette, pixel);
	unsigned index = 0;

	while (index < palette->count && palette->colour[index] != colour)
		index++;
	if (index == 256 || palette->pixels == PIXELS)
		return 256;
	if (index == palette->count)
		palette->colour[palette->count++] = colour;
	palette->slot[at].pixel = pixel;
	palette->slot[at].index = (uint16_t)(index + 1);
	palette->pixels++;
	return index;
}

static inline unsigned palette_index(struct palette *palette, uint32_t pixel)
{
	uint32_t at = (pixel * 2654435761u) >> (32 - SLOT_BITS);

	while (palette->slot[at].index && palette->slot[at].pixel != pixel)
		at = (at + 1) % SLOTS;
	return palette->slot[at].index ? palette->slot[at].index - 1u : palette_add(palette, at, pixel);
}

/* Puts the indexes of a row in place of its pixels: a byte each, at the start of the row. Returns how many there are: fewer than
 * width if the palette is full. */
static unsigned map_row(struct palette *palette, uint32_t *pixels, unsigned width)
{
	uint8_t *index = (uint8_t *)pixels;

	for (unsigned x = 0; x < width; x++) {
		unsigned i = palette_index(palette, pixels[x]);

		if (i == 256)
			return x;
		index[x] = (uint8_t)i;
	}
	return width;
}

/* And back. */
static void unmap_row(const struct palette *palette, uint32_t *pixels, unsigned count)
{
	const uint8_t *index = (const uint8_t *)pixels;

	while (count-- > 0)
		pixels[count] = palette->colour[index[count]];
}

/* All rows, or none if there are too many colours. */
static bool map_rows(struct palette *palette, uint32_t *pixels, unsigned width, unsigned height, unsigned stride)
{
	for (unsigned y = 0; y < height; y++) {
		unsigned mapped = map_row(palette, pixels + (size_t)y * stride, width);

		if (mapped == width)
			continue;
		unmap_row(palette, pixels + (size_t)y * stride, mapped);
		while (y-- > 0)
			unmap_row(palette, pixels + (size_t)y * stride, width);
		return false;
	}
	return true;
}

static void write_palette(png_structp png, png_infop info, const struct palette *palette)
{
	png_color colours[256] = { 0 };
	png_byte alphas[256] = { 0 };
	unsigned count = 0;

	for (unsigned i = 0; i < palette->count; i++) {
		uint32_t c = palette->colour[i];

		colours[i] = (png_color){ .red = c >> 16 & 0xff, .green = c >> 8 & 0xff, .blue = c & 0xff };
		alphas[i] = (png_byte)(c >> 24);
		if (alphas[i] != 255)
			count = i + 1;
	}
	png_set_PLTE(png, info, colours, (int)palette->count);
	if (count)
		png_set_tRNS(png, info, alphas, (int)count, NULL);
}

static void write_indexed(png_structp png, png_infop info, const struct palette *palette, uint32_t *pixels, unsigned width,
                          unsigned height, unsigned stride)
{
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	             PNG_FILTER_TYPE_DEFAULT);
	write_palette(png, info, palette);
	png_set_check_for_invalid_index(png, 0); /* map_rows() knows none */
	/* Dots on a ground are runs of the ground: measured to be smaller and up to ten times faster than the default. */
	png_set_compression_strategy(png, Z_RLE);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_write_info(png, info);
	for (unsigned y = 0; y < height; y++)
		png_write_row(png, (uint8_t *)(pixels + (size_t)y * stride));
}

static void write_true(png_structp png, png_infop info, uint32_t *pixels, unsigned width, unsigned height, unsigned stride,
                       bool has_alpha)
{
	png_set_IHDR(png, info, width, height, 8, has_alpha ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
	             PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 1);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
	png_write_info(png, info);
	for (unsigned y = 0; y < height; y++) {
		uint32_t *row = pixels + (size_t)y * stride;
		uint8_t *byte = (uint8_t *)row;

		for (unsigned x = 0; x < width; x++) {
			uint32_t pixel = row[x];

			*byte++ = pixel >> 16 & 0xff;
			*byte++ = pixel >> 8 & 0xff;
			*byte++ = pixel & 0xff;
			if (has_alpha)
				*byte++ = pixel >> 24 ? 255 : 0;
		}
		png_write_row(png, (uint8_t *)row);
	}
}

/* What is still needed after a longjmp, so none of it may live in a register. */
struct job {
	struct output output;
	struct palette palette;
};

int pngfile_write(uint32_t *pixels, unsigned width, unsigned height, unsigned stride, bool has_alpha, uint8_t **bytes,
                  size_t *size)
{
	struct job *const job = calloc(1, sizeof(*job));
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, quiet, ignore);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (!job || !info || setjmp(png_jmpbuf(png)))
		goto free_all;
	png_set_write_fn(png, &job->output, append, flush);
	job->palette.has_alpha = has_alpha;
	if (!map_rows(&job->palette, pixels, width, height, stride)) {
		job->palette = (struct palette){ .has_alpha = has_alpha, .round_greys = true };
		if (!map_rows(&job->palette, pixels, width, height, stride))
			job->palette.count = 0;
	}
	if (job->palette.count)
		write_indexed(png, info, &job->palette, pixels, width, height, stride);
	else
		write_true(png, info, pixels, width, height, stride, has_alpha);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	*bytes = job->output.bytes;
	*size = job->output.size;
	free(job);
	return 0;
free_all:
	png_destroy_write_struct(&png, &info);
	if (job)
		free(job->output.bytes);
	free(job);
	return -ENOMEM;
}
