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

struct palette_scale palette_scale(enum series series, float log2_reference)
{
	float floor = look[series].floor, grown = 1 + 2 * log2_reference;

	/* Where all marks count one packet they are bright; as some count more, the single ones step back. */
	return (struct palette_scale){
		.floor = floor + (1 - floor) / (grown * grown),
		.per_octave = log2_reference > 0.01f ? 1 / log2_reference : 100,
	};
}
