#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An rrdcached that is stopped, killed and started again while packets come: nothing is lost, nothing is counted twice, and
# fireplotd says once that it is away. It is killed while it holds updates that no journal has: told to write nothing (SUSPENDALL),
# it has taken them, and no file is in the middle of an update, which only rrdcached itself could guard against.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool rrdcached socat

firewall
own_run_directory || skip_all "no directory for rings of its own"
archive=sensor
files=91 # of the default ports: totals, 88 of ports, 2 of ICMP
with_daemon() {
	daemon_start --daemon "$cached_unix"
}

log_has() {
	[ "$(grep -c "$1" "$dir/fireplotd.log")" -ge "$2" ]
}
nodes() {
	[ "$(cached_ask STATS | sed -n 's/^TreeNodesNumber: //p')" -ge "$files" ]
}
holds_updates() {
	[ "$(cached_ask "PENDING $archive/totals.rrd" | grep -c '^[0-9]*:')" -gt 0 ]
}
later() {
	[ "$(now)" -ge "$1" ]
}
# Wait for this many steps to pass.
steps() {
	until_true 30 later $(($(now) + $1))
}

# Nobody is there at the start: the counting begins all the same.
ok "fireplotd starts without an rrdcached" with_daemon
began=$(now)
knock_start --log "$dir/sent" <<EOF
0+25 tcp 198.51.100.0/24 192.0.2.1 4444 0-255 S x600
1+25 udp 198.51.100.0/24 192.0.2.1 4444 255-0 x600
2+25 tcp 2001:db8:1::/64 2001:db8:2::1 4444 0-255 S x600
3+25 udp 2001:db8:1::/64 2001:db8:2::1 4444 1024-1279 x600
EOF
steps 3
is "it says once that it is away, and where" "$(grep -c "rrdcached at $cached_unix: cannot connect" "$dir/fireplotd.log")" 1
cached_start
ok "when it is there the archive is made" until_true 30 log_has "archive made" 1
ok "and every file is written" until_true 30 nodes

# Killed with updates that are nowhere but in its memory.
cached_ask SUSPENDALL >/dev/null
ok "told to hold updates back, it holds them" until_true 30 holds_updates
ok "fireplotd tells that they are not in the files" until_true 30 log_has "holds .* updates back" 1
steps 2
cached_kill
ok "killed: fireplotd says that it is away" until_true 30 log_has "until it can be written" 2
steps 4
is "and says so once" "$(grep -c "until it can be written" "$dir/fireplotd.log")" 2
cached_start
ok "started again: the archive can be written again" until_true 30 log_has "can be written again" 2

# Stopped, and again with a journal, out of which the next one reads what this one held.
ok "and every file is written again" until_true 30 nodes
cached_stop
steps 2
mkdir "$dir/cached/journal"
cached_start -j "$dir/cached/journal"
ok "stopped and started: written again" until_true 30 log_has "can be written again" 3
ok "and every file is" until_true 30 nodes
cached_ask SUSPENDALL >/dev/null
ok "with a journal: it holds updates" until_true 30 holds_updates
steps 1
cached_stop
cached_start -j "$dir/cached/journal"
ok "with a journal: written again" until_true 30 log_has "can be written again" 4

# All that is sent is seen, whatever is where.
kill -TERM "$sending"
wait "$sending" || bail_out "knock: $(cat "$dir/said")"
seen() {
	cells "$began" "$(($(now) + 2))" -d "$cached_unix" >"$dir/cells"
	[ "$(sum_cells "$dir/cells")" -eq "$(wc -l <"$dir/sent")" ]
}
ok "every file is written" until_true 30 nodes
cached_ask SUSPENDALL >/dev/null
ok "held back once more" until_true 30 holds_updates
ok "what is held back can be seen" until_true 10 seen

# fireplotd dies while updates of its are held back, and another one finds them there.
daemon_kill
ok "a new fireplotd starts all the same" with_daemon
steps 2
cached_ask RESUMEALL >/dev/null
ok "and goes on when they are written" until_true 30 log_has "can be written again" 5
ok "fireplotd ends well" daemon_stop
cells "$began" $(($(now) + 2)) -d "$cached_tcp" >"$dir/cells"
ok "each packet is there once" compare_cells "$dir/sent" "$dir/cells"
sed 's/^/# /' "$dir/ok.out"
archive=$cached_base/$archive
rrd_cells "$began" $(($(now) + 2)) 1 | grep -v unknown >"$dir/files.cells"
ok "and so it is in the files" compare_cells "$dir/sent" "$dir/files.cells"
done_testing
