/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/terminal.h"

#include <errno.h>
#include <stdlib.h>

#ifdef HAVE_CHAFA

#include <chafa.h>
#include <string.h>
#include <sys/ioctl.h>

#define TEXTS 512 /* pieces on a picture of characters; more have no room there */
#define CELL_WIDTH 4 /* pixels of the picture in a cell of such a one */
#define CELL_HEIGHT 8

struct piece {
	int column;
	int row;
	uint32_t colour;
	char *text; /* owned */
};

struct screen {
	struct canvas canvas;
	struct canvas *inner; /* all but texts */
	struct terminal terminal;
	uint32_t ground;
	unsigned wide; /* columns, if the terminal has fewer */
	unsigned pieces;
	struct piece piece[TEXTS];
};

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *value = getenv(name);
	long number = value ? strtol(value, NULL, 10) : 0;

	return number > 0 && number < 10000 ? (unsigned)number : otherwise;
}

static enum terminal_mode choose_mode(ChafaTermInfo *info)
{
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1))
		return TERMINAL_KITTY;
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE))
		return TERMINAL_ITERM2;
	return chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_SIXELS) ? TERMINAL_SIXEL : TERMINAL_SYMBOLS;
}

/* What the environment says of the terminal, or else what most understand; with the sequences of all the modes. */
static ChafaTermInfo *new_info(void)
{
	gchar **environment = g_get_environ();
	ChafaTermInfo *info = chafa_term_db_detect(chafa_term_db_get_default(), environment);

	g_strfreev(environment);
	return info;
}

int terminal_find(int fd, enum terminal_mode wanted, struct terminal *terminal, struct failure *why)
{
	ChafaTermInfo *info = new_info();
	struct winsize size = { 0 };

	(void)why;
	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col || !size.ws_row)
		size = (struct winsize){
			.ws_col = (unsigned short)number_of("COLUMNS", 80), .ws_row = (unsigned short)number_of("LINES", 24),
		};
	*terminal = (struct terminal){
		.mode = wanted != TERMINAL_AUTO ? wanted : choose_mode(info), .columns = size.ws_col, .rows = size.ws_row,
		.cell_width = size.ws_xpixel / size.ws_col, .cell_height = size.ws_ypixel / size.ws_row,
	};
	if (!terminal->cell_width || !terminal->cell_height) {
		terminal->cell_width = 10;
		terminal->cell_height = 20;
	}
	if (terminal->mode == TERMINAL_SYMBOLS) {
		terminal->cell_width = CELL_WIDTH;
		terminal->cell_height = CELL_HEIGHT;
	}
	chafa_term_info_unref(info);
	return 0;
}

/* The letter there, after which *text then stands. */
static gunichar next_letter(const char **text)
{
	gunichar letter = g_utf8_get_char(*text);

	*text += g_utf8_skip[(unsigned char)**text];
	return letter;
}

/* The names of days may be in another charset. */
static int cells_of(const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);
	const char *p = valid;
	int cells = 0;

	while (*p) {
		gunichar letter = next_letter(&p);

		cells += g_unichar_iswide(letter) ? 2 : g_unichar_iszerowidth(letter) ? 0 : 1;
	}
	g_free(valid);
	return cells;
}

static double screen_text_width(struct canvas *canvas, double em, const char *text)
{
	struct screen *screen = (struct screen *)canvas;

	if (screen->terminal.mode != TERMINAL_SYMBOLS)
		return screen->inner->ops->text_width(screen->inner, em, text);
	return cells_of(text) * CELL_WIDTH;
}

/* As pixels, or as letters in the cells that are nearest. What is to be read from below has no letters. */
static void screen_text(struct canvas *canvas, int x, int y, enum canvas_anchor anchor, double em, uint32_t colour,
                        const char *text)
{
	struct screen *screen = (struct screen *)canvas;
	int cells = cells_of(text), column = x / CELL_WIDTH;
	struct piece *piece = &screen->piece[screen->pieces];

	if (screen->terminal.mode != TERMINAL_SYMBOLS) {
		screen->inner->ops->text(screen->inner, x, y, anchor, em, colour, text);
		return;
	}
	if (screen->pieces == TEXTS || anchor == CANVAS_UPWARDS)
		return;
	*piece = (struct piece){ .row = (y - CELL_HEIGHT * 3 / 8) / CELL_HEIGHT, .colour = colour, .text = g_utf8_make_valid(text, -1) };
	screen->pieces++;
	switch (anchor) {
	case CANVAS_LEFT:
		piece->column = column;
		break;
	case CANVAS_CENTRE:
		piece->column = column - cells / 2;
		break;
	case CANVAS_RIGHT:
		piece->column = column - cells;
		break;
	case CANVAS_UPWARDS:
		break;
	}
}

