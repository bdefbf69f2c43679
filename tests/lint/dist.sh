#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A distribution has every file that git has, so that what it unpacks to can be built, tested and packaged like a checkout.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

[ -f "$top_builddir/Makefile" ] || skip_all "not configured"
git -C "$top_srcdir" rev-parse --is-inside-work-tree >/dev/null 2>&1 || skip_all "no checkout of git"

names=$(mktemp -d) || exit 1
trap 'rm -rf "$names"' EXIT
make -s --no-print-directory -C "$top_builddir" dist-names 2>"$names/said" | sort -u >"$names/dist"
git -C "$top_srcdir" ls-files | grep -vE '(^|/)\.git(ignore|keep)$' >"$names/git"
check "make tells the files of a distribution" "$([ "$(wc -l <"$names/dist")" -gt 300 ] || cat "$names/said" "$names/dist")"
check "a distribution has every file that git has" "$(
	# A directory stands for all below it.
	awk 'NR == FNR { has[$0] = 1; next }
		{
			for (name = $0; name != "" && !(name in has); )
				if (!sub("/[^/]*$", "", name)) name = ""
			if (name == "") print $0 " is in no EXTRA_DIST, SOURCES or dist_"
		}' "$names/dist" "$names/git"
)"
# Sources and scripts are in it whatever configure left out; what EXTRA_DIST has under a condition of automake's is not.
check "nor does it depend on what was configured" "$(
	sed -n '/^EXTRA_DIST = /,/[^\\]$/p' "$top_srcdir/Makefile.in" | grep -o 'am__append_[0-9]*' |
		while read -r part; do grep "^@.*@$part = " "$top_srcdir/Makefile.in"; done
)"
# Automake runs one of two whose names differ only in the .sh at the end, as they would have the same log.
check "no test keeps another from being run" "$(make -s --no-print-directory -C "$top_builddir" test-names | sed 's/\.sh$//' | sort | uniq -d)"

version=$(sed -n 's/^AC_INIT(\[fireplot\], \[\(.*\)\])$/\1/p' "$top_srcdir/configure.ac")
check "packages have the version of configure.ac" "$(cd "$top_srcdir" &&
	for file in contrib/rpm/fireplot.spec contrib/openwrt/README; do
		grep -qE "^( *PKG_VERSION:=|Version: +)$version\$" "$file" || echo "$file does not have $version"
	done)"
finish
