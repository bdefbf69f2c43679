#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Under a service manager that watches, WATCHDOG=1 comes at half the time asked for.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"

firewall
export WATCHDOG_USEC=400000
daemon_start || bail_out "fireplotd does not start"
fed() {
	[ "$(grep -c WATCHDOG=1 "$dir/notified")" -ge 5 ]
}
ok "it is fed" until_true 30 fed
ok "fireplotd ends well" daemon_stop
export WATCHDOG_PID=1
daemon_start || bail_out "fireplotd does not start"
ok "but not when another process is meant" eval '! until_true 2 fed'
ok "fireplotd ends well again" daemon_stop
done_testing
