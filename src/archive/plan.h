/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which level of an archive answers for which part of a window. Pure. */
#ifndef ARCHIVE_PLAN_H
#define ARCHIVE_PLAN_H

#include "archive/reader.h"

/* reader_plan for an archive whose files may be written up to newest_s while they are read. */
unsigned plan_pieces(const struct schema *schema, int64_t newest_s, int64_t start_s, int64_t end_s, uint32_t resolution_s,
                     struct reader_piece pieces[READER_PIECES]);

#endif
