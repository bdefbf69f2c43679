/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <math.h>
#include <stdio.h>

#define PORT_LOW 0.5
#define PORT_HIGH 65535.0

/* Ports that people know, and which of them stay when there is little room: the lowest rank first. */
static const struct {
	uint16_t port;
	uint8_t rank;
} known_ports[AXIS_PORT_TICKS] = {
	{ 0, 0 },     { 1, 0 },     { 7, 4 },     { 22, 1 },    { 53, 3 },     { 80, 2 },     { 123, 5 },
	{ 161, 6 },   { 443, 1 },   { 587, 6 },   { 1024, 2 },  { 1433, 5 },   { 3306, 3 },   { 5000, 4 },
	{ 6881, 6 },  { 10000, 1 }, { 20000, 4 }, { 50000, 5 }, { 65535, 0 },
};
#define RANKS 7

void axis_ports_init(struct axis_ports *axis, unsigned height, double em)
{
	unsigned strip = em * 0.6 < 5 ? 5 : (unsigned)(em * 0.6);
	unsigned gap = strip / 2 + 1;

	if (height < 2 * (strip + gap))
		strip = gap = height / 8 + 1;
	axis->height = height;
	axis->strip_height = strip;
	axis->log_height = height > strip + gap ? height - strip - gap : 1;
}

double axis_port_y(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	double middle = lo == hi ? lo : sqrt((lo - 0.5) * (hi + 0.5));

	if (hi == 0)
		return axis->height - axis->strip_height / 2.0;
	return axis->log_height * log2(PORT_HIGH / middle) / log2(PORT_HIGH / PORT_LOW);
}

unsigned axis_port_row(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	double y = axis_port_y(axis, lo, hi);
	unsigned last = (hi == 0 ? axis->height : axis->log_height) - 1;

	return y < 0 ? 0 : y > last ? last : (unsigned)y;
}

unsigned axis_port_ticks(const struct axis_ports *axis, double em, struct axis_tick tick[AXIS_PORT_TICKS])
{
	for (unsigned i = 0; i < AXIS_PORT_TICKS; i++) {
		unsigned port = known_ports[i].port;

		tick[i] = (struct axis_tick){ .at = axis_port_y(axis, port, port), .is_major = true };
	}
	for (unsigned rank = 0; rank < RANKS; rank++)
		for (unsigned i = 0; i < AXIS_PORT_TICKS; i++) {
			bool fits = known_ports[i].rank == rank;

			for (unsigned j = 0; fits && j < AXIS_PORT_TICKS; j++)
				fits = !tick[j].label[0] || fabs(tick[j].at - tick[i].at) >= em * 1.05;
			if (fits)
				snprintf(tick[i].label, sizeof(tick[i].label), "%u", (unsigned)known_ports[i].port);
		}
	return AXIS_PORT_TICKS;
}
