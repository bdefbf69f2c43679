/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between the time of a log line and its message: host, facility, program. A rule's prefix may look like each of them, so
 * only what is known for sure is taken. */
#ifndef IMPORT_ENVELOPE_NAMES_H
#define IMPORT_ENVELOPE_NAMES_H

#include "import/envelope.h"
#include "import/text.h"

/* "host user.info kernel: ", each of which may be missing. Sets out's program. Where the kernel speaks for itself (from_kernel) a first
 * word is no host, unless a program that tells its name for sure stands behind it. */
void envelope_names_take(struct text *text, bool from_kernel, struct envelope *out);

/* "kern  :warn  : ", as dmesg -x decodes a priority. False, and nothing is taken, if it is not there. */
bool envelope_names_skip_decoded(struct text *text);

/* "host app pid msgid data " of RFC 5424, as far as they are there. Sets out's program. */
void envelope_names_take_rfc5424(struct text *text, struct envelope *out);

#endif
