#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The script for collectd's exec plugin under a real collectd, which writes RRD files of its own: these hold, step by step, what
# fireplot fetch counts. The script ends with collectd, however that ends.
# shellcheck disable=SC2119,SC2317 # functions are called by name
needed='collectd awk mktemp'
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"
[ -r /proc/self/status ] || skip_all "no /proc here"

types=$(find /usr/share/collectd /usr/local/share/collectd -name types.db 2>/dev/null | head -n 1)
[ -n "$types" ] || skip_all "collectd's types.db is nowhere"
user=$(id -un)
[ "$user" != root ] || user=nobody # collectd starts nothing as root
mkdir "$dir/tmp"
chmod 777 "$dir/tmp"
cat >"$dir/collectd.conf" <<EOF2
Hostname "firewall"
FQDNLookup false
BaseDir "$dir"
PIDFile "$dir/collectd.pid"
TypesDB "$types"
LoadPlugin logfile
<Plugin logfile>
  File "$dir/collectd.log"
</Plugin>
<LoadPlugin exec>
  Interval 1
</LoadPlugin>
LoadPlugin rrdtool
<Plugin rrdtool>
  DataDir "$dir/rrd"
</Plugin>
<Plugin exec>
  Exec "$user" "$dir/bin/collectd-fireplot" "$dir/archive" "$fireplot"
</Plugin>
EOF2
daemon=
end_daemon() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null
	rm -rf "$dir"
}
trap end_daemon EXIT
start_daemon() {
	TMPDIR=$dir/tmp collectd -f -C "$dir/collectd.conf" >"$dir/collectd.out" 2>&1 &
	daemon=$!
}
has_ended() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}
# The script is the child of collectd that has the archive among its words.
script() {
	for child in $(cat "/proc/$daemon/task/$daemon/children" /proc/"$daemon"/task/*/children 2>/dev/null | tr ' ' '\n' | sort -u); do
		! tr '\0' '\n' <"/proc/$child/cmdline" 2>/dev/null | grep -qx "$dir/archive" || echo "$child"
	done
}
is_running() {
	[ -n "$(script)" ]
}

make_archive
watch tcp3389
at=10
# next_step [TOTALS [WATCHED]]: a step more, once the one before has reached collectd. rrdtool gives up at once while the script
# reads the file.
next_step() {
	until_true 30 update watch.rrd $at "${2:-}"
	until_true 30 step $at "${1:-}"
	until_true 30 has_step $at || {
		check "the step that ends at $at arrives" "$(tail -n 20 "$dir/collectd.log")"
		finish
	}
	at=$((at + 10))
}
rrd=$dir/rrd/firewall/fireplot
has_step() {
	last=$(rrdtool last "$rrd/packets-tcp4_probe.rrd" 2>/dev/null) && [ "$last" -eq $((start + $1)) ]
}
# kept FILE FROM TO: the sum of its rates times their length.
kept() {
	rrdtool fetch "$dir/rrd/firewall/$1.rrd" AVERAGE -r 10 -s $((start + $2)) -e $((start + $3 - 1)) |
		awk '/^[0-9]+:/ { if ($2 ~ /nan/) nan = 1; n += $2 * 10 } END { if (nan) print "unknown"; else printf "%.0f\n", n }'
}

start_daemon
next_step tcp4_probe=100
next_step 'tcp4_probe=3 other4_probe=70 sources=5' tcp3389=2
next_step 'tcp4_probe=40 tcp4_backscatter=9 other4_probe=7 lost=6 sources=7'
next_step 'tcp4_probe=1 other4_probe=1 lost=1 sources=9' tcp3389=5
same "packets by series and class" "$(kept fireplot/packets-tcp4_probe 10 40) $(kept fireplot/packets-tcp4_backscatter 10 40)" "44 9"
same "each step by itself" "$(kept fireplot/packets-tcp4_probe 10 20) $(kept fireplot/packets-tcp4_probe 20 30)" "3 40"
same "as fireplot fetch has them" "$(kept fireplot/packets-other4_probe 10 40)" "$(fetched other4 10 40)"
same "which is not nothing" "$(fetched other4 10 40)" 78
same "a class without packets is zero" "$(kept fireplot/packets-udp6_probe 10 40)" 0
same "losses" "$(kept fireplot/packets-lost 10 40)" 7
same "watched ports as fireplot fetch has them" "$(kept fireplot-watched/packets-tcp3389 10 40)" "$(fetched tcp3389 10 40)"
same "the sources of each step" "$(rrdtool lastupdate "$rrd/gauge-sources.rrd" | tail -n 1)" "$((start + 40)): 9"
same "a file has the step of the archive" "$(rrdtool info "$rrd/packets-lost.rrd" | sed -n 's/^step = //p')" 10
check "collectd has nothing to complain of" "$(grep -iE "error|warn|fail|exec" "$dir/collectd.log" | grep -v -e "successfully loaded" -e CAP_SETUID)"

child=$(script)
check "the script runs as somebody who is not root" "$([ -n "$child" ] && [ "$(stat -c %U "/proc/$child")" = "$user" ] || echo "pid $child")"
kill "$daemon"
until_true 30 has_ended "$daemon" || check "collectd ends" "it does not"
until_true 30 has_ended "$child"
check "it ends with collectd" "$(has_ended "$child" || echo "$child still runs")"
same "and leaves nothing behind" "$(ls "$dir/tmp")" ""

start_daemon
until_true 30 is_running
child=$(script)
kill -KILL "$daemon"
until_true 30 has_ended "$child"
check "it ends when collectd is killed" "$([ -n "$child" ] && has_ended "$child" || echo "\"$child\" still runs")"
same "and leaves nothing behind then" "$(ls "$dir/tmp")" ""
daemon=
finish
