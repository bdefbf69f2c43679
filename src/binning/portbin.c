/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/portbin.h"

static bool power_of_two(uint32_t n, uint32_t min, uint32_t max)
{
	return n >= min && n <= max && (n & (n - 1)) == 0;
}

static unsigned log2_of(uint32_t n)
{
	return 31 - (unsigned)__builtin_clz(n);
}

bool portbin_valid(const struct portbin *pb)
{
	return power_of_two(pb->exact_ports, 64, 65536) && power_of_two(pb->per_octave, 1, 64);
}

unsigned portbin_count(const struct portbin *pb)
{
	return pb->exact_ports + (16 - log2_of(pb->exact_ports)) * pb->per_octave;
}

void portbin_range(const struct portbin *pb, unsigned bin, uint16_t *lo, uint16_t *hi)
{
	unsigned octave, width, place;

	if (bin < pb->exact_ports) {
		*lo = *hi = (uint16_t)bin;
		return;
	}
	octave = log2_of(pb->exact_ports) + (bin - pb->exact_ports) / pb->per_octave;
	place = (bin - pb->exact_ports) % pb->per_octave;
	width = (1u << octave) / pb->per_octave;
	*lo = (uint16_t)((1u << octave) + place * width);
	*hi = (uint16_t)(*lo + width - 1);
}
