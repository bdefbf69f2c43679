#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts parse, shellcheck has nothing to say, and each test among them is run.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

# Automake names the log of a test without its extension: of two that share one, the program is run and the script is not.
logs=$(sed -n 's|^\(tests/.*\)\.log: .*|\1|p' "$top_builddir/Makefile" 2>/dev/null)
cd "$top_srcdir" || exit 1
check "no script has the name of a test program" "$(for name in $logs; do
	[ ! -e "$name.sh" ] || echo "$name.sh is never run: $name is"
done)"

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
