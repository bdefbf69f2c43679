#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What no file of the project should hold. The patterns are written so that this file does not match them itself.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

files=$(written_files)
code=$(printf '%s\n' "$files" | grep -E '\.[ch]$')

# nowhere WHAT PATTERN [FILES]
nowhere() {
	# No file name of ours has a blank.
	# shellcheck disable=SC2086
	check "$1" "$(grep -InE -e "$2" ${3:-$files} /dev/null | cut -c 1-200)"
}
nowhere "no path of a developer's machine" '(^|[^[:alnum:]_.])/(work|root|home/[a-z]+)/|/tmp/(wt|build)[-]'
nowhere "no note to come back to" '\b(TO[D]O|FIX[M]E|X[X]X)\b'
nowhere "no blank at the end of a line" '[[:blank:]]$' "$(printf '%s\n' "$files" | grep -v '\.md$')"
nowhere "C code is indented by tabs" '^ {2,8}[^ *]' "$code"
nowhere "no memory on the stack that a number from outside decides" '\balloc[a]\(' "$code"

check "no line of code is wider than 140 columns" "$(printf '%s\n' "$code" | while read -r file; do
	expand "$file" | awk -v file="$file" 'length($0) > 140 { print file ":" NR ": " length($0) " columns" }'
done)"
check "no file of code has more than 600 lines" "$(printf '%s\n' "$code" | while read -r file; do
	[ "$(wc -l <"$file")" -le 600 ] || echo "$file: $(wc -l <"$file") lines"
done)"
check "every file ends with a newline" "$(printf '%s\n' "$files" | while read -r file; do
	[ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] || echo "$file"
done)"
finish
