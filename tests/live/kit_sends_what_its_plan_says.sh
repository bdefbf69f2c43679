#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The sender of the live tests is held against the kernel's own counters: a test is worth no more than its sender.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"

# The sets have their elements from the start: rules that add them may fail to, while the kernel makes room in a set.
nft -f - <<EOF || skip_all "nft can't load the counting rules"
table inet kit {
	set tcp4 { type inet_service; counter; elements = { $(seq -s, 0 65535) } }
	set tcp6 { type inet_service; counter; elements = { $(seq -s, 1 1000) } }
	set udp4 { type inet_service; counter; elements = { $(seq -s, 1001 2000) } }
	counter everything { }
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "fw0" counter name everything
		ip saddr 198.51.100.0/24 tcp flags syn tcp dport @tcp4
		ip6 saddr 2001:db8:1::/64 tcp flags fin,psh,urg tcp dport @tcp6
		ip saddr 198.51.100.7 udp sport 53 udp dport @udp4
		ip6 saddr 2001:db8:1::7 udp sport 53 udp dport 1-65535 counter
		ip saddr 198.51.100.7 icmp type echo-request icmp code 0 counter
		ip6 saddr 2001:db8:1::7 icmpv6 type echo-request counter
	}
}
EOF

# seen SET: "elements packets" of a set
seen() {
	nft list set inet kit "$1" | tr ',' '\n' | awk '/counter packets/ { for (i = 1; i < NF; i++) if ($i == "packets") { n += $(i + 1) > 0; s += $(i + 1) } }
		END { print n + 0, s + 0 }'
}

rule_packets() {
	nft list chain inet kit input | awk -v what="$1" 'index($0, what) { for (i = 1; i < NF; i++) if ($i == "packets") print $(i + 1) }'
}

knock --seed 7 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock failed: $(cat "$dir/said")"
# each port once, shuffled; a pool of sources
0 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 %0-65535 S
0 tcp 2001:db8:1::/64 2001:db8:2::1 40000 1-1000 FPU x2
5+0.01 udp 198.51.100.7 192.0.2.1 53 2000-1001
10 udp 2001:db8:1::7 2001:db8:2::1 53 ?1-65535 x5000
20+1 icmp 198.51.100.7 192.0.2.1 8 0 x10
20+1 icmp 2001:db8:1::7 2001:db8:2::1 128 0 x20
EOF
is "every packet of the plan arrived" "$(nft list counter inet kit everything | awk '$1 == "packets" { print $2 }')" 73566
is "a shuffled range has each port once" "$(seen tcp4)" "65536 65536"
is "a range is sent as often as asked, with its flags" "$(seen tcp6)" "1000 2000"
is "a range may go downwards" "$(seen udp4)" "1000 1000"
is "random ports come as often as asked" "$(rule_packets 'udp dport 1-65535')" 5000
is "ICMP echo requests" "$(rule_packets 'icmp type')" 10
is "ICMPv6 echo requests" "$(rule_packets 'icmpv6 type')" 20
is "the log has a line for each packet" "$(wc -l <"$dir/sent")" 73566
is "the log counts by series" "$(cut -d, -f3 "$dir/sent" | sort | uniq -c | awk '{ printf "%s=%s ", $2, $1 }')" \
	"icmp4=10 icmp6=20 tcp4=65536 tcp6=2000 udp4=1000 udp6=5000 "

# The kernel verifies checksums of what it delivers: ports that somebody listens on answer only to frames that are right.
answers() {
	nft flush ruleset
	before=$(checksum_errors)
	knock >/dev/null <<-EOF
		0 udp 198.51.100.7 192.0.2.1 53 9 len=17
		0 udp 2001:db8:1::7 2001:db8:2::1 53 9 len=18
		0 tcp 198.51.100.7 192.0.2.1 53 9 S
		0 tcp 2001:db8:1::7 2001:db8:2::1 53 9 S
		0 icmp 198.51.100.7 192.0.2.1 8 0 len=33
		0 icmp 2001:db8:1::7 2001:db8:2::1 128 0 len=32
		0 udplite 198.51.100.7 192.0.2.1 53 9 len=3
	EOF
	equal "$(checksum_errors)" "$before"
}
checksum_errors() {
	nstat -asz 2>/dev/null | awk '/CsumErr|InHdrErr|InErr|Reasm.*Fail/ { s += $2 } END { print s + 0 }'
}
ok "no checksum is wrong" answers
is "echo requests were answered in both families" \
	"$(nstat -asz | awk '/IcmpOutEchoReps|Icmp6OutEchoReplies/ && $2 > 0 { n++ } END { print n + 0 }')" 2
ok "a plan that can't be read is told by its line" \
	sh -c "printf '0 udp 192.0.2.7 192.0.2.1 1 2\n0 tcp 192.0.2.7 2001:db8::1 1 2 S\n' | $kit/knock -i lo -m 02:00:00:00:00:01 2>&1 | grep -q plan:2"
done_testing
