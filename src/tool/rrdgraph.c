/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/rrdgraph.h"

#include <errno.h>
#include <string.h>

#include "common/escape.h"

#define PORTS "the upright axis has ports, not values"
#define NO_RIGHT "there is no axis on the right"

const struct option_elsewhere rrdgraph_options[RRDGRAPH_OPTIONS] = {
	{ 'u', "upper-limit", true, false, PORTS "; --ports LOW-HIGH chooses which" },
	{ 'l', "lower-limit", true, false, PORTS "; --ports LOW-HIGH chooses which" },
	{ 'y', "y-grid", true, false, PORTS ", labelled where there is room; --ports chooses which" },
	{ 0, "right-axis", true, false, NO_RIGHT "; rrdtool graph draws rates" },
	{ 0, "right-axis-label", true, false, NO_RIGHT },
	{ 0, "right-axis-formatter", true, false, NO_RIGHT },
	{ 0, "right-axis-format", true, false, NO_RIGHT },
	{ 'r', "rigid", false, true, "has no meaning: the axis shows what --ports says" },
	{ 0, "allow-shrink", false, true, "has no meaning: the axis shows what --ports says" },
	{ 'A', "alt-autoscale", false, true, "has no meaning: " PORTS },
	{ 'J', "alt-autoscale-min", false, true, "has no meaning: " PORTS },
	{ 'M', "alt-autoscale-max", false, true, "has no meaning: " PORTS },
	{ 'N', "no-gridfit", false, true, "has no meaning: " PORTS },
	{ 'Y', "alt-y-grid", false, true, "has no meaning: " PORTS },
	{ 'o', "logarithmic", false, true, "is so anyway; --linear is the opposite" },
	{ 'X', "units-exponent", true, true, "has no meaning: ports have no unit" },
	{ 'L', "units-length", true, true, "has no meaning: the labels take the room they need" },
	{ 0, "units", true, true, "has no meaning: ports have no unit" },
	{ 0, "left-axis-formatter", true, true, "has no meaning: the labels are ports; --services names them" },
	{ 0, "left-axis-format", true, true, "has no meaning: the labels are ports; --services names them" },
	{ 0, "legend-position", true, true, "has no meaning: the legend is below the picture" },
	{ 0, "legend-direction", true, true, "has no meaning: the legend is below the picture" },
	{ 0, "grid-dash", true, true, "has no meaning: the grid is dotted" },
	{ 0, "disable-rrdtool-tag", false, true, "is so anyway: there is no tag" },
	{ 0, "dynamic-labels", false, true, "has no meaning: the legend has a square for each series" },
	{ 'P', "pango-markup", false, true, "has no meaning: texts are taken as they are" },
	{ 'E', "slope-mode", false, true, "has no meaning: dots have no slope" },
	{ 'i', "interlaced", false, true, "has no meaning: the files are too small for it" },
	{ 'T', "tabwidth", true, true, "has no meaning: the legend has no tabs" },
	{ 'b', "base", true, true, "has no meaning: counts are written out" },
};

/* The words with which an instruction of rrdtool graph begins. */
static const char *const instructions[] = {
	"DEF:", "CDEF:", "VDEF:", "PRINT:", "GPRINT:", "COMMENT:", "VRULE:", "HRULE:", "LINE", "AREA:", "TICK:", "SHIFT:",
	"TEXTALIGN:", "STACK:", "XPORT:",
};

int rrdgraph_refuse(const char *argument, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	escape_quote(argument, quoted);
	for (unsigned i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
		if (strncmp(argument, instructions[i], strlen(instructions[i])) == 0)
			return fail(why, EINVAL, "%s is for rrdtool graph: fireplot graph draws a whole archive (--archive DIR) by itself, "
			            "and lines with --mark and --mark-port", quoted);
	return fail(why, EINVAL, "unexpected argument %s behind the FILE", quoted);
}
