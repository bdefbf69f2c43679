#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads each import/FORMAT-WHAT.log, or import/FORMAT.log, with the format of its name and compares the readings with the .txt beside it.
#
#   readings.sh                   as a test (TAP)
#   readings.sh --refresh NAME... writes the .txt of the named ones anew (all: --refresh --all); look at the difference before you commit it
here=$(cd "$(dirname "$0")" && pwd)
: "${top_builddir:=$(pwd)}"
program=$top_builddir/tests/golden/readings
[ -x "$program" ] || {
	echo "readings.sh: no program $program: make it, and start this in the folder of the build" >&2
	exit 1
}

names() {
	for file in "$here"/import/*.log; do
		basename "$file" .log
	done
}

readings() {
	"$program" "${1%%-*}" <"$here/import/$1.log"
}

if [ "${1:-}" = --refresh ]; then
	shift
	[ "${1:-}" != --all ] || {
		# shellcheck disable=SC2046
		set -- $(names)
	}
	for name; do
		if readings "$name" >"$here/import/$name.new"; then
			mv "$here/import/$name.new" "$here/import/$name.txt" && echo "$name"
		else
			rm -f "$here/import/$name.new"
			echo "readings.sh: $name: no such format in this build" >&2
		fi
	done
	exit
fi

found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT
count=0
failed=0
for name in $(names); do
	count=$((count + 1))
	readings "$name" >"$found"
	status=$?
	if [ "$status" -eq 77 ]; then
		echo "ok $count - $name # SKIP built without the format ${name%%-*}"
	elif [ "$status" -eq 0 ] && difference=$(diff "$here/import/$name.txt" "$found"); then
		echo "ok $count - $name"
	else
		failed=$((failed + 1))
		echo "not ok $count - $name"
		printf '%s\n' "$difference" | head -n 20 | sed 's/^/# /'
	fi
done
echo "1..$count"
[ "$failed" -eq 0 ]
