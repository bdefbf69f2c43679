/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base64.h"
#include "common/sha256.h"
#include "plot/calendar.h"
#include "plot/window_text.h"
#include "tool/hover_json.h"
#include "tool/hover_seen.h"
#include "tool/markup.h"
#include "tool/neighbours.h"
#include "tool/page_text.h"
#include "tool/selection.h"

/* A text in memory while it grows. */
struct text {
	FILE *out;
	char *bytes; /* after text_end(); owned */
	size_t size;
};

struct page {
	const struct picture_order *order;
	const struct picture *picture;
	struct hover *hover;
	const char *file;
	const char *unread; /* why there are sightings that can't be read; NULL if there is no such reason */
	struct text style;
	struct text data;
};

static int text_begin(struct text *text)
{
	free(text->bytes);
	text->bytes = NULL;
	text->out = open_memstream(&text->bytes, &text->size);
	return text->out ? 0 : -ENOMEM;
}

static int text_end(struct text *text)
{
	bool has_failed = ferror(text->out);

	return fclose(text->out) || has_failed ? -ENOMEM : 0;
}

/* ---- the head ---- */

/* The page has the colours of its picture. */
static int make_style(struct page *page)
{
	const struct palette *palette = &page->order->palette;
	uint32_t text = palette->colour[PALETTE_FONT], ground = palette->colour[PALETTE_BACK];
	FILE *out;
	int err = text_begin(&page->style);

	if (err)
		return err;
	out = page->style.out;
	fprintf(out, ":root { --width: %u; --ground: #%06x; --text: #%06x; --faint: #%06x; --panel: #%06x;", page->picture->width, ground,
	        text, palette_mix(text, ground, 13, 20), palette_mix(text, ground, 1, 9));
	for (unsigned s = 0; s <= SERIES_ICMP6; s++)
		fprintf(out, " --s%u: #%06x;", s, palette_series(palette, (enum series)s));
	fprintf(out, " }\n%s", page_style);
	return text_end(&page->style);
}

static void write_digest(FILE *out, const char *text)
{
	uint8_t digest[SHA256_BYTES];

	sha256(text, strlen(text), digest);
	fputs("'sha256-", out);
	base64_write(out, digest, sizeof(digest));
	fputc('\'', out);
}

/* The lines of a title as one. */
static void write_title(FILE *out, const char *title)
{
	char line[TEXT_FIT];
	const char *between = "";

	while (*title) {
		title += figure_title_line(title, line);
		if (!*line)
			continue;
		fputs(between, out);
		markup_text(out, line);
		between = " – ";
	}
}

static void write_window(FILE *out, const struct page *page)
{
	char text[TEXT_FIT];

	window_text(page->order->window.start_s, page->order->window.end_s, 0, text);
	markup_text(out, text);
}

/* The size stands first, for --lazy (lazy.c). */
static void write_head(FILE *out, const struct page *page)
{
	fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	             "<meta name=\"fireplot-picture\" content=\"width=%u height=%u\">\n"
	             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src ",
	        page->picture->width, page->picture->height);
	write_digest(out, page->style.bytes);
	fputs("; script-src ", out);
	write_digest(out, page_script);
	fputs("; base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<meta name=\"generator\" content=\"fireplot " PACKAGE_VERSION "\">\n<title>", out);
	write_title(out, page->order->title);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n", page->style.bytes);
}

/* ---- the body ---- */

static int write_neighbour(FILE *out, const struct page *page, int days)
{
	struct neighbour neighbour;
	int err = neighbour_find(page->file, days, page->order->now_s, &neighbour);
	const char *left = days < 0 ? "← " : "", *right = days < 0 ? "" : " →";

	if (!err && neighbour.is_there) {
		fprintf(out, "<a rel=\"%s\" href=\"", days < 0 ? "prev" : "next");
		markup_reference(out, neighbour.name);
		fprintf(out, "\">%s%s%s</a>\n", left, neighbour.day, right);
	} else if (!err) {
		fprintf(out, "<span>%s%s%s</span>\n", left, neighbour.day, right);
	}
	neighbour_fini(&neighbour);
	return err == -ENOENT ? 0 : err;
}

static int write_header(FILE *out, const struct page *page)
{
	int err;

	fputs("<body>\n<header>\n<h1>", out);
	write_title(out, page->order->title);
	fputs(" <span>", out);
	write_window(out, page);
	fputs("</span></h1>\n<nav aria-label=\"Days\">\n", out);
	err = write_neighbour(out, page, -1);
	if (!err)
		err = write_neighbour(out, page, 1);
	fputs("</nav>\n</header>\n", out);
	return err;
}

static void write_counts(FILE *out, const struct hover *hover)
{
	bool is_first = true;

	for (unsigned s = 0; s <= SERIES_ICMP6; s++) {
		if (!(hover->packets[s] > 0))
			continue;
		fprintf(out, "%s %.0f %s", is_first ? " Packets:" : ",", hover->packets[s], palette_name((enum series)s));
		is_first = false;
	}
	fputs(is_first ? " No packets." : ".", out);
}

