<<<<<<< HEAD
#include "import/format.h"
#include <string.h>
#include "import/filterlog.h"
#include "import/journal.h"
#include "import/mikrotik.h"
#include "import/ulogd.h"
static const struct format formats[]={{"ulogd","",ulogd_parse},{"filterlog","",filterlog_parse},{"mikrotik","",mikrotik_parse}};
const struct format *format_at(unsigned i){return i<3?&formats[i]:NULL;}
const struct format *format_by_name(const char*n){for(unsigned i=0;i<3;i++)if(!strcmp(formats[i].name,n))return &formats[i];return NULL;}
=======
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
>>>>>>> lines
