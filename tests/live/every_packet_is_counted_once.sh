#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# 100,000 packets over all ports and the four series: each is in the archive exactly once, in its series, bin and step.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
daemon_start || bail_out "fireplotd does not start"
began=$(now)
knock --seed 100 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0+0.1 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 %0-65535 S
0+0.5 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x12000
0+0.4 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 FPU x15000
0+1 udp 2001:db8:1::/64 2001:db8:2::1 53 ?0-2047 x7000
3000 tcp 198.51.100.9 192.0.2.1 4444 22 S x464
EOF
is "100,000 packets were sent" "$(wc -l <"$dir/sent")" 100000
is "the rule's own counter saw them" "$(nft_counted)" 100000
ok "fireplotd ends well" daemon_stop
ended=$(($(now) + 2))
cells "$began" "$ended" >"$dir/cells"
ok "each packet is in its series, bin and step, once" compare_cells "$dir/sent" "$dir/cells"
for series in tcp4 udp4 tcp6 udp6; do
	is "the totals of $series agree" "$(total ${series}_probe "$began" "$ended")" "$(grep -c ",$series," "$dir/sent")"
done
is "nothing was lost" "$(total lost "$began" "$ended")" 0
done_testing
