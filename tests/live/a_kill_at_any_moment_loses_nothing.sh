#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at 50 random moments under load, many of them in the middle of an update: what was counted stays counted, and once.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

kills=${KILLS:-50}
seed=${SEED:-$(date +%s)}
say "seed $seed (SEED=$seed repeats its moments)"

# Ports 0 to 255 of each series come once in a little more than a second, so a cell of one port and second has one packet or
# none, and every packet can be told from every other. A smaller archive is written in less time, so more is written.
firewall
daemon_flush=1s
# More than come in a second, so that none is left out. Without SQLite there are none.
sightings=4096
! "$fireplotd" -c /dev/null -t --sightings 1 2>&1 | grep -q 'built without SQLite' || sightings=0
start() {
	daemon_start --exact-ports 256 --bins-per-octave 4 --sightings "$sightings"
}
start || bail_out "fireplotd does not start"
until_true 60 grep -q 'archive made' "$dir/fireplotd.log" || bail_out "no archive"
began=$(now)
knock_start --log "$dir/sent" <<EOF
0+3.95 tcp 198.51.100.0/24 192.0.2.1 4444 0-255 S x600
1+3.95 udp 198.51.100.0/24 192.0.2.1 4444 255-0 x600
2+3.95 tcp 2001:db8:1::/64 2001:db8:2::1 4444 0-255 S x600
3+3.95 udp 2001:db8:1::/64 2001:db8:2::1 4444 255-0 x600
EOF

pauses() {
	awk -v seed="$seed" -v n="$kills" 'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.3f\n", 0.02 + rand() * 1.2 }'
}
microseconds() {
	date +%s%6N
}

# cells of exact ports that have packets, as "SECOND SERIES PORT N"
ports_counted() {
	cells "$1" "$2" | awk '$5 != "unknown" { print $1, $2, $3, $5 }' | sort
}

# The word behind the magic of the undo file: armed, if it is not 0.
is_in_update() {
	[ "$(od -A n -t u4 -j 16 -N 4 "$ring.undo" 2>/dev/null | tr -d ' ')" -gt 0 ] 2>/dev/null
}

in_update=0
: >"$dir/kills"
: >"$dir/before"
for pause in $(pauses); do
	sleep "$pause"
	# Every other one waits for an update to be under way.
	n=$((${n:-0} + 1))
	[ $((n % 2)) -eq 0 ] || until_true 2 is_in_update || true
	killed=$(microseconds)
	daemon_kill
	! is_in_update || in_update=$((in_update + 1))
	# All that was counted so far, seen by a reader while nobody listens. Older steps were checked by the kill before.
	ports_counted $(($(now) - 6)) $(($(now) + 2)) >>"$dir/before"
	start || bail_out "fireplotd does not start after a kill"
	echo "$killed $(microseconds)" >>"$dir/kills"
done
kill -TERM "$sending"
wait "$sending" || bail_out "knock: $(cat "$dir/said")"
ok "fireplotd ends well" daemon_stop
say "$in_update of $kills kills came in the middle of an update"
ports_counted "$began" $(($(now) + 2)) >"$dir/after"

missing_later() {
	awk 'NR == FNR { after[$1 " " $2 " " $3] = $4; next }
		$4 > after[$1 " " $2 " " $3] + 0 { print "was " $4 ", is " after[$1 " " $2 " " $3] + 0 ": " $0; bad = 1 }
		END { exit bad }' "$dir/after" "$dir/before"
}
say "$(wc -l <"$dir/before") cells were seen between kill and start, $(wc -l <"$dir/after") are there at the end"
ok "some cells were seen" [ -s "$dir/before" ]
is "nothing was lost otherwise" "$(total lost "$began" "$(now)")" 0
ok "nothing that was counted before a kill is missing later" missing_later

# more_than_sent: cells that hold more than was sent to them. A packet at the turn of a second may be in either.
more_than_sent() {
	awk -F '[ ,]' 'NR == FNR { most[$1 " " $3 " " $4]++; if ($1 != $2) most[$2 " " $3 " " $4]++; next }
		{ if ($4 > most[$1 " " $2 " " $3] + 0) { print "sent " most[$1 " " $2 " " $3] + 0 ", is " $4 ": " $0; bad = 1 } }
		END { exit bad }' "$dir/sent" "$dir/after"
}
ok "nothing is counted twice" more_than_sent

# who_was_seen: as in the cells, "SECOND SERIES PORT N", out of the sightings
who_was_seen() {
	"$fireplot" who --archive "$archive" -s "$began" -e "$(($(now) + 2))" --csv |
		awk -F , 'NR > 1 { n[$1 " " $3 " " $8] += $10 } END { for (cell in n) print cell, n[cell] }'
}
# A kill may come between the sighting and the count of a packet.
differs_in() {
	awk 'NR == FNR { seen[$1 " " $2 " " $3] = $4; next }
		{ cell = $1 " " $2 " " $3; less += $4 > seen[cell] ? $4 - seen[cell] : 0; more += $4 < seen[cell] ? seen[cell] - $4 : 0; delete seen[cell] }
		END { for (cell in seen) more += seen[cell]; print less, more }' "$1" "$2"
}
if [ "$sightings" -gt 0 ]; then
	who_was_seen >"$dir/seen"
	read -r less more <<-EOF
		$(differs_in "$dir/seen" "$dir/after")
	EOF
	is "each packet that was counted has its sighting" "$less" 0
	ok "and at most one more for each kill: $more" [ "$more" -le "$kills" ]
fi

# In the order in which they were sent, the packets that are missing are one run for each kill, around its moment: what the kernel
# still held, and what came while nobody listened. Where one cell had two packets, nobody can say which of them is missing.
holes() {
	awk -F '[ ,]' '
		FILENAME == ARGV[1] { got[$1 " " $2 " " $3] = $4; next }
		FILENAME == ARGV[2] { kill_at[++kills] = $1; ready_at[kills] = $2; next }
		{ n++; key[n] = $1 " " $3 " " $4; at[n] = $5; sent[key[n]]++; if ($1 != $2) unsure[n] = 1 }
		END {
			for (i = 1; i <= n; i++) {
				if (unsure[i] || sent[key[i]] > 1) continue
				if (!(key[i] in got)) {
					missing++
					if (!inside) { inside = 1; from[++holes] = at[i] }
					to[holes] = at[i]
				} else inside = 0
			}
			for (h = 1; h <= holes; h++) {
				found = 0
				for (k = 1; k <= kills && !found; k++) # two kills in a row may both be near
					if (!taken[k] && from[h] <= ready_at[k] && to[h] >= kill_at[k]) {
						found = k; taken[k]++
						if (kill_at[k] - from[h] > longest) longest = kill_at[k] - from[h]
					}
				if (!found) { print "missing, and no kill near that has not left others: packets sent from " from[h] " to " to[h] " us"; bad++ }
			}
			printf "%d packets sent, %d missing in %d runs; at most %.0f ms before a kill\n", n, missing, holes, longest / 1000
			exit bad > 0
		}' "$dir/after" "$dir/kills" "$dir/sent"
}
ok "what is missing is one run of packets for each kill, around it" holes
sed 's/^/# /' "$dir/ok.out"
done_testing
