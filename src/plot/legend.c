/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/legend.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plot/palette.h"

#define OVERHANG_TEXT 120 /* at most, and at least, and how much shorter it is tried next */
#define OVERHANG_LEAST 24
#define OVERHANG_LESS 8

unsigned legend_hatch_distance(double em)
{
	return (unsigned)(em / 2 + 0.5);
}

unsigned legend_row_height(const struct legend *legend)
{
	return (unsigned)ceil(legend->em * 1.55);
}

const char *legend_format_count(double count, char buf[LEGEND_COUNT])
{
	char digits[32];
	int length, used = 0;

	length = snprintf(digits, sizeof(digits), "%.0f", count < 1e15 ? count : 1e15);
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf[used++] = ',';
		buf[used++] = digits[i];
	}
	buf[used] = '\0';
	return buf;
}

/* The two largest units: "3 h 20 min". */
static const char *format_span(double seconds, char buf[32])
{
	static const struct {
		const char *name;
		unsigned s;
	} units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
	uint64_t s = seconds < 1 ? 1 : (uint64_t)(seconds + 0.5);
	unsigned i = 0;

	while (s < units[i].s)
		i++;
	if (i < 3 && s % units[i].s / units[i + 1].s)
		snprintf(buf, 32, "%u %s %u %s", (unsigned)(s / units[i].s), units[i].name,
		         (unsigned)(s % units[i].s / units[i + 1].s), units[i + 1].name);
	else
		snprintf(buf, 32, "%u %s", (unsigned)(s / units[i].s), units[i].name);
	return buf;
}

static struct legend_entry *add(struct legend *legend, enum legend_sign sign, uint32_t colour, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static struct legend_entry *add(struct legend *legend, enum legend_sign sign, uint32_t colour, const char *fmt, ...)
{
	struct legend_entry *entry = &legend->entry[legend->entries++];
	va_list ap;

	*entry = (struct legend_entry){ .sign = sign, .colour = colour };
	va_start(ap, fmt);
	vsnprintf(entry->text, sizeof(entry->text), fmt, ap);
	va_end(ap);
	return entry;
}

/* Drawn, of a series. */
static double packets_of(const struct figure *figure, unsigned series)
{
	const struct raster *raster = figure->icmp && series >= figure->icmp->first ? figure->icmp : figure->raster;

	return raster->packets[series - raster->first];
}

static void add_series(struct legend *legend, const struct figure *figure, bool with_unit)
{
	char count[LEGEND_COUNT];

	if (figure->is_zoomed)
		add(legend, LEGEND_NONE, palette_faint(legend->palette), "in view:");
	for (unsigned i = 0; i <= SERIES_ICMP6; i++) {
		double packets;

		if (!(figure->series >> i & 1))
			continue;
		packets = packets_of(figure, i);
		add(legend, LEGEND_SERIES, palette_series(legend->palette, (enum series)i), "%s %s%s", palette_name((enum series)i),
		    legend_format_count(packets, count), !with_unit ? "" : packets == 1 ? " packet" : " packets");
	}
}

/* Bars among dots. */
static void add_ranges(struct legend *legend, const struct figure *figure)
{
	if (figure->has_ranges)
		add(legend, LEGEND_RANGE, legend->palette->colour[PALETTE_FONT], "bar: to some of the ports it spans");
}

/* Ports out of view that nobody can tell apart from those in view: as many as fit. */
static void add_overhang(struct legend *legend, const struct figure *figure, struct canvas *canvas, unsigned width)
{
	char text[OVERHANG_TEXT];

	for (size_t size = sizeof(text); figure->has_overhang && size >= OVERHANG_LEAST; size -= OVERHANG_LESS) {
		const struct legend_entry *entry;

		if (axis_ports_overhang(&figure->raster->ports, text, size) == 0)
			return;
		entry = add(legend, LEGEND_NONE, palette_faint(legend->palette), "counted with %s in view: ports %s",
		            figure->has_ranges ? "bars" : "those", text);
		if (canvas->ops->text_width(canvas, legend->em, entry->text) <= width)
			return;
		legend->entries--;
	}
}

static void add_undrawn(struct legend *legend, const struct figure *figure)
{
	static const char *const names[] = {
		[FIGURE_ICMP] = "ICMP", [FIGURE_BACKSCATTER] = "backscatter", [FIGURE_LATE] = "late", [FIGURE_OTHER] = "other",
		[FIGURE_PORTS] = "out of view", [FIGURE_REST] = "out of view, backscatter or late", [FIGURE_SERIES] = "of other series",
	};
	char text[LEGEND_TEXT] = "", count[LEGEND_COUNT];
	size_t used = 0;

	for (unsigned i = 0; i < FIGURE_UNDRAWN; i++)
		if (figure->undrawn[i] >= 0.5)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %s", used ? ", " : "",
			                         legend_format_count(figure->undrawn[i], count), names[i]);
	if (used)
		add(legend, LEGEND_NONE, palette_faint(legend->palette), "not drawn: %s", text);
}

