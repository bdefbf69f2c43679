# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # $dir and $start are set by those who source it
# Sourced by tests that fill an archive of their own row by row, in $dir/archive from $start on.

# update FILE AT [DS=VALUE ...]: a row of zeros but for those, or with "U" alone of unknown. It ends AT seconds after the start.
update() {
	rrdtool info "$dir/archive/$1" | sed -n 's/^ds\[\(.*\)\]\.index = \(.*\)/\2 \1/p' | sort -n >"$dir/ds"
	row=$(awk -v set="${3:-}" 'BEGIN { n = split(set, pairs, " "); for (i = 1; i <= n; i++) { split(pairs[i], p, "="); value[p[1]] = p[2] } }
		{ printf ":%s", $2 in value ? value[$2] : "U" in value ? "U" : 0 }' "$dir/ds")
	rrdtool update "$dir/archive/$1" "$((start + $2))$row" >/dev/null
}
