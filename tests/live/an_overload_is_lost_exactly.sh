#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the socket had no room for is counted as lost: sent is counted plus lost, to the packet.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
daemon_start --receive-buffer 64k || bail_out "fireplotd does not start"
began=$(now)
kill -STOP "$daemon"
knock --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x30000
0 udp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 x30000
EOF
kill -CONT "$daemon"
# What was lost at the tail shows by the number of the next packet.
drained() {
	awk 'NR > 1 && $2 == 12 { waiting += $5 } END { exit waiting > 0 }' /proc/net/netlink
}
until_true 30 drained
echo '0 tcp 198.51.100.7 192.0.2.1 4444 80 S' | knock --log "$dir/last" >/dev/null
is "the rule's own counter saw every packet" "$(nft_counted)" 60001
ok "fireplotd ends well" daemon_stop
ended=$(($(now) + 2))
cells "$began" "$ended" >"$dir/cells"
counted=$(sum_cells "$dir/cells")
lost=$(total lost "$began" "$ended")
say "counted $counted, lost $lost"
ok "some were counted" [ "$counted" -gt 0 ]
ok "some were lost" [ "$lost" -gt 0 ]
is "counted and lost are all that was sent" $((counted + lost)) 60001
is "the counters it prints say the same" \
	"$(sed -n 's/.*group 100: .*messages \([0-9]*\), lost \([0-9]*\),.*/\1 \2/p' "$dir/fireplotd.log")" "$counted $lost"
# No cell may hold more than was sent to it.
cat "$dir/last" >>"$dir/sent"
more_than_sent() {
	awk -F '[ ,]' '
		function first_of_bin(port, k) {
			if (port < 1024) return port
			for (k = 1024; 2 * k <= port; k *= 2) ;
			return k + int((port - k) / (k / 64)) * (k / 64)
		}
		NR == FNR { sent[$3 " " first_of_bin($4)]++; next }
		$5 != "unknown" { got[$2 " " $3] += $5 }
		END { for (key in got) if (got[key] > sent[key] + 0) { print key, got[key], sent[key] + 0; bad = 1 } exit !bad }' \
		"$dir/sent" "$dir/cells"
}
ok "no port has more than was sent to it" eval '! more_than_sent'
done_testing
