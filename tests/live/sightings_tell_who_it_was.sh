#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A scan from 50 sources comes back from top and who, source by source and port by port: out of the ring, out of the file, and after
# the daemon has ended.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need_sightings

firewall
daemon_start || bail_out "fireplotd does not start"
until_true 60 grep -q 'archive made' "$dir/fireplotd.log" || bail_out "no archive"

# Source i touches the five ports from 1000 + i on, each twice; every other one is of IPv6, every third sends UDP.
i=1
while [ "$i" -le 50 ]; do
	[ $((i % 3)) -eq 0 ] && protocol=udp flags='' || protocol=tcp flags=S
	ports=$((1000 + i))-$((1004 + i))
	if [ $((i % 2)) -eq 0 ]; then
		echo "$i+1 $protocol 2001:db8:1::$i 2001:db8:2::1 4444 $ports $flags x2"
	else
		echo "$i+1 $protocol 198.51.100.$i 192.0.2.1 4444 $ports $flags x2"
	fi
	i=$((i + 1))
done >"$dir/plan"
began=$(now)
knock <"$dir/plan" >"$dir/said" || bail_out "knock: $(cat "$dir/said")"

# "SERIES SOURCE DESTINATION PORT PACKETS RULE", as the plan has them and as who tells them
awk '{
	split($6, range, "-"); version = $3 ~ /:/ ? 6 : 4
	for (port = range[1]; port <= range[2]; port++) print $2 version, $3, $4, port, 2, "rejected"
}' "$dir/plan" | sort >"$dir/expected"
seen() {
	"$fireplot" who --archive "$archive" -s "$((began - 20))" -e "$(($(now) + 20))" --csv 2>/dev/null |
		awk -F , 'NR > 1 { n[$3 " " $5 " " $6 " " $8 " " $12] += $10 }
			END { for (k in n) { split(k, part, " "); print part[1], part[2], part[3], part[4], n[k], part[5] } }' | sort >"$dir/seen"
	cmp -s "$dir/seen" "$dir/expected"
}
told() {
	ok "$1: who tells each source and port, with its packets and the rule" seen || diff "$dir/expected" "$dir/seen" | head -n 10 | sed 's/^/# /'
}

ok "the ring: who tells each source and port" until_true 20 seen
told "the ring"
ok "the file has them a step later" until_true 60 sh -c "[ \"\$(sqlite3 -readonly '$archive/sightings.db' 'SELECT sum(packets) FROM sightings')\" = 500 ]"
told "the file"
ok "fireplotd ends well" daemon_stop
told "after its end"

# --- top ---
top() {
	"$fireplot" top --archive "$archive" -s "$((began - 20))" -e "$(($(now) + 20))" --csv "$@" 2>/dev/null
}
is "top has every source, with its packets and ports" \
	"$(top --by source -n 100 | awk -F , 'NR > 1 { n++; if ($2 != 10 || $3 != 5) wrong++ } END { print n, wrong + 0 }')" "50 0"
is "top has as many ports as were touched" \
	"$(top --by port -n 500 | awk -F , 'NR > 1 { n++; packets += $5 } END { print n, packets }')" \
	"$(awk '{ print substr($1, 1, 3), $4 }' "$dir/expected" | sort -u | wc -l) 500"
is "one network sent all of IPv4, one all of IPv6" "$(top --by net24 | awk -F , 'NR > 1 { print $1, $2 }' | sort)" \
	"$(printf '198.51.100.0/24 250\n2001:db8:1::/64 250')"
is "one rule logged them" "$(top --by rule | awk -F , 'NR > 1 { print $1, $2 }')" "rejected 500"
is "of a network only its own are told" "$(top --by source -n 100 --source 2001:db8:1::/64 | awk 'NR > 1' | wc -l)" 25
is "ports are those asked for" "$(top --by source --ports 1001 | awk -F , 'NR > 1 { print $1, $2 }')" "198.51.100.1 2"
ok "nothing was left out, and nothing says so" contains "$("$fireplot" top --archive "$archive" -s "$((began - 20))" -e "$(($(now) + 20))" -n 100)" "500 of 500 packets"
is "a view for the shell of SQLite says the same" \
	"$(sqlite3 -readonly -separator ' ' "$archive/sightings.db" 'SELECT series, source, destination, port, sum(packets), rule FROM seen GROUP BY 1, 2, 3, 4, 6' | sort | cmp - "$dir/expected" && echo same)" same
done_testing
