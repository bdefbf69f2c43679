/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/format.h"

#include <string.h>

#include "import/kernlog.h"

/* What is surely no other comes first: a kernel LOG line may stand within anything. */
static const struct format formats[] = {
	{ "kernlog", "LOG lines of iptables and nftables, wherever they stand; ulogd2 LOGEMU", kernlog_parse },
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
