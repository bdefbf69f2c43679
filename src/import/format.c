/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/format.h"

#include <string.h>

#include "import/csv.h"
#include "import/filterlog.h"
#include "import/journal.h"
#include "import/kernlog.h"
#include "import/mikrotik.h"
#include "import/ulogd.h"

/* What is surely no other comes first: a kernel LOG line may stand within anything, values with commas may be anything. */
static const struct format formats[] = {
#ifdef HAVE_JANSSON
	{ "journal", "journalctl -o json, with LOG lines as messages", journal_parse },
	{ "ulogd", "JSON of ulogd2", ulogd_parse },
#endif
	{ "filterlog", "firewall log of OPNsense and pfSense", filterlog_parse },
	{ "mikrotik", "firewall log of MikroTik RouterOS", mikrotik_parse },
	{ "kernlog", "LOG lines of iptables and nftables, wherever they stand; ulogd2 LOGEMU", kernlog_parse },
	{ "csv", "comma-separated values, whose first line names time, source, protocol, port ...", csv_parse },
};

const struct format *format_at(unsigned i)
{
	return i < sizeof(formats) / sizeof(*formats) ? &formats[i] : NULL;
}

const struct format *format_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}
