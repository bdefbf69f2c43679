#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The words of the configuration: the daemon, its man page and the example file know the same ones.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

fireplotd=$top_builddir/fireplotd
example=$top_srcdir/contrib/fireplot.conf
page=$top_srcdir/doc/fireplot.conf.5
[ -x "$fireplotd" ] || skip_all "fireplotd is not built"
grep -q -e '-DHAVE_SQLITE3' "$top_builddir/Makefile" || skip_all "fireplotd was built without SQLite, and the example records sightings"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# The words of --help are behind the daemon's own options.
"$fireplotd" --help | awk '/^Each word/ { words = 1 } words' | grep -oE '^ +(-g, )?--[-a-z]+' | sed 's/.*--//' | sort >"$dir/words"
check "--help lists words" "$([ "$(wc -l <"$dir/words")" -ge 18 ] || cat "$dir/words")"

# same WHAT FILE FILE: both lists are the same.
same() {
	check "$1" "$(diff "$2" "$3")"
}

awk '/^\.Sh / { inside = /WORDS/ } inside && /^\.It Ic / { print $3 }' "$page" | sort >"$dir/page"
same "fireplot.conf(5) has an item for each word" "$dir/words" "$dir/page"
sed -n 's/^#\([a-z][-a-z]*\) .*/\1/p' "$example" | sort -u >"$dir/example"
same "the example has a line for each word" "$dir/words" "$dir/example"

# accepted WHAT FILE: the daemon takes the file.
accepted() {
	check "$1" "$("$fireplotd" -t -c "$2" 2>&1 >/dev/null || echo "status $?")"
}
accepted "the example is right as it is" "$example"
sed 's/^#\([a-z]\)/\1/' "$example" >"$dir/all.conf"
accepted "the example is right with every word" "$dir/all.conf"
awk -v dir="$dir" 'BEGIN { RS = "" } { file = sprintf("%s/block.%02d", dir, NR); print > file; close(file) }' "$dir/all.conf"
for block in "$dir"/block.*; do
	words=$(grep -E '^[a-z]' "$block" | cut -d' ' -f1 | sort -u | tr '\n' ' ')
	[ -z "$words" ] || accepted "of the example alone: $words" "$block"
done
sed 's/^#//' "$example" >"$dir/prose.conf"
check "what is prose in the example is no setting" "$("$fireplotd" -t -c "$dir/prose.conf" 2>&1 |
	grep -q 'prose.conf:1: unknown word' || echo "not refused")"

"$fireplotd" -t -c "$dir/all.conf" >"$dir/once.conf" 2>&1
"$fireplotd" -t -c "$dir/once.conf" >"$dir/twice.conf" 2>&1
same "what -t prints reads back the same" "$dir/once.conf" "$dir/twice.conf"
check "-t prints what was set" "$(grep -q '^group 100 101 102 103 200 202$' "$dir/once.conf" || cat "$dir/once.conf")"

finish
