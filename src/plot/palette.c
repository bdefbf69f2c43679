/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette.h"

/* The darkest a mark may be: red and blue look darker than green of the same value. */
static const struct {
	const char *name;
	uint32_t colour;
	float floor;
} look[SERIES_WITH_PORTS] = {
	[SERIES_TCP4] = { "TCP/IPv4", 0x00ff00, 0.35f },
	[SERIES_UDP4] = { "UDP/IPv4", 0xb0b0ff, 0.42f },
	[SERIES_TCP6] = { "TCP/IPv6", 0xff0000, 0.55f },
	[SERIES_UDP6] = { "UDP/IPv6", 0xffffff, 0.42f },
};

uint32_t palette_series(enum series series)
{
	return look[series].colour;
}

const char *palette_name(enum series series)
{
	return look[series].name;
}

uint32_t palette_shade(enum series series, unsigned shade)
{
	uint32_t colour = look[series].colour, dimmed = 0;

	for (unsigned shift = 0; shift < 24; shift += 8)
		dimmed |= ((colour >> shift & 0xff) * (shade + 1) + PALETTE_SHADES / 2) / PALETTE_SHADES << shift;
	return dimmed;
}

unsigned palette_brightness(enum series series, double log2_count, double log2_reference, double lonely)
{
	double floor = look[series].floor, rest = 1 - floor, share = 1;

	/* Where all marks of the neighbourhood count one packet they are bright, and as it fills the single ones step back. */
	floor += rest / ((1 + 3 * log2_reference) * (1 + 3 * log2_reference));
	floor += (0.8 - floor > 0 ? 0.8 - floor : 0) * lonely;
	if (log2_reference > 0 && log2_count < log2_reference)
		share = log2_count / log2_reference;
	return (unsigned)((floor + (1 - floor) * share) * PALETTE_SHADES + 0.5) - 1;
}
