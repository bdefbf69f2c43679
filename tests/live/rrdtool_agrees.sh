#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rrdtool fetch, graph and xport on the files of an archive say the same as fireplot fetch, in both levels.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
daemon_start || bail_out "fireplotd does not start"
knock --align 10 --seed 9 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0+5 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x3900
0+5 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x3900
0+5 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 S x3900
0+5 udp 2001:db8:1::/64 2001:db8:2::1 53 ?0-65535 x3900
0+100 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 22 S x190
0+333 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 3389 S x58
EOF
first=$(head -n 1 "$dir/sent" | cut -d , -f 1)
later() {
	[ "$(now)" -ge "$1" ]
}
until_true 15 later $((first + 20))
ok "fireplotd ends well" daemon_stop

cells "$first" $((first + 20)) | sort >"$dir/fireplot.1"
rrd_cells "$first" $((first + 20)) 1 >"$dir/rrdtool.1"
ok "what was sent is counted" compare_cells "$dir/sent" "$dir/fireplot.1"
ok "rrdtool fetch sees the same cells, steps of 1 s" cmp "$dir/rrdtool.1" "$dir/fireplot.1"
"$fireplot" fetch --archive "$archive" -s "$first" -e $((first + 20)) -r 10 --csv --series tcp4,udp4,tcp6,udp6 |
	awk -F , 'NR > 1 { print $1, $3, $4, $5, $6 }' | sort >"$dir/fireplot.10"
rrd_cells "$first" $((first + 20)) 10 >"$dir/rrdtool.10"
ok "rrdtool fetch sees the same cells, rows of 10 s" cmp "$dir/rrdtool.10" "$dir/fireplot.10"
is "and they are as many packets" "$(sum_cells "$dir/fireplot.10")" "$(sum_cells "$dir/fireplot.1")"

# packets SERIES LOW LEVEL: of a bin, by fireplot
packets() {
	awk -v series="$1" -v low="$2" '$2 == series && $3 == low { s += $5 } END { print s + 0 }' "$dir/fireplot.$3"
}
# exported FILE DS ROW_S: the sum of rows by rrdtool xport, times their length
exported() {
	rrdtool xport --json -s "$first" -e $((first + 20)) --step "$3" "DEF:v=$archive/$1:$2:AVERAGE" XPORT:v:v |
		tr -d ' \n' | sed 's/.*"data":\[//' | tr ']' '\n' | tr -d ',[' |
		awk -v row_s="$3" '/^[0-9]/ { s += $1 * row_s } END { printf "%.0f", s }'
}
graphed() {
	rrdtool graph "$dir/g.png" -s "$first" -e $((first + 20)) --step "$3" "DEF:v=$archive/$1:$2:AVERAGE" "VDEF:t=v,TOTAL" \
		LINE1:v#00ff00 PRINT:t:%.0lf | tail -n 1
}
for row in 1 10; do
	is "rrdtool xport of a port, rows of $row s" "$(exported tcp4/0-63.rrd p22 $row)" "$(packets tcp4 22 $row)"
	is "rrdtool xport of a range, rows of $row s" "$(exported tcp6/2048-4095.rrd p3360_3391 $row)" "$(packets tcp6 3360 $row)"
	is "rrdtool graph of a port, rows of $row s" "$(graphed tcp4/0-63.rrd p22 $row)" "$(packets tcp4 22 $row)"
done
ok "the picture of rrdtool is one" sh -c "head -c 4 '$dir/g.png' | grep -q PNG"
done_testing
