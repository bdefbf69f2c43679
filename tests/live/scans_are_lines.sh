#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A slow scan is a diagonal in the cells, a fast one a vertical line, a worm a horizontal one: measured, not looked at.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
daemon_start || bail_out "fireplotd does not start"
# Over noise of its own series each: 25 ports a second from 100 on; all of 3,000 ports at once; one port all the time.
knock --align 1 --seed 12 --log "$dir/sent" >"$dir/said" <<EOF || bail_out "knock: $(cat "$dir/said")"
20+40 tcp 198.51.100.66 192.0.2.1 4444 100-499 S
5000 udp 198.51.100.67 192.0.2.1 4444 1-3000
10+100 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 445 S x160
30+50 udp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 x320
EOF
ok "fireplotd ends well" daemon_stop
first=$(head -n 1 "$dir/sent" | cut -d , -f 1)
cells "$first" "$((first + 20))" >"$dir/cells"
ok "all that was sent is counted" compare_cells "$dir/sent" "$dir/cells"

# correlation SERIES: of time and port over its cells, and how many seconds they span
correlation() {
	awk '$5 != "unknown" {
		n += $5; x += $5 * $1; y += $5 * $3; xx += $5 * $1 * $1; yy += $5 * $3 * $3; xy += $5 * $1 * $3
		if (!seen++ || $1 < min) min = $1
		if ($1 > max) max = $1
	} END {
		vx = xx / n - x * x / n / n; vy = yy / n - y * y / n / n
		r = 0
		if (vx > 0 && vy > 0) r = (xy / n - x * y / n / n) / sqrt(vx * vy)
		printf "%.3f %d\n", r, max - min + 1
	}' "$1.cells"
}
seconds_sent() {
	awk -F , -v series="$1" '$3 == series { if (!min) min = $1; max = $1 } END { print max - min + 1 }' "$dir/sent"
}
for series in tcp4 udp4 tcp6 udp6; do
	# Seconds from the first, so that squares stay exact.
	awk -v first="$first" -v series=$series '$2 == series { $1 -= first; print }' "$dir/cells" >"$dir/$series.cells"
done
cd "$dir" || exit 1
read -r slow span <<EOF
$(correlation tcp4)
EOF
ok "the slow scan goes up with time: correlation $slow" awk "BEGIN { exit !($slow > 0.995) }"
is "and takes as long as it took" "$span" "$(seconds_sent tcp4)"
is "each of its ports has one packet, and no port comes before a lower one" "$(sort -n -k 1,1 -k 3,3 tcp4.cells |
	awk '$5 != "unknown" { if ($5 != 1 || $3 < last) wrong++; last = $3; n++ } END { print n, wrong + 0 }')" "400 0"
read -r _ span <<EOF
$(correlation udp4)
EOF
is "the fast scan is over as soon as it was sent" "$span" "$(seconds_sent udp4)"
ok "within a second or two" [ "$span" -le 2 ]
is "and touches every port on its way" \
	"$(awk '$5 != "unknown" { for (p = $3; p <= $4; p++) if (p <= 3000) ports++; packets += $5 } END { print ports, packets }' udp4.cells)" \
	"3000 3000"
read -r _ span <<EOF
$(correlation tcp6)
EOF
is "the worm is on one port" "$(awk '$5 != "unknown" { print $3 "-" $4 }' tcp6.cells | sort -u)" 445-445
is "from the first second to the last" "$span" "$(seconds_sent tcp6)"
read -r noise _ <<EOF
$(correlation udp6)
EOF
ok "noise is no line: correlation $noise" awk "BEGIN { exit !($noise < 0.3 && $noise > -0.3) }"
done_testing
