#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A Christmas tree in four colours is drawn by packets, a column a second, and read back from the archive as it was drawn.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

columns=25
rows=40
tree() {
	awk -v columns=$columns -v rows=$rows "$@" -f "$top_srcdir/tests/live/tree.awk"
}

firewall
daemon_start || bail_out "fireplotd does not start"
tree | knock --align 1 --log "$dir/sent" >"$dir/said" || bail_out "knock: $(cat "$dir/said")"
ok "fireplotd ends well" daemon_stop
first=$(head -n 1 "$dir/sent" | cut -d , -f 1)
cells "$first" "$((first + columns))" >"$dir/cells"
ok "every packet of it is where it was sent to" compare_cells "$dir/sent" "$dir/cells"

# The ports of its rows come from the plan; what is in a cell, from the archive alone.
awk -F '[ ,]' -v first="$first" -v columns=$columns -v rows=$rows -v low=24 -v high=24000 '
	BEGIN { colour["tcp4"] = "g"; colour["tcp6"] = "r"; colour["udp4"] = "b"; colour["udp6"] = "w" }
	$5 == "unknown" { next }
	$5 != 1 { print "a cell of " $5 " packets: " $0 }
	{
		for (row = 0; row < rows; row++) {
			port = int(low * exp(log(high / low) * row / (rows - 1)) + 0.5)
			if (port >= $3 && port <= $4) drawn[$1 - first, row] = drawn[$1 - first, row] colour[$2]
		}
	}
	END {
		for (row = rows - 1; row >= 0; row--) {
			line = ""
			for (column = 0; column < columns; column++) line = line ((column, row) in drawn ? drawn[column, row] : ".")
			print line
		}
	}' "$dir/cells" >"$dir/drawn"
tree -v art=1 >"$dir/meant"
sed 's/^/# /' "$dir/drawn"
ok "it reads back as it was drawn" cmp "$dir/meant" "$dir/drawn"
for colour in g r b w; do
	ok "it has something in $colour" grep -q $colour "$dir/drawn"
done
done_testing
