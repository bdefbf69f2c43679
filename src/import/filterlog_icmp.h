/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that filterlog has for ICMP types and codes. Pure. */
#ifndef IMPORT_FILTERLOG_ICMP_H
#define IMPORT_FILTERLOG_ICMP_H

#include <stdbool.h>

#include "import/packet_text.h"
#include "import/span.h"

/* What stands behind the destination of an ICMP packet. Fills has_icmp, icmp_type and icmp_code of fields, whose version is set; has_icmp
 * stays false if the text does not tell a type. A code that it does not tell is 0. */
void filterlog_read_icmp(struct span rest, struct packet_fields *fields);

#endif
