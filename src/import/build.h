/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second half of an import: the records of a spool, in the order of time, are counted into an archive. For import.c alone. */
#ifndef IMPORT_BUILD_H
#define IMPORT_BUILD_H

#include "import/former.h"
#include "import/import.h"
#include "import/rules.h"
#include "import/spool.h"

/* Makes the archive that report->schema, start_s, end_s and gap describe, in a directory that is there, out of a spool that has been
 * rewound; fills in what the report says of it.
 * former: an archive that comes along, from its first row on; NULL for none. records: how many there are, for progress. */
int build_archive(const struct import_request *request, struct import_report *report, struct former *former, struct spool *spool,
                  const struct rules *rules, uint64_t records, struct failure *why);

#endif