static void screen_face(struct canvas *canvas, const char *face)
{
	struct canvas *inner = ((struct screen *)canvas)->inner;

	inner->ops->face(inner, face);
}

static void screen_begin(struct canvas *canvas, unsigned width, unsigned height, uint32_t ground)
{
	struct screen *screen = (struct screen *)canvas;

	screen->ground = ground;
	if (screen->terminal.mode == TERMINAL_SYMBOLS && width > screen->terminal.columns * CELL_WIDTH)
		screen->wide = (width + CELL_WIDTH - 1) / CELL_WIDTH;
	screen->inner->ops->begin(screen->inner, width, height, ground);
}

/* What is no higher than a letter stands on its line. */
static void screen_fill(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	const struct screen *screen = (const struct screen *)canvas;
	struct canvas *inner = screen->inner;

	if (screen->terminal.mode == TERMINAL_SYMBOLS && box.height <= CELL_HEIGHT && box.width <= 2 * CELL_WIDTH)
		box.y = (box.y + box.height / 2) / CELL_HEIGHT * CELL_HEIGHT + (CELL_HEIGHT - box.height) / 2;
	inner->ops->fill(inner, box, colour);
}

static void screen_dots(struct canvas *canvas, struct canvas_box box, uint32_t colour)
{
	struct canvas *inner = ((struct screen *)canvas)->inner;

	inner->ops->dots(inner, box, colour);
}

static void screen_hatch(struct canvas *canvas, struct canvas_box box, unsigned distance, uint32_t colour)
{
	struct canvas *inner = ((struct screen *)canvas)->inner;

	inner->ops->hatch(inner, box, distance, colour);
}

static void screen_prepare(struct canvas *canvas, struct raster *raster, const struct marks_style *style)
{
	struct canvas *inner = ((struct screen *)canvas)->inner;

	inner->ops->prepare(inner, raster, style);
}

static void screen_marks(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style)
{
	struct canvas *inner = ((struct screen *)canvas)->inner;

	inner->ops->marks(inner, x, y, raster, style);
}

/* Letters in place of what was drawn there. */
static void put_texts(const struct screen *screen, ChafaCanvas *chafa, int columns, int rows)
{
	for (unsigned i = 0; i < screen->pieces; i++) {
		const struct piece *piece = &screen->piece[i];
		int column = piece->column < 0 ? 0 : piece->column;

		if (piece->row < 0 || piece->row >= rows)
			continue;
		for (const char *p = piece->text; *p && column < columns;) {
			int wide = chafa_canvas_set_char_at(chafa, column, piece->row, next_letter(&p));

			for (int c = column; c < column + wide && c < columns; c++)
				chafa_canvas_set_colors_at(chafa, c, piece->row, (gint)piece->colour, (gint)screen->ground);
			column += wide;
		}
	}
}

static ChafaCanvasMode colours_of(const ChafaTermInfo *info)
{
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT))
		return CHAFA_CANVAS_MODE_TRUECOLOR;
	if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_256))
		return CHAFA_CANVAS_MODE_INDEXED_240;
	return chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_16) ? CHAFA_CANVAS_MODE_INDEXED_16
	                                                                       : CHAFA_CANVAS_MODE_FGBG;
}

static ChafaCanvasConfig *new_config(const struct screen *screen, const ChafaTermInfo *info, int columns, int rows)
{
	static const ChafaPixelMode modes[] = {
		[TERMINAL_AUTO] = CHAFA_PIXEL_MODE_SYMBOLS, [TERMINAL_SIXEL] = CHAFA_PIXEL_MODE_SIXELS,
		[TERMINAL_KITTY] = CHAFA_PIXEL_MODE_KITTY, [TERMINAL_ITERM2] = CHAFA_PIXEL_MODE_ITERM2,
		[TERMINAL_SYMBOLS] = CHAFA_PIXEL_MODE_SYMBOLS,
	};
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap *map = chafa_symbol_map_new();

	chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_BRAILLE);
	chafa_symbol_map_remove_by_range(map, 0x2800, 0x2800); /* an empty one is a blank to the eye, and none to who copies it */
	chafa_canvas_config_set_symbol_map(config, map);
	chafa_symbol_map_unref(map);
	chafa_canvas_config_set_geometry(config, columns, rows);
	chafa_canvas_config_set_cell_geometry(config, (gint)screen->terminal.cell_width, (gint)screen->terminal.cell_height);
	chafa_canvas_config_set_pixel_mode(config, modes[screen->terminal.mode]);
	chafa_canvas_config_set_canvas_mode(config, screen->terminal.mode == TERMINAL_SYMBOLS ? colours_of(info)
	                                                                                      : CHAFA_CANVAS_MODE_TRUECOLOR);
	chafa_canvas_config_set_work_factor(config, 1);
	return config;
}

