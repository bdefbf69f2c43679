#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets that fireplotd counts and tcpdump captures at the same time: what is imported of the capture is what was counted, and fireplotd
# goes on from there.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need tcpdump rrdtool
"$fireplot" import --format pcap --archive "$dir/none" /dev/null 2>&1 | grep -q 'without libpcap' && skip_all "built without libpcap"

firewall 'log prefix "rejected " group 100
				log prefix "rejected " group 101'
watch="tcp/22 $(seq -f udp/%.0f -s ' ' 100 149)"
daemon_start --watch "$watch" || bail_out "fireplotd does not start"
tcpdump -i nflog:101 -s 0 -B 65536 -w "$dir/capture" 2>"$dir/tcpdump" &
tcpdump=$!
until_true 20 grep -q 'listening on' "$dir/tcpdump" || bail_out "tcpdump does not start: $(cat "$dir/tcpdump")"
sleep 2 # what is imported onto begins with steps that nothing came in
began=$(now)
knock --seed 7 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0+0.5 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x5000
0+1 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x3000
0+1 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 FPU x3000
0+1 udp 2001:db8:1::/64 2001:db8:2::1 53 ?0-2047 x3000
EOF
is "the rule's own counter saw all" "$(nft_counted)" 14000
until_true 30 counts 14000 "$began" || say "not all were counted in time"
ok "fireplotd ends well" daemon_stop
sleep 1 # what the kernel still batches for tcpdump
kill -INT "$tcpdump"
wait "$tcpdump"
is "tcpdump captured all" "$(awk '/packets captured/ { print $1 }' "$dir/tcpdump")" 14000

# by_port: packets by series and bin
by_port() {
	awk '$5 != "unknown" { n[$2 " " $3] += $5 } END { for (k in n) print k, n[k] }' | sort
}
# watched: packets of each watched port and step
watched() {
	"$fireplot" fetch --archive "$archive" -s "$began" -e "$ended" --watch --csv 2>/dev/null |
		awk -F , '($3 ~ /^udp1[0-9][0-9]$/ || $3 == "tcp22") && $6 > 0 { print $2, $3, $6 }' | sort
}
ended=$(($(now) + 2))
watched >"$dir/watched"
cells "$began" "$ended" | by_port >"$dir/counted"

archive=$dir/imported
ok "the capture is imported through a pipe" \
	sh -c "cat '$dir/capture' | '$fireplot' import --archive '$archive' --watch '$watch' --sightings 16384 --step 1s --retention '$daemon_retention' - >'$dir/summary' 2>&1" ||
	sed 's/^/# /' "$dir/summary"
cells "$began" "$ended" >"$dir/cells"
ok "each packet is in its series, bin and step, once" compare_cells "$dir/sent" "$dir/cells"
by_port <"$dir/cells" >"$dir/imported.ports"
ok "series and bins have what fireplotd counted" cmp -s "$dir/counted" "$dir/imported.ports"
watched >"$dir/imported.watched"
ok "so have the ports that are watched" cmp "$dir/watched" "$dir/imported.watched"
ok "of which there are some" test "$(wc -l <"$dir/watched")" -ge 30
is "rrdtool reads the same" "$(rrd_cells "$began" "$ended" 1 | by_port | md5sum)" "$(md5sum <"$dir/imported.ports")"
is "each source is known" "$("$fireplot" top --archive "$archive" -s "$((began - 5))" -e "$ended" --by rule --csv 2>/dev/null |
	awk -F , 'NR > 1 { print $1, $2 }')" "rejected 14000"

# Put onto what fireplotd counted, the same packets are there once.
listened=$dir/archive archive=$dir/both
"$fireplot" import --onto "$listened" --archive "$archive" "$dir/capture" >"$dir/summary" 2>&1 || say "$(cat "$dir/summary")"
ok "an import onto what was counted leaves out what that knows" grep -qx "packets of time that $listened knows, left out: 14000" \
	"$dir/summary" || sed 's/^/# /' "$dir/summary"
cells "$began" "$ended" >"$dir/cells"
ok "each packet is there once" compare_cells "$dir/sent" "$dir/cells"
archive=$dir/imported

# fireplotd takes an imported archive over as its own.
chown -R "$daemon_user" "$archive"
daemon_start --watch "$watch" || bail_out "fireplotd does not start on what was imported"
began=$(now)
knock >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0 tcp 198.51.100.1 192.0.2.1 4444 22 S x10
EOF
ok "and counts into it" until_true 30 counts 10 "$began"
ok "and ends well" daemon_stop
ended=$(($(now) + 2))
is "watched ports go on, too" "$(watched | awk '{ n[$2] += $3 } END { for (name in n) print name, n[name] }')" "tcp22 10"
done_testing
