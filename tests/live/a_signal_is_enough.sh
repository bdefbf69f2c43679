#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGTERM writes everything and ends with 0, SIGUSR1 prints the counters, SIGHUP brings new rules or keeps the old ones.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
packets() {
	echo "0 tcp 198.51.100.0/24 192.0.2.1 4444 $1 S x$2" | knock >/dev/null
}
# said_since N PATTERN: a line after the first N of its log
said_since() {
	tail -n +$(($1 + 1)) "$dir/fireplotd.log" | grep -q -e "$2"
}
log_lines() {
	wc -l <"$dir/fireplotd.log"
}
counted() {
	at=$(log_lines)
	kill -USR1 "$daemon"
	until_true 10 said_since "$at" 'archive .*flushes' || return 1
	tail -n +$((at + 1)) "$dir/fireplotd.log" | grep -q -e "$1"
}

# A long flush: what the files hold at the end came by the signal.
daemon_flush=5m
daemon_start || bail_out "fireplotd does not start"
began=$(now)
ok "the service manager heard READY=1" notified READY=1
packets 5000 30
ok "SIGUSR1 prints the counters" until_true 10 counted 'tcp4: probe 30,'

echo 'ignore port tcp/5000' >"$dir/conf"
at=$(log_lines)
kill -HUP "$daemon"
ok "SIGHUP puts new rules in force" until_true 10 said_since "$at" 'rules are in force'
ok "and tells the service manager" notified RELOADING=1
packets 5000 20
packets 5001 10
ok "what they match is ignored" until_true 10 counted 'ignored 20,'

printf 'ignore port tcp/5000\nignore port tcp/much\n' >"$dir/conf"
at=$(log_lines)
kill -HUP "$daemon"
ok "a wrong file is refused by file and line" until_true 10 said_since "$at" "$dir/conf:2: .*much"
packets 5000 5
ok "and the old rules stay in force" until_true 10 counted 'ignored 25,'

printf 'watch tcp/3389\n' >"$dir/conf"
at=$(log_lines)
kill -HUP "$daemon"
ok "a port to watch comes with a reload" until_true 10 said_since "$at" 'rules are in force'
packets 3389 7
packets 5000 3
ok "and old rules go" until_true 10 counted 'tcp4: probe 50,'
ok "SIGTERM: it ends with 0" daemon_stop
ended=$(($(now) + 2))
ok "the service manager heard STOPPING=1" notified STOPPING=1
is "everything is in the files" "$(cells "$began" "$ended" >"$dir/cells"; sum_cells "$dir/cells")" 50
is "ignored packets are in the totals" "$(total ignored "$began" "$ended")" 25
is "the watched port is counted exactly" \
	"$(rrdtool fetch "$archive/watch.rrd" AVERAGE -r 1 -s "$began" -e "$ended" |
		awk '$1 ~ /:$/ && $2 !~ /nan/ { s += $2 } END { printf "%.0f", s }')" 7

# Nothing it allocated is left at the end; the leak checker has to trace it, so it stays root.
daemon_asan=detect_leaks=1
: >"$dir/conf"
rm -rf "$archive" "$dir/run"
daemon_user=-
daemon_start --watch tcp/22 --ignore 'source 203.0.113.0/24' || bail_out "fireplotd does not start"
packets 22 5
kill -HUP "$daemon"
interrupt() {
	kill -INT "$daemon"
	wait "$daemon"
}
ok "SIGINT ends it, too, and no memory is left over" interrupt
done_testing
