/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/token.h"

#include <string.h>

bool token_next(const char **at, char token[ESCAPE_QUOTED])
{
	const char *p = *at + strspn(*at, " \t");
	size_t len = strcspn(p, " \t");

	*at = p + len;
	if (len >= ESCAPE_QUOTED)
		len = ESCAPE_QUOTED - 1;
	memcpy(token, p, len);
	token[len] = '\0';
	return len > 0;
}
