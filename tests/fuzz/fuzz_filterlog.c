/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of OPNsense and pfSense. */
#include "line.h"

#include "import/filterlog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_text(filterlog_parse, data, size);
	return 0;
}
