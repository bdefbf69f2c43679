#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two fireplotd write to one rrdcached, each under a path of its own, and everybody who reads sees the same: fireplot through the
# socket, over tcp and in the files, and rrdtool.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool rrdcached socat

firewall 'udp dport 0-65535 log group 200
	meta l4proto tcp log group 100'
own_run_directory || skip_all "no directory for rings of its own"
cached_start
daemon_flush=2s

archive=sensor1
ring=$dir/run/1.ring
daemon_start --daemon "$cached_unix" --watch tcp/3389 || bail_out "the first fireplotd does not start"
first=$daemon
archive=sites/sensor2
ring=$dir/run/2.ring
daemon_start --daemon "$cached_tcp" --group 200 || bail_out "the second fireplotd does not start"
second=$daemon
made() {
	[ "$(grep -c 'archive made' "$dir/fireplotd.log")" -eq 2 ]
}
until_true 60 made || bail_out "no archives"
knock --align 10 --seed 3 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
0+7 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x2000
3+7 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x2000
0+9 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 S x1500
5+9 udp 2001:db8:1::/64 2001:db8:2::1 53 ?0-65535 x1500
0+500 tcp 198.51.100.9 192.0.2.1 4444 3389 S x20
EOF
began=$(head -n 1 "$dir/sent" | cut -d , -f 1)
later() {
	[ "$(now)" -ge "$1" ]
}
until_true 30 later $((began + 20))
grep -E ',tcp[46],' "$dir/sent" >"$dir/sent.1"
grep -E ',udp[46],' "$dir/sent" >"$dir/sent.2"

# seen ARCHIVE SENT OPTION...: whether the cells that fireplot sees, with the options, are what was sent.
seen() {
	archive=$1 sent=$2
	shift 2
	cells "$began" $((began + 20)) "$@" >"$dir/seen"
	compare_cells "$sent" "$dir/seen"
}
ok "what the first saw, through its socket, while it counts" seen sensor1 "$dir/sent.1" -d "$cached_unix"
ok "what the second saw, over tcp, while it counts" seen sites/sensor2 "$dir/sent.2" --daemon "$cached_tcp"

for daemon in $first $second; do
	ok "a fireplotd ends well" daemon_stop
done
export RRDCACHED_ADDRESS="$cached_tcp"
ok "the first, by the environment" seen sensor1 "$dir/sent.1"
unset RRDCACHED_ADDRESS

# rrdtool, which finds the files of a remote rrdcached below its base, and those of one on this machine by their path.
exported() {
	rrdtool xport --json -s "$began" -e $((began + 20)) --step 1 "DEF:v=$1:$2:AVERAGE" XPORT:v:v |
		tr -d ' \n' | sed 's/.*"data":\[//' | tr ']' '\n' | tr -d ',[' | awk '/^[0-9]/ { s += $1 } END { printf "%.0f", s }'
}
fetched() {
	rrdtool fetch "$1" AVERAGE -r 1 -s "$began" -e $((began + 19)) | awk -v name="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i + 1 }
		NF > 1 && NR > 1 && $column !~ /nan/ { s += $column }
		END { printf "%.0f", s }'
}
rdp=$(grep -c ',3389,' "$dir/sent.1")
range=$(awk -F , '$3 == "tcp4" && $4 >= 3360 && $4 <= 3391' "$dir/sent.1" | wc -l)
is "a watched port is counted" "$("$fireplot" fetch --archive sensor1 -d "$cached_tcp" --watch -s "$began" -e $((began + 20)) |
	awk '$2 == "tcp3389" { s += $4 } END { print s }')" "$rdp"
for how in "$cached_tcp:sensor1" "$cached_unix:$cached_base/sensor1"; do
	export RRDCACHED_ADDRESS="${how%:*}"
	files=${how##*:}
	is "rrdtool xport by $RRDCACHED_ADDRESS: the watched port" "$(exported "$files/watch.rrd" tcp3389)" "$rdp"
	is "rrdtool fetch by $RRDCACHED_ADDRESS: the same" "$(fetched "$files/watch.rrd" tcp3389)" "$rdp"
	is "rrdtool fetch by $RRDCACHED_ADDRESS: a range" "$(fetched "$files/tcp4/2048-4095.rrd" p3360_3391)" "$range"
	unset RRDCACHED_ADDRESS
done

"$fireplot" export prometheus --archive sensor1 -d "$cached_tcp" >"$dir/counters" 2>&1
ok "counters for Prometheus come over tcp" contains "$(cat "$dir/counters")" '^fireplot_.*archive="sensor1".* 0$'

# picture NAME ARCHIVE OPTION...
picture() {
	name=$1 where=$2
	shift 2
	"$fireplot" graph "$dir/$name.png" --archive "$where" -s $((began - 60)) -e $((began + 60)) -w 600 -h 300 "$@" >/dev/null
}
picture files "$cached_base/sensor1" -d ''
picture local "$cached_base/sensor1" -d "$cached_unix"
picture unix sensor1 -d "$cached_unix"
picture tcp sensor1 -d "$cached_tcp"
for name in local unix tcp; do
	ok "the picture is the same bytes: $name" cmp "$dir/files.png" "$dir/$name.png"
done
ok "the picture shows something" sh -c "[ \$(stat -c %s '$dir/files.png') -gt 10000 ]"

# Rows of the longer level, whose last is in progress.
for how in "files:$cached_base/sensor1:" "tcp:sensor1:$cached_tcp"; do
	address=${how#*:}
	"$fireplot" fetch -s $((began - 100)) -e $((began + 100)) -r 10 --zeros --csv --archive "${address%%:*}" -d "${address#*:}" \
		>"$dir/rows.${how%%:*}"
done
ok "rows of 10 s are the same, row in progress and all" cmp "$dir/rows.files" "$dir/rows.tcp"
done_testing
