/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette.h"

const struct palette palette_dark = { {
	[PALETTE_BACK] = 0x000000,   [PALETTE_CANVAS] = 0x000000, [PALETTE_SHADEA] = 0x000000,  [PALETTE_SHADEB] = 0x000000,
	[PALETTE_GRID] = 0x3c3c3c,   [PALETTE_MGRID] = 0x3c3c3c,  [PALETTE_FONT] = 0xe0e0e0,    [PALETTE_FRAME] = 0xc0c0c0,
	[PALETTE_AXIS] = 0xc0c0c0,   [PALETTE_ARROW] = 0xc0c0c0,  [PALETTE_TCP4] = 0x00ff00,    [PALETTE_UDP4] = 0xb0b0ff,
	[PALETTE_TCP6] = 0xff0000,   [PALETTE_UDP6] = 0xffffff,   [PALETTE_ICMP4] = 0xffff00,   [PALETTE_ICMP6] = 0xff80ff,
	[PALETTE_UNKNOWN] = 0x707070, [PALETTE_LOST] = 0xffa000,
} };

/* The darkest a mark may be: red and blue look darker than green of the same value. */
static const struct {
	const char *name;
	float floor;
} look[] = {
	[SERIES_TCP4] = { "TCP/IPv4", 0.35f }, [SERIES_UDP4] = { "UDP/IPv4", 0.42f },   [SERIES_TCP6] = { "TCP/IPv6", 0.55f },
	[SERIES_UDP6] = { "UDP/IPv6", 0.42f }, [SERIES_ICMP4] = { "ICMP/IPv4", 0.42f }, [SERIES_ICMP6] = { "ICMP/IPv6", 0.42f },
};

/* part / whole of the colour, the rest of the ground. */
static uint32_t mix(uint32_t colour, uint32_t ground, unsigned part, unsigned whole)
{
	uint32_t mixed = 0;

	for (unsigned shift = 0; shift < 24; shift += 8)
		mixed |= ((colour >> shift & 0xff) * part + (ground >> shift & 0xff) * (whole - part) + whole / 2) / whole << shift;
	return mixed;
}

uint32_t palette_dim(const struct palette *palette, enum palette_part part, enum palette_part ground, double share)
{
	return mix(palette->colour[part], palette->colour[ground], (unsigned)(share * 1000 + 0.5), 1000);
}

uint32_t palette_faint(const struct palette *palette)
{
	return palette_dim(palette, PALETTE_FONT, PALETTE_BACK, 0.643);
}

uint32_t palette_partly(const struct palette *palette)
{
	return palette_dim(palette, PALETTE_UNKNOWN, PALETTE_CANVAS, 0.607);
}

uint32_t palette_not_yet(const struct palette *palette)
{
	return palette_dim(palette, PALETTE_FRAME, PALETTE_CANVAS, 0.135);
}

uint32_t palette_series(const struct palette *palette, enum series series)
{
	return palette->colour[PALETTE_TCP4 + series];
}

const char *palette_name(enum series series)
{
	return look[series].name;
}

uint32_t palette_shade(const struct palette *palette, enum series series, unsigned shade)
{
	return mix(palette_series(palette, series), palette->colour[PALETTE_CANVAS], shade + 1, PALETTE_SHADES);
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
