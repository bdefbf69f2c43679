/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comma-separated values, the first line naming columns. */
#include "line.h"

#include "import/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_text(csv_parse, data, size);
	return 0;
}
