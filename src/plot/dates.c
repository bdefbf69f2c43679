/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/dates.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "plot/calendar.h"

#define TEXT 64
#define LINE 1.35 /* em from a line to the next */

/* A day with a change of the clock says how long it is. */
static void date_text(const struct days_day *day, char text[TEXT])
{
	size_t used;
	struct tm tm;

	calendar_local(day->start_s, &tm);
	used = strftime(text, TEXT, "%a %-d %b", &tm);
	if (!used)
		text[0] = '\0';
	if (used && day->end_s - day->start_s != 86400)
		snprintf(text + used, TEXT - used, " (%g h)", (double)(day->end_s - day->start_s) / 3600);
}

static void packets_text(const struct figure *figure, unsigned day, char text[TEXT])
{
	char count[LEGEND_COUNT];
	double packets = 0;

	for (unsigned i = 0; i < figure->days->panels; i++)
		for (unsigned s = 0; s < SERIES_WITH_PORTS && figure->days->panel[i].day == day; s++)
			packets += figure->panel[i].packets[s] + (figure->icmp ? figure->icmp_panel[i].packets[s] : 0);
	snprintf(text, TEXT, "%s %s", legend_format_count(packets, count), packets == 1 ? "packet" : "packets");
}

/* Whether both lines fit beside a strip. */
static bool has_packets(const struct figure *figure, double em)
{
	return figure->panel[0].height >= em * 2 * LINE;
}

double dates_width(const struct figure *figure, struct canvas *canvas, double em)
{
	double width = 0;

	for (unsigned d = 0; d < figure->days->count; d++) {
		char text[TEXT];

		date_text(&figure->days->day[d], text);
		width = fmax(width, canvas->ops->text_width(canvas, em, text));
		packets_text(figure, d, text);
		if (has_packets(figure, em))
			width = fmax(width, canvas->ops->text_width(canvas, em, text));
	}
	return ceil(width + em);
}

void dates_draw(const struct layout *l, const struct figure *figure, unsigned day, struct canvas *canvas)
{
	double em = l->text_em[LOOK_AXIS];
	int x = l->margin + (int)(l->em / 2), middle = l->plot.y + l->plot.height / 2 + (int)(em * 0.36 + 0.5);
	int half = has_packets(figure, em) ? (int)(em * LINE / 2) : 0;
	char text[TEXT];

	date_text(&figure->days->day[day], text);
	canvas->ops->text(canvas, x, middle - half, CANVAS_LEFT, em, figure->palette->colour[PALETTE_FONT], text);
	if (!half)
		return;
	packets_text(figure, day, text);
	canvas->ops->text(canvas, x, middle + half, CANVAS_LEFT, em, palette_faint(figure->palette), text);
}
