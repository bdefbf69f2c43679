#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every file that is source says its licence at its head.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

sources=$(written_files | grep -Ev '\.md$|^src/README$|^(NEWS|CONTRIBUTING|SECURITY)$|/README$' |
	grep -Ev '^contrib/debian/debian/(copyright|source/format|.*\.(docs|install|README\.Debian))$')
check "every source file has the SPDX line at its head" "$(printf '%s\n' "$sources" | while read -r file; do
	head -n 3 "$file" | grep -aqE 'SPDX-License-Identifier: GPL-2\.0-or-later( |$)' || echo "$file: no SPDX line in its first 3 lines"
done)"
check "COPYING is the GNU General Public License, version 2" "$(grep -q 'Version 2, June 1991' COPYING || echo "COPYING: another text")"
finish
