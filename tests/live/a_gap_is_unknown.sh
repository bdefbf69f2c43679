#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Time in which nobody listened is unknown, not zero, after a clean end and after a kill; the first step after it counts.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
each_second() {
	knock --log "$dir/sent.$1" >/dev/null <<-EOF || bail_out "knock failed"
		0+250 tcp 198.51.100.7 192.0.2.1 4444 22 S x12
	EOF
}

# steps STATE FIRST END: how many steps of port 22 are so (unknown, or known)
steps() {
	rrdtool fetch "$archive/tcp4/0-63.rrd" AVERAGE -r 1 -s "$2" -e "$(($3 - 1))" | awk -v state="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "p22") column = i + 1 }
		NR > 2 { n += ($column ~ /nan/) == (state == "unknown") }
		END { print n + 0 }'
}

# The first second in which packets of a part were sent, and the one after the last.
first_of() {
	head -n 1 "$dir/sent.$1" | cut -d , -f 1
}
end_of() {
	echo $(($(tail -n 1 "$dir/sent.$1" | cut -d , -f 2) + 1))
}

# later SECOND
later() {
	[ "$(now)" -ge "$1" ]
}

daemon_start || bail_out "fireplotd does not start"
each_second 1
ok "fireplotd ends well" daemon_stop
clean_end=$(now)
until_true 10 later $((clean_end + 4))
each_second unheard
clean_start=$(now)
daemon_start || bail_out "fireplotd does not start again"
each_second 2
ok "the ring holds what no file has yet" until_true 10 counts 24 "$(first_of 1)"
daemon_kill
kill_end=$(now)
until_true 10 later $((kill_end + 4))
kill_start=$(now)
daemon_start || bail_out "fireplotd does not start after the kill"
each_second 3
ok "fireplotd ends well after all that" daemon_stop
ended=$(now)

cat "$dir/sent.1" "$dir/sent.2" "$dir/sent.3" >"$dir/sent"
first=$(first_of 1)
cells "$first" "$((ended + 2))" >"$dir/cells"
ok "all that was sent while it listened is counted" compare_cells "$dir/sent" "$dir/cells"
is "no step of the gap after a clean end is known" "$(steps known "$((clean_end + 2))" "$((clean_start - 1))")" 0
is "no step of the gap after a kill is known" "$(steps known "$((kill_end + 2))" "$((kill_start - 1))")" 0
for part in 1 2 3; do
	is "no step is unknown while packets came, part $part" "$(steps unknown "$(first_of $part)" "$(end_of $part)")" 0
	is "totals.rrd says the same of part $part" "$(total known "$(first_of $part)" "$(end_of $part)")" \
		$(($(end_of $part) - $(first_of $part)))
done
is "totals.rrd says the same of the gap" "$(total known "$((clean_end + 2))" "$((clean_start - 1))")" 0
is "fireplot fetch tells the gap, too" \
	"$(awk -v from=$((clean_end + 2)) -v to=$((clean_start - 1)) '$1 >= from && $1 < to { print $5 }' "$dir/cells" | sort -u)" unknown
done_testing
