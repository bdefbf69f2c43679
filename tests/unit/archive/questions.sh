#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The questions of fireplot-archive(5): each SQL statement is taken out of the page, run by sqlite3 on sightings that are known, and its
# answer compared. "now" is a Tuesday noon.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

write=$top_builddir/tests/unit/archive/sightings_write
[ -x "$write" ] || skip_all "sightings_write is not built"
command -v sqlite3 >/dev/null || skip_all "no sqlite3 here"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

now=1795521600 # 2026-11-24 12:00:00
day=86400
{
	echo "$((now - 12 * day)) tcp4 probe 198.51.100.7 192.0.2.1 22 2 3 drop in:"
	echo "$((now - 4 * day)) tcp4 probe 198.51.100.7 192.0.2.1 3389 2 5 drop in:"
	echo "$((now - 4 * day)) tcp6 probe 2001:db8::9 2001:db8:1::1 3389 2 1 drop in:"
	echo "$((now - 4 * day)) udp4 probe 203.0.113.0 192.0.2.1 53 0 2 drop in:"
	echo "$((now - 4 * day)) udp6 probe cb00:7100::1 2001:db8:1::1 53 0 1 drop in:" # begins with the bytes of 203.0.113.0
	echo "$((now - 2 * day)) tcp4 backscatter 192.0.2.99 192.0.2.1 41000 18 7 late:"
	echo "$((now - 2 * day)) tcp4 backscatter 192.0.2.99 192.0.2.2 41001 18 2 late:"
	echo "$((now - 2 * day)) left 1000 10"
	echo "$((now - 2 * day + 10)) left 24 3"
	echo "$((now - 3700)) tcp4 probe 198.51.100.7 192.0.2.1 22 2 1 drop in:"
	echo "$((now - 3600)) tcp4 probe 203.0.113.255 192.0.2.1 22 2 4 drop in:"
	echo "$((now - 3600)) tcp4 probe 203.0.114.0 192.0.2.1 23 2 4 drop in:"
	port=1000
	while [ $port -le 1100 ]; do
		echo "$((now - 3600)) udp6 probe 2001:db8::1:2:3 2001:db8:1::1 $port 0 1 drop fwd:"
		port=$((port + 1))
	done
} | "$write" "$dir/sightings.db" 1048576 || exit 1

# Statements that share a block share a number.
awk -v out="$dir/" '
	/^\.Ss Questions/ { here = 1; next }
	/^\.S[sh]/ { here = 0 }
	here && /^\.Bd/ { file = sprintf("%s%02d.sql", out, ++n); next }
	/^\.Ed/ { file = "" }
	file { print >file }' "$top_srcdir/doc/fireplot-archive.5"
sed -i "s/'now'/'2026-11-24 12:00:00'/g" "$dir"/*.sql

# answers NUMBER WHAT, and the rows on standard input
answers() {
	check "$2" "$(cat >"$dir/wanted"; sqlite3 -readonly "$dir/sightings.db" <"$dir/$1.sql" 2>&1 | diff "$dir/wanted" - | sed 1d)"
}

answers 01 "remote desktops" <<EOF
198.51.100.7|5|2026-11-20T12:00:00Z|2026-11-20T12:00:00Z
2001:db8::9|1|2026-11-20T12:00:00Z|2026-11-20T12:00:00Z
EOF
answers 02 "more than 100 ports" <<EOF
2001:db8::1:2:3|101|101
EOF
answers 03 "a network" <<EOF
2026-11-20T12:00:00Z|203.0.113.0|192.0.2.1|udp4|53|2
2026-11-24T11:00:00Z|203.0.113.255|192.0.2.1|tcp4|22|4
EOF
answers 04 "new sources" <<EOF
203.0.113.255
203.0.114.0
2001:db8::1:2:3
EOF
answers 05 "sources by port" <<EOF
22|ssh|2
3389|ms-wbt-server|2
23|telnet|1
EOF
answers 06 "slow scans" <<EOF
198.51.100.7|3|2
2001:db8::1:2:3|1|101
192.0.2.99|1|2
2001:db8::9|1|1
203.0.113.0|1|1
203.0.113.255|1|1
203.0.114.0|1|1
cb00:7100::1|1|1
EOF
answers 07 "rules" <<EOF
drop fwd:|101|1
drop in:|21|6
late:|9|1
EOF
answers 08 "first and last" <<EOF
2026-11-12T12:00:00Z|2026-11-24T10:58:30Z|9|22,3389
EOF
answers 09 "backscatter" <<EOF
192.0.2.99|tcp4|SYN,ACK|2|9
EOF
answers 10 "packets an hour" <<EOF
2026-11-12T12|3
2026-11-24T10|1
2026-11-24T11|4
EOF
answers 11 "what was left out" <<EOF
2026-11-22|2|1024|13
2026-11-12 12:00:00|2026-11-12 12:00:10
2026-11-20 12:00:00|2026-11-20 12:00:10
2026-11-22 12:00:00|2026-11-22 12:00:20
2026-11-24 10:58:20|2026-11-24 10:58:30
2026-11-24 11:00:00|2026-11-24 11:00:10
EOF
check "the page has these questions and no others" "$(find "$dir" -name "*.sql" | sort | sed '1,11d')"
check "a time is looked up, not searched" "$(sqlite3 -readonly "$dir/sightings.db" "EXPLAIN QUERY PLAN $(cat "$dir/01.sql")" |
	grep -q 'SEARCH p USING INTEGER PRIMARY KEY (rowid>' || echo "rows are read that are not asked for")"
finish
