/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet frames with right checksums. */
#ifndef LIVE_FRAME_H
#define LIVE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

#define FRAME_BYTES 1600

struct frame_macs {
	uint8_t destination[6];
	uint8_t source[6];
};

/* Writes the frame of one packet and returns its length, at most FRAME_BYTES. */
size_t frame_build(const struct frame_macs *macs, const struct plan_packet *packet, uint8_t out[FRAME_BYTES]);

#endif
