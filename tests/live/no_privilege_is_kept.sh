#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Once it counts, no thread has a right left, whoever it runs as.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"

firewall
# each_thread FIELD: the values of a line of /proc/PID/task/TID/status, each once
each_thread() {
	sed -n "s/^$1:[[:blank:]]*//p" "/proc/$daemon/task"/*/status | tr '\t' ' ' | sort -u | sed 's/ *$//'
}

nobody=$(id -u nobody)
nogroup=$(id -g nobody)
daemon_start || bail_out "fireplotd does not start"
is "every thread is the user, by every id" "$(each_thread Uid)" "$nobody $nobody $nobody $nobody"
is "every thread is in its group, by every id" "$(each_thread Gid)" "$nogroup $nogroup $nogroup $nogroup"
is "no thread has another group" "$(each_thread Groups)" ""
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	is "no thread has a capability in $set" "$(each_thread $set)" 0000000000000000
done
is "no thread can get new privileges" "$(each_thread NoNewPrivs)" 1
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 1-100 S' | knock >/dev/null
ok "and it counts" daemon_stop
ok "what it did not get as root is told at its end" grep -q 'tcp4: probe 100,' "$dir/fireplotd.log"
is "the archive is the user's" "$(find "$archive" ! -user nobody | wc -l)" 0

rm -rf "$archive" "$dir/run"
daemon_user=-
daemon_start || bail_out "fireplotd does not start as root"
is "who wants root keeps the id" "$(each_thread Uid)" "0 0 0 0"
for set in CapPrm CapEff CapBnd; do
	is "but no capability in $set" "$(each_thread $set)" 0000000000000000
done
ok "and it ends well" daemon_stop

daemon_user=no-such-user
ok "a user that is not there is refused" daemon_refuses
ok "by name" contains "$refusal" no-such-user
done_testing