static void add_missing(struct legend *legend, const struct figure *figure)
{
	bool is_complete = figure->unknown_s < 0.5 && figure->lost < 0.5 && figure->left_out < 0.5 && !figure->unreadable;
	char text[32], count[LEGEND_COUNT];

	if (figure->unknown_s >= 0.5)
		add(legend, LEGEND_UNKNOWN, legend->palette->colour[PALETTE_FONT], "unknown: %s for %s",
		    figure->is_recorded ? "nothing was recorded" : "nobody listened", format_span(figure->unknown_s, text));
	if (figure->left_out >= 0.5)
		add(legend, LEGEND_LOST, legend->palette->colour[PALETTE_FONT], "a sample for %s: %s of all packets were not recorded",
		    format_span(figure->sampled_s, text), legend_format_count(figure->left_out, count));
	if (figure->unreadable)
		add(legend, LEGEND_NONE, legend->palette->colour[PALETTE_LOST], "not in the picture: %u %s that can't be read",
		    figure->unreadable, figure->unreadable == 1 ? "file" : "files");
	if (figure->lost >= 0.5)
		add(legend, LEGEND_LOST, legend->palette->colour[PALETTE_FONT], "lost: %s %s", legend_format_count(figure->lost, text),
		    figure->lost < 1.5 ? "packet" : "packets");
	if (is_complete && figure->not_yet_s > figure->raster->start_s)
		add(legend, LEGEND_NONE, palette_faint(legend->palette), "nothing missed");
	if (figure->not_yet_s < figure->raster->end_s)
		add(legend, LEGEND_NOT_YET, legend->palette->colour[PALETTE_FONT], "not yet");
}

void legend_arrange(struct legend *legend, struct canvas *canvas, unsigned from, unsigned width)
{
	double x = 0, gap = legend->em * 1.4;

	for (unsigned i = from; i < legend->entries; i++) {
		struct legend_entry *entry = &legend->entry[i];
		double sign = entry->sign == LEGEND_NONE ? 0 : legend->em * 1.25;
		double wide = sign + canvas->ops->text_width(canvas, legend->em, entry->text);

		if (i == from || x + wide > width) {
			legend->rows++;
			x = 0;
		}
		entry->x = (int)x;
		entry->row = legend->rows - 1;
		x += wide + gap;
	}
}

void legend_add_rule(struct legend *legend, const struct rule *rule, bool has_seconds)
{
	char text[TEXT_FIT];

	rules_describe(rule, has_seconds, text);
	add(legend, LEGEND_NONE, legend->palette->colour[PALETTE_FONT], "%s", text);
}

void legend_init(struct legend *legend, const struct figure *figure, struct canvas *canvas, double em, unsigned width)
{
	unsigned notes;

	for (unsigned with_unit = 2; with_unit-- > 0;) {
		*legend = (struct legend){ .palette = figure->palette, .em = em };
		add_series(legend, figure, with_unit);
		legend_arrange(legend, canvas, 0, width);
		if (legend->rows == 1)
			break;
	}
	notes = legend->entries;
	add_ranges(legend, figure);
	add_overhang(legend, figure, canvas, width);
	add_missing(legend, figure);
	add_undrawn(legend, figure);
	legend_arrange(legend, canvas, notes, width);
}

static void draw_sign(const struct legend *legend, const struct legend_entry *entry, struct canvas *canvas, int x, int y)
{
	const struct palette *palette = legend->palette;
	int side = (int)(legend->em * 0.8);
	struct canvas_box box = canvas_box(x, y - side, side, side);

	switch (entry->sign) {
	case LEGEND_NONE:
		break;
	case LEGEND_SERIES:
		canvas->ops->fill(canvas, box, entry->colour);
		break;
	case LEGEND_UNKNOWN:
	case LEGEND_NOT_YET:
		canvas->ops->fill(canvas, box, palette->colour[PALETTE_FRAME]);
		box = canvas_box(box.x + 1, box.y + 1, side - 2, side - 2);
		canvas->ops->fill(canvas, box, entry->sign == LEGEND_NOT_YET ? palette_not_yet(palette) : palette->colour[PALETTE_CANVAS]);
		if (entry->sign == LEGEND_UNKNOWN)
			canvas->ops->hatch(canvas, box, legend_hatch_distance(legend->em) / 2 + 1,
			                    palette->colour[PALETTE_UNKNOWN]);
		break;
	case LEGEND_RANGE:
		box = canvas_box(x + side / 2, y - side, 1, side);
		canvas->ops->fill(canvas, box, entry->colour);
		break;
	case LEGEND_LOST:
		box = canvas_box(x + side / 2 - 1, y - side, side / 4 < 2 ? 2 : side / 4, side);
		canvas->ops->fill(canvas, box, palette->colour[PALETTE_LOST]);
		break;
	}
}

void legend_draw(const struct legend *legend, struct canvas *canvas, int x, int y)
{
	for (unsigned i = 0; i < legend->entries; i++) {
		const struct legend_entry *entry = &legend->entry[i];
		int left = x + entry->x, base = y + (int)(entry->row * legend_row_height(legend) + legend->em);

		draw_sign(legend, entry, canvas, left, base);
		if (entry->sign != LEGEND_NONE)
			left += (int)(legend->em * 1.25);
		canvas->ops->text(canvas, left, base, CANVAS_LEFT, legend->em,
		                  entry->sign == LEGEND_NONE ? entry->colour : legend->palette->colour[PALETTE_FONT], entry->text);
	}
}
