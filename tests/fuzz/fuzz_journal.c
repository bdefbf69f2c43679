/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of journalctl -o json. */
#include "line.h"

#include "import/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_text(journal_parse, data, size);
	return 0;
}
