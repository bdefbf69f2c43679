#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The shell completion of fireplot offers what --help lists, command by command.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
completion=$top_srcdir/contrib/completion/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"
command -v bash >/dev/null || skip_all "no bash here"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# offered WORD...: what the completion offers for the last one.
offered() {
	(cd "$dir" && bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fireplot; printf "%s\n" "${COMPREPLY[@]}"' \
		"$completion" fireplot "$@") | sort -u
}

commands=$("$fireplot" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
check "--help lists commands" "$([ "$(echo "$commands" | wc -w)" -ge 3 ] || echo "$commands")"
for command in $commands; do
	check "the completion offers the command $command" "$(offered '' | grep -qx "$command" || offered '')"
	"$fireplot" "$command" --help >"$dir/help"
	grep -oE '^  +(-[a-zA-Z], )?--?[a-zA-Z][-a-z]*' "$dir/help" | grep -oE -e '--?[a-zA-Z][-a-z]*' | sort -u >"$dir/options"
	offered "$command" - >"$dir/offered"
	check "the completion of $command offers the options of its --help" "$(diff "$dir/options" "$dir/offered")"
	sed -nE 's/^  +(-[a-zA-Z], )?(--[a-z][-a-z]*) [A-Z].*/\2/p' "$dir/help" >"$dir/values"
	while read -r option; do
		check "the completion knows that $command $option has a value" "$(offered "$command" "$option" '' | grep -e '^--')"
	done <"$dir/values"
done
check "every command that is offered is one" "$(for command in $(offered help ''); do
	[ "$command" = graph ] || "$fireplot" "$command" --help >/dev/null || echo "$command"
done)"
for profile in $(offered create --profile ''); do
	check "the profile $profile is one" "$("$fireplot" create --archive "$dir/none" --dry-run --profile "$profile" 2>&1 >/dev/null)"
done
list=$(offered fetch --series '' | paste -sd,)
check "the series are series" "$("$fireplot" fetch --archive "$dir/none" --series "$list" 2>&1 | grep -v 'no archive here')"
check "a list of series is completed behind its comma" "$([ "$(offered fetch --series tcp4,udp6,icmp6)" = tcp4,udp6,icmp6 ] ||
	offered fetch --series tcp4,udp6,icmp6)"
finish
