#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each option that rrdtool graph tells of is one of fireplot graph too, or is told with what to use instead.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"
command -v rrdtool >/dev/null || skip_all "no rrdtool here"

# "-x --x-grid value", one a line
options=$(rrdtool help graph | tr '[' '\n' | sed -nE 's/^(-[a-zA-Z])?\|?(--[a-z-]+) ?([^]]*)\]?.*$/\1 \2 \3/p')
check "rrdtool tells its options" "$([ "$(echo "$options" | wc -l)" -ge 35 ] || echo "$options")"

# known OPTION [VALUE]: what is said against it being unknown or of another kind
known() {
	"$fireplot" graph /dev/null --archive /nonexistent "$@" 2>&1 >/dev/null | grep -E 'unknown option|expected no value|unexpected argument|ambiguous'
}
echo "$options" | while read -r letter name value; do
	case $letter in
	--*) value=$name name=$letter letter= ;;
	esac
	for option in $letter $name; do
		printf '%s\t%s\n' "$option" "${value:+1}"
	done
done >"${TMPDIR:-/tmp}/rrdgraph.$$"
while IFS="$(printf '\t')" read -r option value; do
	check "$option is known" "$(known "$option" ${value:+"$value"})"
done <"${TMPDIR:-/tmp}/rrdgraph.$$"
rm -f "${TMPDIR:-/tmp}/rrdgraph.$$"
finish
