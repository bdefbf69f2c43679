#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The words of the configuration: the daemon, its man page, the example file and the completion know the same ones.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

fireplotd=$top_builddir/fireplotd
example=$top_srcdir/contrib/fireplot.conf
completion=$top_srcdir/contrib/completion/fireplotd
page=$top_srcdir/doc/fireplot.conf.5
[ -x "$fireplotd" ] || skip_all "fireplotd is not built"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# The options of --help, without a value; the words are those behind the blank line after the daemon's own.
"$fireplotd" --help | grep -oE '(^ *|, )--?[A-Za-z][-a-z]*' | grep -oE -e '--?[A-Za-z].*' | sort -u >"$dir/options"
"$fireplotd" --help | awk '/^Each word/ { words = 1 } words' | grep -oE '^ +(-g, )?--[-a-z]+' | sed 's/.*--//' | sort >"$dir/words"
check "--help lists words" "$([ "$(wc -l <"$dir/words")" -ge 18 ] || cat "$dir/words")"

# same WHAT FILE FILE: both lists are the same.
same() {
	check "$1" "$(diff "$2" "$3")"
}

awk '/^\.Sh / { inside = /WORDS/ } inside && /^\.It Ic / { print $3 }' "$page" | sort >"$dir/page"
same "fireplot.conf(5) has an item for each word" "$dir/words" "$dir/page"
sed -n 's/^#\([a-z][-a-z]*\) .*/\1/p' "$example" | sort -u >"$dir/example"
same "the example has a line for each word" "$dir/words" "$dir/example"

# accepted WHAT FILE: the daemon takes the file.
accepted() {
	check "$1" "$("$fireplotd" -t -c "$2" 2>&1 >/dev/null || echo "status $?")"
}
accepted "the example is right as it is" "$example"
sed 's/^#\([a-z]\)/\1/' "$example" >"$dir/all.conf"
accepted "the example is right with every word" "$dir/all.conf"
awk -v dir="$dir" 'BEGIN { RS = "" } { file = sprintf("%s/block.%02d", dir, NR); print > file; close(file) }' "$dir/all.conf"
for block in "$dir"/block.*; do
	words=$(grep -E '^[a-z]' "$block" | cut -d' ' -f1 | sort -u | tr '\n' ' ')
	[ -z "$words" ] || accepted "of the example alone: $words" "$block"
done
sed 's/^#//' "$example" >"$dir/prose.conf"
check "what is prose in the example is no setting" "$("$fireplotd" -t -c "$dir/prose.conf" 2>&1 |
	grep -q 'prose.conf:1: unknown word' || echo "not refused")"

"$fireplotd" -t -c "$dir/all.conf" >"$dir/once.conf" 2>&1
"$fireplotd" -t -c "$dir/once.conf" >"$dir/twice.conf" 2>&1
same "what -t prints reads back the same" "$dir/once.conf" "$dir/twice.conf"
check "-t prints what was set" "$(grep -q '^group 100 101 102 103 200 202$' "$dir/once.conf" || cat "$dir/once.conf")"

if command -v bash >/dev/null; then
	# offered WORD...: what the completion offers for the last one.
	offered() {
		bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fireplotd; printf "%s\n" "${COMPREPLY[@]}"' \
			"$completion" fireplotd "$@" | sort -u
	}
	offered '' >"$dir/offered"
	same "the completion offers the options of --help" "$dir/options" "$dir/offered"
	while read -r word; do
		check "the completion knows that --$word has a value" "$(offered "--$word" '' | grep -e '^--')"
	done <"$dir/words"
	check "the completion completes an option" "$([ "$(offered --kern)" = --kernel-buffer ] || offered --kern)"
	check "the completion completes a value behind =" "$([ "$(offered --profile = sm)" = small ] || offered --profile = sm)"
	for profile in $(offered --profile ''); do
		check "the profile $profile is one" "$("$fireplotd" -t -c /dev/null --profile "$profile" 2>&1 >/dev/null)"
	done
	check "the classes are classes" "$("$fireplotd" -t -c /dev/null --count "$(offered --count '' | tr '\n' ' ')" 2>&1 >/dev/null)"
else
	skip "the completion offers the options of --help" "no bash here"
fi
finish
