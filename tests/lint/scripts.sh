#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts parse, and shellcheck has nothing to say.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

for file in $(shell_files); do
	case $file:$(head -n 1 "$file") in
	*.bash:* | *bash) shell='bash' ;;
	*) shell='sh' ;;
	esac
	check "$file parses ($shell -n)" "$($shell -n "$file" 2>&1)"
	if command -v shellcheck >/dev/null; then
		check "$file passes shellcheck" "$(shellcheck -x -s "$shell" -f gcc "$file" 2>&1)"
	else
		skip "$file passes shellcheck" "no shellcheck here"
	fi
	case $file in
	*/tap.sh | *.bash) ;;
	*) check "$file says which shell runs it" "$(head -n 1 "$file" | grep -qE '^#!' || [ ! -x "$file" ] ||
		echo "$file:1: executable without #!")" ;;
	esac
done
finish
