/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette.h"

/* What the palettes on the same ground share. */
#define ON_BLACK                                                                                                                  \
	[PALETTE_BACK] = 0x000000, [PALETTE_CANVAS] = 0x000000, [PALETTE_SHADEA] = 0x000000, [PALETTE_SHADEB] = 0x000000,         \
	[PALETTE_GRID] = 0x3c3c3c, [PALETTE_MGRID] = 0x3c3c3c, [PALETTE_FONT] = 0xe0e0e0, [PALETTE_FRAME] = 0xc0c0c0,             \
	[PALETTE_AXIS] = 0xc0c0c0, [PALETTE_ARROW] = 0xc0c0c0, [PALETTE_UNKNOWN] = 0x707070, [PALETTE_LOST] = 0xffa000
#define ON_WHITE                                                                                                                  \
	[PALETTE_BACK] = 0xffffff, [PALETTE_CANVAS] = 0xffffff, [PALETTE_SHADEA] = 0xffffff, [PALETTE_SHADEB] = 0xffffff,         \
	[PALETTE_GRID] = 0xc8c8c8, [PALETTE_MGRID] = 0xc8c8c8, [PALETTE_FONT] = 0x202020, [PALETTE_FRAME] = 0x404040,             \
	[PALETTE_AXIS] = 0x303030, [PALETTE_ARROW] = 0x303030, [PALETTE_UNKNOWN] = 0x909090, [PALETTE_LOST] = 0xd05000

/* Red and blue look darker than green of the same value. */
const struct palette palette_dark = {
	.colour = {
		ON_BLACK,
		[PALETTE_TCP4] = 0x00ff00, [PALETTE_UDP4] = 0xb0b0ff, [PALETTE_TCP6] = 0xff0000, [PALETTE_UDP6] = 0xffffff,
		[PALETTE_ICMP4] = 0xffff00, [PALETTE_ICMP6] = 0xff80ff,
	},
	.floor = { 0.35f, 0.42f, 0.55f, 0.42f, 0.42f, 0.42f },
};

static const struct palette palette_light = {
	.colour = {
		ON_WHITE,
		[PALETTE_TCP4] = 0x008000, [PALETTE_UDP4] = 0x2828ff, [PALETTE_TCP6] = 0xe00000, [PALETTE_UDP6] = 0x000000,
		[PALETTE_ICMP4] = 0x9a6a00, [PALETTE_ICMP6] = 0xb000b0,
	},
	.floor = { 0.45f, 0.42f, 0.45f, 0.4f, 0.45f, 0.45f },
};

/* Found by search: of all colours whose contrast with the ground is good, four that keep the largest distance from each other
 * (in CIELAB, in their darker shades too) to eyes with all cones, and without those for long, middle or short waves. */
static const struct palette palette_dark_safe = {
	.colour = {
		ON_BLACK,
		[PALETTE_TCP4] = 0x40ff00, [PALETTE_UDP4] = 0x8060ff, [PALETTE_TCP6] = 0xc08060, [PALETTE_UDP6] = 0xffffff,
		[PALETTE_ICMP4] = 0xffd000, [PALETTE_ICMP6] = 0x60c0ff,
	},
	.floor = { 0.45f, 0.45f, 0.45f, 0.45f, 0.45f, 0.45f },
};

static const struct palette palette_light_safe = {
	.colour = {
		ON_WHITE,
		[PALETTE_TCP4] = 0x00a000, [PALETTE_UDP4] = 0x0000ff, [PALETTE_TCP6] = 0xa020a0, [PALETTE_UDP6] = 0x000000,
		[PALETTE_ICMP4] = 0xb07000, [PALETTE_ICMP6] = 0x2060c0,
	},
	.floor = { 0.45f, 0.45f, 0.45f, 0.45f, 0.45f, 0.45f },
};

static const char *const names[PALETTE_SERIES] = {
	[SERIES_TCP4] = "TCP/IPv4", [SERIES_UDP4] = "UDP/IPv4",   [SERIES_TCP6] = "TCP/IPv6",
	[SERIES_UDP6] = "UDP/IPv6", [SERIES_ICMP4] = "ICMP/IPv4", [SERIES_ICMP6] = "ICMP/IPv6",
};

const struct palette *palette_find(bool is_light, bool is_safe)
{
	if (is_safe)
		return is_light ? &palette_light_safe : &palette_dark_safe;
	return is_light ? &palette_light : &palette_dark;
}

uint32_t palette_mix(uint32_t colour, uint32_t ground, unsigned part, unsigned whole)
{
	uint32_t mixed = 0;

	for (unsigned shift = 0; shift < 24; shift += 8)
		mixed |= ((colour >> shift & 0xff) * part + (ground >> shift & 0xff) * (whole - part) + whole / 2) / whole << shift;
	return mixed;
}

uint32_t palette_dim(const struct palette *palette, enum palette_part part, enum palette_part ground, double share)
{
	return palette_mix(palette->colour[part], palette->colour[ground], (unsigned)(share * 1000 + 0.5), 1000);
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
	return names[series];
}

uint32_t palette_shade(const struct palette *palette, enum series series, unsigned shade)
{
	return palette_mix(palette_series(palette, series), palette->colour[PALETTE_CANVAS], shade + 1, PALETTE_SHADES);
}

struct palette_scale palette_scale(const struct palette *palette, enum series series, float log2_reference)
{
	float floor = palette->floor[series], grown = 1 + 2 * log2_reference;

	/* Where all marks count one packet they are bright; as some count more, the single ones step back. */
	return (struct palette_scale){
		.floor = floor + (1 - floor) / (grown * grown),
		.per_octave = log2_reference > 0.01f ? 1 / log2_reference : 100,
	};
}
