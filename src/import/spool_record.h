/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as bytes, without what others of its kind don't have: 16 bytes, addresses of 4 or 16 bytes each if it is a packet, and the
 * digest if there are any. The byte order is the machine's, as no other reads them. For spool*.c alone. */
#ifndef IMPORT_SPOOL_RECORD_H
#define IMPORT_SPOOL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "import/spool.h"

#define SPOOL_RECORD_MOST (16 + 32 + 8) /* bytes of one */

/* Both return where the next record begins. */
uint8_t *spool_record_pack(const struct record *record, bool has_digest, uint8_t *to);
const uint8_t *spool_record_unpack(const uint8_t *from, bool has_digest, struct record *record);

#endif
