#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot export prometheus over and over while the daemon counts: whenever it is asked, its counters are what the archive has of
# the steps up to then, watched ports too, and in the end they are what was sent.
# shellcheck disable=SC2016,SC2119,SC2317 # awk has its own $; lib.sh has functions with words and without, and calls those by name
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"

firewall
echo 'watch tcp/22' >"$dir/conf"
daemon_start || bail_out "fireplotd does not start"
export_once() {
	"$fireplot" export prometheus --archive "$archive" -o "$dir/export"
}
# value PATTERN: of the sample whose line has it.
value() {
	sed -n "s/^fireplot_$1.*} //p" "$dir/export"
}
has_begun() {
	export_once && [ "$(value last_update_timestamp_seconds)" -gt 0 ]
}
until_true 20 has_begun || bail_out "no step is complete"
begin=$(value last_update_timestamp_seconds)

knock_start --seed 3 --log "$dir/sent" <<EOF
0+1 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 22 S x6000
0+2 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x3000
EOF
# "TIME TCP4 UDP4 WATCHED" of each export, for as long as packets come and until all of their steps are complete.
snapshot() {
	export_once || return
	echo "$(value last_update_timestamp_seconds) $(value 'packets_total{.*"tcp4",class="probe"')" \
		"$(value 'packets_total{.*"udp4",class="probe"') $(value 'watched_packets_total{.*"22"')" >>"$dir/snapshots"
}
last_sent_is_complete() {
	snapshot && [ "$(value last_update_timestamp_seconds)" -gt "$(tail -n 1 "$dir/sent" | cut -d , -f 2)" ]
}
while is_running "$sending"; do
	snapshot
done
wait "$sending" || bail_out "knock: $(cat "$dir/said")"
ok "every step becomes complete" until_true 20 last_sent_is_complete
ok "fireplotd ends well" daemon_stop

"$fireplot" fetch --archive "$archive" --watch --csv -s "$begin" -e $(($(now) + 2)) >"$dir/cells.csv"
ok "each export has the steps up to its time, and no more" awk -F , -v begin="$begin" '
	NR == FNR { count[$3, $2] += $6; next }
	{ split($0, got, " "); tcp4 = udp4 = watched = 0
	  for (at = begin + 1; at <= got[1]; at++) { tcp4 += count["tcp4", at]; udp4 += count["udp4", at]; watched += count["tcp22", at] }
	  if (got[2] != tcp4 || got[3] != udp4 || got[4] != watched) {
		print "wanted " got[1], tcp4, udp4, watched ", got " $0
		wrong++
	  }
	  if (got[1] != before) times++
	  before = got[1] }
	END { print FNR " exports, " times " times"; exit wrong > 0 || times < 2 }' "$dir/cells.csv" "$dir/snapshots"
say "$(cat "$dir/ok.out")"
is "in the end they are what was sent" "$(tail -n 1 "$dir/snapshots" | cut -d ' ' -f 2-)" "6000 3000 6000"
done_testing
