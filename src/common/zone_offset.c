/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/zone_offset.h"

#include <time.h>

int64_t zone_offset_at(int64_t at_s)
{
	time_t at = (time_t)at_s;
	struct tm tm;

	return at == at_s && localtime_r(&at, &tm) ? tm.tm_gmtoff : 0;
}

bool zone_offset_find_change(int64_t from_s, int64_t to_s, int64_t *change_s)
{
	int64_t offset_s = zone_offset_at(from_s);

	if (zone_offset_at(to_s) == offset_s)
		return false;
	while (to_s - from_s > 1) {
		int64_t middle_s = from_s + (to_s - from_s) / 2;

		if (zone_offset_at(middle_s) == offset_s)
			from_s = middle_s;
		else
			to_s = middle_s;
	}
	*change_s = to_s;
	return true;
}
