#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# contrib/try --here, below a directory of its own: its rules log what meets no socket and nothing else, and --undo leaves nothing.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need socat ss

root=$dir/root
mkdir -p "$root/etc/systemd/system" "$root/usr/local" "$root/var/lib"
echo 'kept' >"$root/etc/hosts"
try() {
	"$top_srcdir/contrib/try" --here --root "$root" --build "$top_builddir" "$@"
}
listing() {
	find "$root" -printf '%P %M %s\n' | sed 's/ 4096$//; s/\(d[rwx-]*\) [0-9]*$/\1/' | sort
}
listing >"$dir/before"
echo n | try >"$dir/asked" 2>&1
ok "it says what it will change" grep -q 'This will be changed' "$dir/asked"
listing >"$dir/after"
ok "and changes nothing without a yes" cmp "$dir/before" "$dir/after"
ok "it sets up" try --yes
installed=$(find "$root" -path '*/sbin/fireplotd' -type f) # wherever this build was configured for
ok "a program is there" [ -x "$installed" ]
ok "a configuration that the program takes is there" "$installed" -c "$root/etc/fireplot.conf" -t
ok "the service brings the rules" grep -q "^ExecStartPost=.*$root/etc/fireplot-rules.nft" \
	"$root/etc/systemd/system/fireplotd.service.d/rules.conf"
ok "a second time is refused" eval '! try --yes'

# The rules, beside a firewall that accepts all, and beside open ports in both families.
ok "the rules load" nft -f "$root/etc/fireplot-rules.nft"
ok "and load again" nft -f "$root/etc/fireplot-rules.nft"
socat TCP-LISTEN:22,fork,reuseaddr /dev/null &
socat TCP6-LISTEN:23,fork,reuseaddr,ipv6only=1 /dev/null &
socat -u UDP4-RECV:53 OPEN:/dev/null &
socat -u UDP6-RECV:54,ipv6only=1 OPEN:/dev/null &
listening() {
	[ "$(ss -H -lntu | grep -c -E ':(22|23|53|54)[[:blank:]]')" -eq 4 ]
}
until_true 10 listening || bail_out "no sockets to spare"
rm -rf "$archive"
daemon_start || bail_out "fireplotd does not start"
began=$(now)
knock --log "$dir/sent" >/dev/null <<EOF || bail_out "knock failed"
0 tcp 198.51.100.7 192.0.2.1 4444 20-25 S x3
0 udp 198.51.100.7 192.0.2.1 4444 50-55 x3
0 tcp 2001:db8:1::7 2001:db8:2::1 4444 20-25 S x3
0 udp 2001:db8:1::7 2001:db8:2::1 4444 50-55 x3
0 tcp 198.51.100.7 203.0.113.1 4444 99 S
0 tcp 198.51.100.7 255.255.255.255 4444 98 S broadcast
EOF
ok "fireplotd ends well" daemon_stop
cells "$began" "$(($(now) + 2))" >"$dir/cells"
grep -v -E 'tcp4,(22|98|99),|tcp6,23,|udp4,53,|udp6,54,' "$dir/sent" >"$dir/closed"
is "there were ports without a socket" "$(wc -l <"$dir/closed")" 60
ok "each packet to one of them was logged, and no other" compare_cells "$dir/closed" "$dir/cells"

echo n | try --undo >"$dir/asked" 2>&1
ok "--undo asks, too" [ -x "$installed" ]
ok "--undo takes it back" try --undo --yes
listing >"$dir/after"
ok "and leaves nothing" diff "$dir/before" "$dir/after"
ok "there is nothing to undo a second time" eval '! try --undo --yes'
done_testing
