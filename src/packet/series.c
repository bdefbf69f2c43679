/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/series.h"

#include <string.h>

static const char *const series_names[SERIES_COUNT] = {
	[SERIES_TCP4] = "tcp4",	  [SERIES_UDP4] = "udp4",   [SERIES_TCP6] = "tcp6",	[SERIES_UDP6] = "udp6",
	[SERIES_ICMP4] = "icmp4", [SERIES_ICMP6] = "icmp6", [SERIES_OTHER4] = "other4", [SERIES_OTHER6] = "other6",
};

static const char *const class_names[CLASS_COUNT] = {
	[CLASS_PROBE] = "probe",
	[CLASS_BACKSCATTER] = "backscatter",
	[CLASS_LATE] = "late",
};

static int find(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *series_name(enum series series)
{
	return series_names[series];
}

bool series_by_name(const char *name, enum series *series)
{
	int i = find(series_names, SERIES_COUNT, name);

	if (i < 0)
		return false;
	*series = (enum series)i;
	return true;
}

const char *class_name(enum packet_class class)
{
	return class_names[class];
}

bool class_by_name(const char *name, enum packet_class *class)
{
	int i = find(class_names, CLASS_COUNT, name);

	if (i < 0)
		return false;
	*class = (enum packet_class)i;
	return true;
}

bool series_has_class(enum series series, enum packet_class class)
{
	switch (series) {
	case SERIES_TCP4:
	case SERIES_TCP6:
		return true;
	case SERIES_ICMP4:
	case SERIES_ICMP6:
		return class != CLASS_LATE;
	case SERIES_UDP4:
	case SERIES_UDP6:
	case SERIES_OTHER4:
	case SERIES_OTHER6:
		return class == CLASS_PROBE;
	}
	return false;
}
