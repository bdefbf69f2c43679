#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The files for systemd say what systemd understands, and agree on names.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

unit=$top_builddir/contrib/systemd/fireplotd.service
pages=$top_builddir/contrib/systemd/fireplot-pages.service
timer=$top_srcdir/contrib/systemd/fireplot-pages.timer
tmpfiles=$top_builddir/contrib/tmpfiles.d/fireplot.conf
sysusers=$top_srcdir/contrib/sysusers.d/fireplot.conf
[ -f "$unit" ] || skip_all "the unit is not made"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

check "every name of a directory was filled in" "$(grep -nE '@[a-z]+@' "$unit" "$pages" "$tmpfiles")"
user=$(sed -n 's/^User=//p' "$unit")
check "the unit's user is the one that sysusers makes" "$(grep -q "^u $user " "$sysusers" || cat "$sysusers")"
check "the unit's user is the one that tmpfiles gives the directory to" "$(grep -q "^d .* $user $user " "$tmpfiles" || cat "$tmpfiles")"

pages_user=$(sed -n 's/^User=//p' "$pages")
# shellcheck disable=SC2015 # what is printed is what is wrong
check "pages are published by a user of its own, who is in the group of the daemon" \
	"$(grep -q "^u $pages_user " "$top_srcdir/contrib/sysusers.d/fireplot-pages.conf" &&
		grep -q "^m $pages_user $user\$" "$top_srcdir/contrib/sysusers.d/fireplot-pages.conf" &&
		grep -q "^SupplementaryGroups=$user\$" "$pages" && [ "$pages_user" != "$user" ] || cat "$pages")"
# Hardening that the daemon has and that the program which runs with no privilege at all has not.
check "who publishes pages is as confined as the daemon" "$(sed -n '/^ProtectSystem=/,/^\[/p' "$unit" | grep -v '^\[' | grep . |
	grep -v '^RestrictAddressFamilies' | grep -vxFf "$pages")"

# Directives that systemd does not know, and programs that are not there, are told on stderr alone.
sed "s|^\(Exec[A-Za-z]*=\).*/fireplotd|\1$top_builddir/fireplotd|" "$unit" >"$dir/fireplotd.service"
if ! command -v systemd-analyze >/dev/null; then
	skip "systemd-analyze verify has nothing to say" "no systemd-analyze here"
elif [ ! -x "$top_builddir/fireplotd" ]; then
	skip "systemd-analyze verify has nothing to say" "fireplotd is not built"
else
	check "systemd-analyze verify has nothing to say" "$(systemd-analyze verify --man=no "$dir/fireplotd.service" 2>&1)"
	echo 'Nonsense=yes' >>"$dir/fireplotd.service"
	check "it would have something to say" "$(systemd-analyze verify --man=no "$dir/fireplotd.service" 2>&1 |
		grep -q Nonsense || echo "it took a directive that there is not")"
fi
sed "s|^ExecStart=[^ ]*|ExecStart=$top_srcdir/contrib/dashboards/publish-pages|" "$pages" >"$dir/fireplot-pages.service"
cp "$timer" "$dir/"
if ! command -v systemd-analyze >/dev/null; then
	skip "nor of the timer and what it starts" "no systemd-analyze here"
else
	check "nor of the timer and what it starts" "$(systemd-analyze verify --man=no "$dir/fireplot-pages.timer" "$dir/fireplot-pages.service" 2>&1)"
	echo 'Nonsense=yes' >>"$dir/fireplot-pages.service"
	check "it would have of that, too" "$(systemd-analyze verify --man=no "$dir/fireplot-pages.timer" 2>&1 | grep -q Nonsense ||
		echo "it took a directive that there is not")"
	check "it comes at 5 past each hour" "$(systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" 2>&1 |
		grep -q ' [0-9][0-9]:05:00' || echo "no such time")"
fi
if command -v systemd-sysusers >/dev/null; then
	mkdir -p "$dir/root/etc"
	systemd-sysusers --root="$dir/root" "$sysusers" >"$dir/out" 2>&1
	check "systemd-sysusers can make the user" "$(grep -q '^fireplot:.*:/usr/sbin/nologin$' "$dir/root/etc/passwd" ||
		cat "$dir/out" "$dir/root/etc/passwd")"
else
	skip "systemd-sysusers can make the user" "no systemd-sysusers here"
fi
if ! command -v systemd-tmpfiles >/dev/null; then
	skip "systemd-tmpfiles can make the directory" "no systemd-tmpfiles here"
elif [ "$(id -u)" != 0 ]; then
	skip "systemd-tmpfiles can make the directory" "not root"
else
	path=$(awk '$1 == "d" { print $2 }' "$tmpfiles")
	check "systemd-tmpfiles can make the directory" "$(systemd-tmpfiles --root="$dir/root" --create "$tmpfiles" >"$dir/out" 2>&1
		[ -d "$dir/root$path" ] || cat "$dir/out")"
fi
finish
