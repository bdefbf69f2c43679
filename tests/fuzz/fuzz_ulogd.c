/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON of ulogd2. */
#include "line.h"

#include "import/ulogd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_text(ulogd_parse, data, size);
	return 0;
}