/* canvas_encode */
static int encode(void *context, uint32_t *pixels, unsigned width, unsigned height, unsigned stride, uint8_t **bytes, size_t *size)
{
	struct screen *screen = context;
	const struct terminal *t = &screen->terminal;
	int columns = (int)((width + t->cell_width - 1) / t->cell_width), rows = (int)((height + t->cell_height - 1) / t->cell_height);
	ChafaTermInfo *info = new_info(), *fallback = chafa_term_db_get_fallback_info(chafa_term_db_get_default());
	ChafaCanvasConfig *config;
	ChafaCanvas *chafa;
	GString *out;

	config = new_config(screen, info, columns, rows);
	chafa_term_info_supplement(info, fallback);
	chafa = chafa_canvas_new(config);
	for (size_t i = 0; i < (size_t)stride * height; i++)
		pixels[i] |= 0xff000000;
	chafa_canvas_draw_all_pixels(chafa,
	                             G_BYTE_ORDER == G_LITTLE_ENDIAN ? CHAFA_PIXEL_BGRA8_UNASSOCIATED : CHAFA_PIXEL_ARGB8_UNASSOCIATED,
	                             (const guint8 *)pixels, (gint)width, (gint)height, (gint)(stride * 4));
	if (t->mode == TERMINAL_SYMBOLS)
		put_texts(screen, chafa, columns, rows);
	out = chafa_canvas_print(chafa, info);
	g_string_append_c(out, '\n');
	*bytes = malloc(out->len);
	*size = out->len;
	if (*bytes)
		memcpy(*bytes, out->str, out->len);
	g_string_free(out, TRUE);
	chafa_canvas_unref(chafa);
	chafa_canvas_config_unref(config);
	chafa_term_info_unref(fallback);
	chafa_term_info_unref(info);
	return *bytes ? 0 : -ENOMEM;
}

static int screen_finish(struct canvas *canvas, uint8_t **bytes, size_t *size, struct failure *why)
{
	struct screen *screen = (struct screen *)canvas;

	if (screen->wide)
		return fail(why, EINVAL, "the picture takes %u columns, and the terminal has %u: expected a smaller --width", screen->wide,
		            screen->terminal.columns);
	return screen->inner->ops->finish(screen->inner, bytes, size, why);
}

static void screen_free(struct canvas *canvas)
{
	struct screen *screen = (struct screen *)canvas;

	for (unsigned i = 0; i < screen->pieces; i++)
		g_free(screen->piece[i].text);
	canvas_free(screen->inner);
	free(screen);
}

static const struct canvas_ops screen_ops = {
	.face = screen_face,
	.text_width = screen_text_width,
	.begin = screen_begin,
	.fill = screen_fill,
	.dots = screen_dots,
	.hatch = screen_hatch,
	.text = screen_text,
	.prepare = screen_prepare,
	.marks = screen_marks,
	.finish = screen_finish,
	.free = screen_free,
};

int canvas_terminal_new(const struct canvas_options *options, const struct terminal *terminal, struct canvas **canvas,
                        struct failure *why)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	int err;

	if (!screen)
		return fail(why, ENOMEM, "no memory for the picture");
	screen->terminal = *terminal;
	screen->canvas.ops = &screen_ops;
	err = canvas_pixels_new(options, encode, screen, &screen->inner, why);
	if (err)
		free(screen);
	else
		*canvas = &screen->canvas;
	return err;
}

#else

int terminal_find(int fd, enum terminal_mode wanted, struct terminal *terminal, struct failure *why)
{
	(void)fd;
	(void)wanted;
	(void)terminal;
	return fail(why, ENOTSUP, "this fireplot was built without libchafa, so it cannot draw on a terminal: expected a FILE");
}

int canvas_terminal_new(const struct canvas_options *options, const struct terminal *terminal, struct canvas **canvas,
                        struct failure *why)
{
	(void)options;
	(void)canvas;
	return terminal_find(-1, terminal->mode, NULL, why);
}

#endif
