/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keyed hashes of addresses are made of: a multiplication whose halves are folded together. */
#ifndef BINNING_FOLD_H
#define BINNING_FOLD_H

#include <stdint.h>

static inline uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
