/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/raw.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int raw_fill(struct raw *raw, size_t n)
{
	if (raw_left(raw) < n) {
		memmove(raw->bytes, raw_bytes(raw), raw_left(raw));
		raw->end -= raw->at;
		raw->at = 0;
	}
	while (raw_left(raw) < n) {
		ssize_t got = read(raw->fd, raw->bytes + raw->end, sizeof(raw->bytes) - raw->end);

		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		raw->end += (size_t)got;
		raw->taken += (uint64_t)got;
	}
	return 0;
}
