/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dates of the Gregorian calendar as days since 1970-01-01, by formula: a log has millions of them. */
#ifndef IMPORT_CIVIL_H
#define IMPORT_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define CIVIL_DAY_S 86400
#define CIVIL_2000 10957 /* days from 1970 to 2000 */

static inline bool civil_is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* month from 1 to 12. */
static inline unsigned civil_month_days(int year, unsigned month)
{
	return month == 2 ? 28u + civil_is_leap(year) : 30u + ((month + (month >> 3)) & 1);
}

/* Of a year above 0; month from 1 to 12, day from 1. The year is taken to begin in March, so that the leap day is its last. */
static inline int64_t civil_days(int year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t march_day = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 + march_day - 719468;
}

#endif
