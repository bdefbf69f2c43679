#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Draws every case of CASES as text and compares it with what is kept.
#
#   golden.sh                   as a test (TAP)
#   golden.sh --refresh NAME... writes the named cases anew (all: --refresh --all); look at the difference before you commit it
#   golden.sh --show NAME FILE  draws a case into a PNG or SVG file
here=$(cd "$(dirname "$0")" && pwd)
: "${top_builddir:=$(cd "$here/../.." && pwd)}"
draw=$top_builddir/tests/golden/draw
[ -x "$draw" ] || {
	echo "golden.sh: no program $draw: make it first, and set top_builddir to the folder of the build" >&2
	exit 1
}

cases() {
	grep -v '^#' "$here/CASES"
}

# The words of a case but its name.
words() {
	cases | awk -v name="$1" '$1 == name { $1 = ""; print; found = 1 } END { exit !found }' || {
		echo "golden.sh: no case $1 in CASES" >&2
		exit 1
	}
}

# text FORMAT NAME: the words hold no blanks, so they may be split.
picture() {
	what=$(words "$2") || exit 1
	# shellcheck disable=SC2086
	"$draw" "$1" $what
}

case ${1:-} in
--refresh)
	shift
	[ "${1:-}" != --all ] || {
		# shellcheck disable=SC2046
		set -- $(cases | awk '{ print $1 }')
	}
	for name; do
		picture json "$name" >"$here/$name.json.new" && mv "$here/$name.json.new" "$here/$name.json" && echo "$name"
	done
	exit
	;;
--show)
	picture "${3##*.}" "$2" >"$3"
	exit
	;;
esac

count=0
failed=0
for name in $(cases | awk '{ print $1 }'); do
	count=$((count + 1))
	if found=$(picture json "$name" 2>&1 | diff "$here/$name.json" - 2>&1); then
		echo "ok $count - $name"
	else
		failed=$((failed + 1))
		echo "not ok $count - $name"
		printf '%s\n' "$found" | head -n 20 | sed 's/^/# /'
	fi
done
echo "1..$count"
[ "$failed" -eq 0 ]
