#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures as a program makes them: the same every time, and on a machine without fonts a message that says what to do.
: "${top_builddir:=.}"
draw=$top_builddir/tests/golden/draw
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

count=0
failed=0
# report NAME STATUS
report() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		failed=1
		echo "not ok $count - $1"
	fi
}

day='UTC 2026-11-24T00:00:00 2026-11-25T00:00:00 400x100'
for format in png svg pdf eps; do
	for packets in 100 5000; do
		# shellcheck disable=SC2086
		"$draw" "$format" $day "noise:tcp4,1,$packets" gap:0.2,0.3 >"$dir/first"
		# shellcheck disable=SC2086
		"$draw" "$format" $day "noise:tcp4,1,$packets" gap:0.2,0.3 >"$dir/second"
		report "a $format of $packets packets has the same bytes twice" "$(cmp -s "$dir/first" "$dir/second" && [ -s "$dir/first" ]; echo $?)"
	done
done

mkdir "$dir/none" "$dir/cache"
printf '<?xml version="1.0"?>\n<fontconfig><dir>%s</dir><cachedir>%s</cachedir></fontconfig>\n' "$dir/none" "$dir/cache" >"$dir/fonts.conf"
FONTCONFIG_FILE=$dir/fonts.conf
export FONTCONFIG_FILE
for format in png svg; do
	# shellcheck disable=SC2086
	report "a $format without fonts fails" "$(! "$draw" "$format" $day >"$dir/out" 2>"$dir/err" && [ ! -s "$dir/out" ]; echo $?)"
	report "and the message says what to install" "$(grep -q 'no fonts on this machine.*fonts-dejavu' "$dir/err"; echo $?)"
done
# shellcheck disable=SC2086
report "text needs no fonts" "$("$draw" json $day >"$dir/out" && [ -s "$dir/out" ]; echo $?)"
echo "1..$count"
exit "$failed"
