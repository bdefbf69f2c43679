#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The man pages are sound mdoc, and they and --help name the same options.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

for page in doc/*.[1-8]; do
	if command -v mandoc >/dev/null; then
		# What only a release of an operating system's own manual would need is not asked for.
		check "$page passes mandoc -Tlint" "$(mandoc -Tlint -Wstyle "$page" 2>&1 |
			grep -vE 'outdated mandoc\.db|STYLE: (operating system explicitly specified|referenced manual not found|RCS id missing|Mdocdate)')"
	else
		skip "$page passes mandoc -Tlint" "no mandoc here"
	fi
	check "$page refers only to pages that are there" "$(grep -oE '^\.Xr fireplot[-a-z.]* [1-8]' "$page" |
		while read -r _ name section; do
			[ -f "doc/$name.$section" ] || echo "no doc/$name.$section"
		done)"
done

# documented PAGE SECTION...: the options that head an item in these sections (.Sh or .Ss) of the page.
documented() {
	page=$1
	shift
	printf '%s\n' "$@" | awk '
		NR == FNR { wanted[$0] = 1; next }
		/^\.S[hs] / { name = $0; sub(/^\.S[hs] /, "", name); gsub(/"/, "", name); inside = name in wanted }
		inside && /^\.It Fl / {
			n = split($0, word, " ")
			for (i = 2; i < n; i++)
				if (word[i] == "Fl") print "-" word[i + 1]
		}' - "$page" | sort -u
}

# helped COMMAND...: the options that its --help names; the -M of a value as N[-M] is none.
helped() {
	"$@" --help | sed 's/\([[:alnum:]]\)\[-[^]]*\]/\1/g' | grep -oE '(^|[] ,[|])--?[A-Za-z][-A-Za-z0-9]*' | grep -oE -e '--?[A-Za-z].*' | sort -u
}

# compare WHAT PAGE SECTIONS COMMAND...: both lists are the same.
compare() {
	what=$1 page=$2 sections=$3
	shift 3
	if [ ! -x "$1" ]; then
		skip "$what --help and $page name the same options" "$1 is not built"
		return
	fi
	helped "$@" >"$lists/help"
	# Sections are separated by commas.
	(IFS=,; set -f; for section in $sections; do printf '%s\n' "$section"; done) >"$lists/sections"
	documented "$page" "$(cat "$lists/sections")" >"$lists/page"
	check "$what --help names options" "$([ -s "$lists/help" ] || echo "none found in its output")"
	check "$what --help and $page name the same options" "$(
		comm -23 "$lists/help" "$lists/page" | sed "s|\$| is in --help, not in $page|"
		comm -13 "$lists/help" "$lists/page" | sed "s|\$| is in $page, not in --help|"
	)"
}

lists=$(mktemp -d) || exit 1
trap 'rm -rf "$lists"' EXIT
tool=$top_builddir/fireplot
compare "fireplotd" doc/fireplotd.8 OPTIONS "$top_builddir/fireplotd"
if [ -x "$tool" ]; then
	commands=$("$tool" --help | awk '/^  [a-z]+ / && $1 != "fireplot" { print $1 }')
	check "fireplot --help names commands" "$([ -n "$commands" ] || echo "none found in its output")"
	for command in $commands; do
		check "doc/fireplot.1 tells of fireplot $command" "$(
			grep -q "^\.Ss fireplot $command\$" doc/fireplot.1 || echo "no .Ss fireplot $command")"
		compare "fireplot $command" doc/fireplot.1 "Common options,fireplot $command" "$tool" "$command"
	done
else
	skip "fireplot COMMAND --help and doc/fireplot.1 name the same options" "$tool is not built"
fi
finish