static void write_picture(FILE *out, const struct page *page)
{
	fputs("<main>\n<figure class=\"scroll\">\n<div id=\"picture\" tabindex=\"0\">", out);
	fprintf(out, "<img width=\"%u\" height=\"%u\" alt=\"", page->picture->width, page->picture->height);
	write_title(out, page->order->title);
	fputs(", ", out);
	write_window(out, page);
	fputs(": time runs to the right, destination ports up, a dot for each port and moment with rejected packets.", out);
	write_counts(out, page->hover);
	fputs("\" src=\"data:image/png;base64,", out);
	base64_write(out, page->picture->bytes, page->picture->size);
	fputs("\"></div>\n</figure>\n</main>\n", out);
}

static void write_notes(FILE *out, const struct page *page)
{
	const struct hover *hover = page->hover;

	if (page->unread) {
		fputs("<p>Who sent the packets can’t be read: ", out);
		markup_text(out, page->unread);
		fputs("</p>\n", out);
	} else if (!hover->is_recorded) {
		fputs("<p>Who sent the packets was not recorded.</p>\n", out);
	}
	if (hover->marks < hover->marks_there)
		fprintf(out, "<p>This page has room to tell of %zu of the %" PRIu64 " counts behind the dots: where a moment has too many, "
		        "of those with most packets.</p>\n", hover->marks, hover->marks_there);
	if (hover->is_cut)
		fprintf(out, "<p>This page has room for %zu sightings: where a moment has too many, those with most packets are told."
		        "</p>\n", hover->seen);
}

static void write_footer(FILE *out, const struct page *page)
{
	char when[64];
	struct tm tm;

	fputs("<footer>\n<p class=\"hint\">Point at a dot, tap it, or step from dot to dot with the arrow keys. A click keeps what "
	      "is told; Escape lets it go.</p>\n"
	      "<noscript><p>With JavaScript this page tells of each dot which ports it is and who sent it.</p></noscript>\n", out);
	write_notes(out, page);
	calendar_local(page->order->now_s, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M %Z", &tm);
	fputs("<p>Drawn ", out);
	markup_text(out, when);
	fputs(" by fireplot " PACKAGE_VERSION ".</p>\n</footer>\n", out);
}

static int write_page(FILE *out, const struct page *page)
{
	int err;

	write_head(out, page);
	err = write_header(out, page);
	write_picture(out, page);
	write_footer(out, page);
	fprintf(out, "<script type=\"application/json\" id=\"spots\">%s</script>\n<script>%s</script>\n</body>\n</html>\n",
	        page->data.bytes, page_script);
	return err;
}

/* ---- what it tells ---- */

/* Fewer sightings, until they have room. */
static int make_data(struct page *page, const struct services *services)
{
	int err = 0;

	for (;;) {
		if (!err)
			err = text_begin(&page->data);
		if (err)
			return err;
		err = hover_json_write(page->data.out, page->hover, services, page->picture->width, &page->order->window);
		if (text_end(&page->data))
			err = -ENOMEM;
		if (err || page->data.size <= PAGE_DATA_MOST || !page->hover->seen)
			return err;
		err = hover_thin_seen(page->hover, page->hover->seen * 3 / 4);
	}
}

static int make_bytes(struct page *page, struct picture *picture)
{
	struct services *services = NULL;
	struct text all = { NULL };
	struct failure ignored;
	int err = services_load(&services, &ignored);

	if (!err)
		err = make_data(page, services);
	if (!err)
		err = make_style(page);
	if (!err)
		err = text_begin(&all);
	if (!err) {
		err = write_page(all.out, page);
		if (text_end(&all))
			err = -ENOMEM;
	}
	services_free(services);
	if (err) {
		free(all.bytes);
		return err;
	}
	free(picture->bytes);
	picture->bytes = (uint8_t *)all.bytes;
	picture->size = all.size;
	return 0;
}

int page_make(struct reader *reader, const struct picture_order *order, const char *file, struct picture *picture, char **warning,
              struct failure *why)
{
	struct page page = { .order = order, .picture = picture, .hover = order->hover, .file = file };
	struct witness_filter filter = order->selection ? selection_filter(order->selection) : (struct witness_filter){ 0 };
	struct witness *witness = NULL;
	struct failure unread = { "" };
	int err = witness_open(reader, &witness, &unread);

	*warning = NULL;
	if (!err)
		err = hover_see(order->hover, witness, &filter, reader_newest(reader), &unread);
	if (err && err != -ENOENT && err != -ENOTSUP)
		page.unread = unread.text;
	err = page.unread && !(*warning = strdup(unread.text)) ? -ENOMEM : make_bytes(&page, picture);
	witness_close(witness);
	free(page.style.bytes);
	free(page.data.bytes);
	return err ? fail(why, -err, "no memory for the page") : 0;
}
