/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(struct failure *why, int err, const char *fmt, ...)
{
	va_list ap;

	if (why) {
		va_start(ap, fmt);
		vsnprintf(why->text, sizeof(why->text), fmt, ap);
		va_end(ap);
	}
	return -err;
}

int fail_errno(struct failure *why, int err, const char *fmt, ...)
{
	va_list ap;
	size_t used;

	if (why) {
		va_start(ap, fmt);
		vsnprintf(why->text, sizeof(why->text), fmt, ap);
		va_end(ap);
		used = strlen(why->text);
		snprintf(why->text + used, sizeof(why->text) - used, ": %s", strerror(err));
	}
	return -err;
}
