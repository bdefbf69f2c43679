#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The lint tests fail when they should: each fault is put into a copy of the sources, and must be found.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
here=$(cd "$(dirname "$0")" && pwd)

fresh_copy() {
	rm -rf "$copy/tree"
	mkdir -p "$copy/tree/src/common" "$copy/tree/src/plot" "$copy/tree/tests" "$copy/tree/doc" "$copy/tree/contrib"
	cp "$top_srcdir/src/README" "$copy/tree/src/"
	cp "$top_srcdir/src/common/fail.c" "$top_srcdir/src/common/fail.h" "$copy/tree/src/common/"
	cp "$top_srcdir/COPYING" "$copy/tree/"
}

# finds TEST WHAT: the test names what, after the fault was put into the copy.
finds() {
	output=$(top_srcdir=$copy/tree top_builddir=$copy/tree CC=$CC "$here/$1.sh" 2>&1)
	check "$1.sh finds $2" "$(printf '%s\n' "$output" | grep '^not ok' | grep -q "$2" || printf 'not found:\n%s\n' "$output")"
	fresh_copy
}

fresh_copy
for test in includes headers licence scripts text; do
	check "$test.sh has nothing to say of sound sources" "$(
		top_srcdir=$copy/tree top_builddir=$copy/tree CC=$CC "$here/$test.sh" 2>&1 | grep -A 5 '^not ok')"
done

echo '#include "plot/axis.h"' >>"$copy/tree/src/common/fail.c"
finds includes 'common includes only'
echo '#include <rrd.h>' >>"$copy/tree/src/common/fail.c"
finds includes "librrd's headers"
echo '#	include <libmnl/libmnl.h>' >>"$copy/tree/src/common/fail.c"
finds includes "libmnl's"
echo '#include <cairo/cairo.h>' >>"$copy/tree/src/common/fail.c"
finds includes "cairo's"
echo '#include <chafa.h>' >>"$copy/tree/src/common/fail.c"
finds includes "libchafa's"
echo '#include <sqlite3.h>' >>"$copy/tree/src/common/fail.c"
finds includes "SQLite's"
echo '#include <pcap/pcap.h>' >>"$copy/tree/src/common/fail.c"
finds includes "libpcap's"
mkdir "$copy/tree/src/web"
finds includes 'names every stage'
printf '#ifndef COMMON_X_H\n#define COMMON_X_H\nuint32_t x(void);\n#endif\n' >"$copy/tree/src/common/x.h"
finds headers 'common/x.h compiles alone'
printf '#ifndef X_H\n#define X_H\n#endif\n' >"$copy/tree/src/common/x.h"
finds headers 'guarded by COMMON_X_H'
echo 'int x;' >"$copy/tree/src/common/x.c"
finds licence 'SPDX'
# The faults below are text for a file, not commands of this script.
# shellcheck disable=SC2016
printf '#!/bin/sh\nrm -rf $1/x\n' >"$copy/tree/contrib/x.sh"
finds scripts 'x.sh passes shellcheck'
printf '#!/bin/sh\nif true; then\n' >"$copy/tree/contrib/x"
finds scripts 'x parses'
echo 'tests/x.log: tests/x' >"$copy/tree/Makefile"
echo '#!/bin/sh' >"$copy/tree/tests/x.sh"
finds scripts 'name of a test program'
printf '    int x;\n' >>"$copy/tree/src/common/fail.c"
finds text 'indented by tabs'
printf '/* FIX%s */\n' ME >>"$copy/tree/src/common/fail.c"
finds text 'note to come back to'
printf 'see /%s/me/x\n' home >"$copy/tree/doc/x.md"
finds text "developer's machine"
printf 'int x;' >>"$copy/tree/src/common/fail.c"
finds text 'ends with a newline'
echo 'See doc/nothing.md.' >"$copy/tree/README.md"
finds links 'README.md names'
if command -v mandoc >/dev/null; then
	printf '.Dd November 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Bl -tag\n' >"$copy/tree/doc/x.1"
	finds manpages 'x.1 passes mandoc'
fi
printf '#!/bin/sh\necho "  -a, --all  all"\n' >"$copy/tree/fireplotd"
chmod +x "$copy/tree/fireplotd"
printf '.Sh OPTIONS\n.It Fl a\n' >"$copy/tree/doc/fireplotd.8"
finds manpages 'fireplotd.*the same options'
finish
