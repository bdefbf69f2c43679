#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# iptables, too: IPv4 and IPv6 each with its own rules, NFLOG with a copy range and a prefix.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool iptables-nft ip6tables-nft

for command in iptables-nft ip6tables-nft; do
	$command -A INPUT -i fw0 -j NFLOG --nflog-group 100 --nflog-prefix input --nflog-size 128 ||
		skip_all "$command can't load a rule that logs to a group"
	$command -A INPUT -i fw0 -j DROP
done
daemon_start || bail_out "fireplotd does not start"
began=$(now)
knock --seed 4 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0+0.2 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 %0-4095 S
0+0.2 udp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 x3000
0+0.2 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 S x3000
0+0.2 udp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 x3000
EOF
rule_packets() {
	"$1" -L INPUT -v -n -x | awk '$3 == "DROP" { print $1 }'
}
is "the IPv4 rule saw what was sent" "$(rule_packets iptables-nft)" 7096
is "the IPv6 rule saw what was sent" "$(rule_packets ip6tables-nft)" 6000
ok "fireplotd ends well" daemon_stop
cells "$began" "$(($(now) + 2))" >"$dir/cells"
ok "each packet is in its series, bin and step, once" compare_cells "$dir/sent" "$dir/cells"
done_testing
