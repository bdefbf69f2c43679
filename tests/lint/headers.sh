#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every header compiles alone, and twice; its guard is named after it.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

libraries=$(${PKG_CONFIG:-pkg-config} --cflags pangocairo 2>/dev/null)
for header in src/*/*.h; do
	name=${header#src/}
	# CC may carry flags of its own.
	# shellcheck disable=SC2086
	check "$name compiles alone" "$(printf '#include "%s"\n#include "%s"\nint fireplot_lint;\n' "$name" "$name" |
		$CC -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Werror -fsyntax-only -Isrc $libraries -x c - 2>&1)"
	guard=$(printf '%s' "$name" | tr 'a-z./-' 'A-Z___')
	check "$name is guarded by $guard" "$(grep -q "^#ifndef $guard\$" "$header" && grep -q "^#define $guard\$" "$header" ||
		echo "no #ifndef $guard and #define $guard")"
done
finish
