/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A figure from one line of text, without an archive. */
#ifndef TESTS_GOLDEN_CASE_H
#define TESTS_GOLDEN_CASE_H

#include "plot/figure.h"
#include "plot/palette_given.h"
#include "tool/areas.h"

#define GOLDEN_TEXTS 32
#define GOLDEN_TEXT 256

/* A case: its window in local time, and what happened in it. */
struct golden {
	struct raster raster; /* of days: what they are together */
	struct days days;
	struct areas areas; /* none but of days */
	struct axis_grid grid;
	char week_format[64];
	struct raster icmp; /* zeroed without a probe of ICMP */
	struct typestrip types;
	struct figure figure;
	char title[256];
	bool is_light;
	bool is_safe;
	struct palette_given colours;
	struct palette palette;
	struct rule rule[RULES_MAX];
	unsigned texts;
	char text[GOLDEN_TEXTS][GOLDEN_TEXT];
};

/* Makes a figure of words: TZ START END WxH [WHAT]..., times as 2026-11-24T12:00:00. WHAT, with moments as shares of the window
 * from 0 to 1:
 *   rows:SECONDS,FROM,TO             a level of the archive; without any: one of 60 s, or 2 h from a month on
 *   probe:SERIES,PORT,WHEN[,COUNT]   packets at one moment; of icmp4 and icmp6, which days here have not, a type
 *   line:SERIES,PORT,FROM,TO,COUNT   packets in every row
 *   scan:SERIES,LOW,HIGH,FROM,TO     every port once
 *   noise:SERIES,SEED,PACKETS        spread over time and ports alike
 *   crowd:SERIES,LOW,HIGH,SEED,PACKETS  spread over time and these ports alike
 *   full:SEED                        packets everywhere in every series
 *   gap:FROM,TO[,KNOWN]              nobody listened, or only for a share of the time
 *   lost:WHEN,PACKETS
 *   only:TEXT                        a selection, with _ for blanks: every packet at its own port; gaps are what was not recorded
 *   exact                            ports that are counted together are told apart
 *   sample:FROM,TO,PACKETS           but then, when so many were left out of what was recorded
 *   now:WHEN                         the rest has not happened yet
 *   undrawn:ICMP,BACKSCATTER,LATE,OTHER[,PORTS,REST,SERIES]
 *   title:TEXT                       with _ for blanks
 *   days                             the window's days below each other; the height is that of all
 *   xgrid:GRID                       as --x-grid, with _ for blanks
 *   week:FORMAT                      as --week-fmt, with _ for blanks
 *   flat
 *   light, safe                      the theme, and the colours that the colour-blind tell apart
 *   colour:TAG#rrggbb[aa]
 *   font:TAG,EM[:FACE]               pixels, or 0; with _ for blanks
 *   label:TEXT  watermark:TEXT       with _ for blanks
 *   border:PIXELS  bare  no-legend
 *   mark:WHEN:TEXT  port:PORT:TEXT   lines, with _ for blanks
 *   all-rules                        lines that are not in the picture are told in the legend
 *   ports:LOW[-HIGH],...             only these are in view
 *   linear
 *   names                            22 is called ssh, 443 by the longest name there may be, and 1024 <&">
 *   series:BITS                      of enum series: those in the legend
 * Ends the program with a message if a word is wrong. The figure borrows from *golden, which golden_fini() ends. */
void golden_init(struct golden *golden, unsigned words, char **word);
void golden_fini(struct golden *golden);

#endif
