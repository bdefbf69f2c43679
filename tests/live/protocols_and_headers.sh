#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# ICMP by type, other protocols, extension headers, fragments; what is broken is counted as that and nowhere else.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

# At ingress nothing has been checked or put together yet, so everything gets through as it was sent.
nft -f - <<EOF || skip_all "nft can't load a rule that logs at ingress"
table netdev live {
	counter logged { }
	chain ingress {
		type filter hook ingress device "fw0" priority 0; policy accept;
		counter name logged log prefix "ingress" group 100 drop
	}
}
EOF
daemon_start || bail_out "fireplotd does not start"
began=$(now)
sent=0
: >"$dir/expected"
# send DS COUNT PLAN: so many packets that one DS of totals.rrd must count
send() {
	printf '0 %s x%d\n' "$3" "$2" | knock >/dev/null || bail_out "knock failed on: $3"
	echo "$1 $2" >>"$dir/expected"
	sent=$((sent + $2))
}
v4='198.51.100.7 192.0.2.1'
v6='2001:db8:1::7 2001:db8:2::1'
send tcp4_probe 3 "tcp $v4 4444 80 S"
send tcp4_probe 5 "tcp $v4 4444 81 -"
send tcp4_probe 7 "tcp $v4 4444 82 FPU"
send tcp4_backscatter 4 "tcp $v4 4444 83 SA"
send tcp4_backscatter 6 "tcp $v4 4444 84 R"
send tcp4_late 8 "tcp $v4 4444 85 FA"
send tcp4_probe 9 "tcp $v4 4444 86 S opt=10"
send udp4_probe 3 "udp $v4 4444 53 len=300"
send icmp4_probe 11 "icmp $v4 8 0"
send icmp4_backscatter 12 "icmp $v4 3 3"
send icmp6_probe 13 "icmp $v6 128 0"
send icmp6_backscatter 14 "icmp $v6 1 4"
send tcp6_probe 3 "tcp $v6 4444 90 S ext=hop,dest,routing,dest"
send tcp6_probe 4 "tcp $v6 4444 91 S ext=frag"
send udp6_probe 5 "udp $v6 4444 92 ext=ah,mobility,hip,shim6"
send other6_probe 2 "tcp $v6 4444 93 S ext=frag frag=180"
send other6_probe 3 "udp $v6 4444 94 ext=esp"
send other6_probe 4 "udp $v6 4444 95 ext=none"
send other4_probe 5 "tcp $v4 4444 96 S frag=180"
send other4_probe 6 "ip $v4 47 len=8"
send other4_probe 7 "sctp $v4 4444 97"
send other6_probe 8 "dccp $v6 4444 98"
send other6_probe 9 "udplite $v6 4444 99"
send malformed 3 "tcp $v4 4444 100 S ihl=4"
send malformed 4 "tcp $v4 4444 101 S total=19"
send malformed 5 "udp $v4 4444 102 total=24"
send malformed 2 "udp $v6 4444 103 total=4"
send not_ip 5 "raw 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
ok "fireplotd ends well" daemon_stop
ended=$(($(now) + 2))
is "the rule saw every packet" "$(nft list counter netdev live logged | awk '$1 == "packets" { print $2 }')" "$sent"
awk '{ n[$1] += $2 } END { for (ds in n) print ds, n[ds] }' "$dir/expected" | sort >"$dir/sums"
while read -r ds packets; do
	is "$ds" "$(total "$ds" "$began" "$ended")" "$packets"
done <"$dir/sums"
everything=0
for ds in $(rrdtool info "$archive/totals.rrd" | sed -n 's/^ds\[\(.*\)\]\.index.*/\1/p'); do
	case $ds in sources | known) continue ;; esac
	everything=$((everything + $(total "$ds" "$began" "$ended")))
done
is "every packet is counted once in all" "$everything" "$sent"

cells "$began" "$ended" >"$dir/cells"
is "only probes are in the ports" "$(awk '$5 != "unknown" { n[$2 " " $3] += $5 } END { for (k in n) print k, n[k] }' "$dir/cells" | sort | tr '\n' ',')" \
	"tcp4 80 3,tcp4 81 5,tcp4 82 7,tcp4 86 9,tcp6 90 3,tcp6 91 4,udp4 53 3,udp6 92 5,"
# icmp SERIES DS
icmp() {
	rrdtool fetch "$archive/$1.rrd" AVERAGE -r 1 -s "$began" -e "$ended" | awk -v name="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i + 1 }
		NR > 2 && $column !~ /nan/ { s += $column } END { printf "%.0f", s }'
}
is "ICMP by type" "$(icmp icmp4 t8) $(icmp icmp4 t3)" "11 12"
is "ICMPv6 by type" "$(icmp icmp6 t128) $(icmp icmp6 t1)" "13 14"
done_testing
