#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A million packets, each from a source of its own: the file of sightings keeps its bound, what was there before is there still, and what
# was left out is told to the packet.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need_sightings
need rrdtool

bound=$((1024 * 1024))
firewall 'log prefix "flood " group 100 drop'
daemon_start --sightings 256 --sightings-size 1M || bail_out "fireplotd does not start"
until_true 60 grep -q 'archive made' "$dir/fireplotd.log" || bail_out "no archive"
began=$(now)
db=$archive/sightings.db
echo '0 tcp 198.51.100.7 192.0.2.1 4444 3389 S x10' | knock >/dev/null
until_true 20 sh -c "[ \"\$(sqlite3 -readonly '$db' 'SELECT sum(packets) FROM sightings')\" = 10 ]"
(
	most=0
	while [ ! -e "$dir/over" ]; do
		size=$(stat -c %s "$db")
		[ "$size" -le "$most" ] || most=$size
		echo "$most" >"$dir/most"
		sleep 0.1
	done
) &
watching=$!
echo '1 tcp 10.0.0.0/8 192.0.2.1 ?1024-65535 ?0-65535 S x1000000' | knock >"$dir/said" || bail_out "knock: $(cat "$dir/said")"
ok "fireplotd ends well" daemon_stop
: >"$dir/over"
wait "$watching"
say "the file was $(cat "$dir/most") bytes at the most"
ok "the file was never larger than its bound" [ "$(cat "$dir/most")" -le "$bound" ]
ok "nor is it now" [ "$(stat -c %s "$db")" -le "$bound" ]
ask() {
	sqlite3 -readonly "$db" "$1"
}
is "no step has more sightings than it may" "$(ask 'SELECT max(n) <= 256 FROM (SELECT count(*) AS n FROM sightings GROUP BY id / 65536)')" 1
is "what was seen before the flood is there" \
	"$(ask "SELECT source, port, sum(packets), rule FROM seen WHERE port = 3389 AND source = '198.51.100.7'")" "198.51.100.7|3389|10|flood"
counted=$(total tcp4_probe "$began" "$(($(now) + 2))")
say "$(head -n 1 "$dir/said"); counted $counted"
is "sightings and what was left out are all that was counted" \
	"$(ask 'SELECT (SELECT sum(packets) FROM sightings) + (SELECT sum(packets_left_out) FROM samples)')" "$counted"
is "some were kept of the flood, and all have one packet or few" \
	"$(ask "SELECT count(*) >= 256, max(packets) <= 3 FROM seen WHERE source LIKE '10.%'")" "1|1"
"$fireplot" top --archive "$archive" -s "$((began - 1))" -e "$(($(now) + 2))" >"$dir/top"
ok "top says that it rests on a sample" grep -q 'sample' "$dir/top"
ok "so does who" contains "$("$fireplot" who --archive "$archive" -s "$((began - 1))" -e "$(($(now) + 2))" 2>&1)" 'sample'
ok "info tells how much was left out" contains "$("$fireplot" info --archive "$archive")" "left out"
done_testing
