/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of RouterOS. */
#include "line.h"

#include "import/mikrotik.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_text(mikrotik_parse, data, size);
	return 0;
}
