# SPDX-License-Identifier: GPL-2.0-or-later
# A Christmas tree by port scan, as colleagues drew it on the first Fireplot: a green tree (TCP/IPv4), red baubles (TCP/IPv6),
# garlands in light blue (UDP/IPv4), star and snow in white (UDP/IPv6). A column is a moment, a row a port.
#
#   awk -v columns=41 -v rows=72 -f tree.awk          a plan for knock: a column each column_ms, from start_ms on
#   awk -v columns=41 -v rows=72 -v art=1 -f tree.awk the same as text: g r b w
#   packets=3 more=9                                  as many for each green dot, and for each of the others

# The port of a row: evenly on a log axis, so that the rows lie evenly in the picture.
function port_of(row) {
	return int(low * exp(log(high / low) * row / (rows - 1)) + 0.5)
}

function in_layer(x, y, base, apex, width) {
	return y >= base && y <= apex && x <= width * (1 - (y - base) / (apex - base)) && x >= -width * (1 - (y - base) / (apex - base))
}

function in_body(x, y) {
	return in_layer(x, y, 0.14, 0.52, 1) || in_layer(x, y, 0.36, 0.74, 0.76) || in_layer(x, y, 0.60, 0.92, 0.5) ||
		(y >= 0.03 && y <= 0.14 && x >= -0.1 && x <= 0.1)
}

# What is at a column (from the middle, -half to half) and a row: g, r, b, w or a dot for nothing.
function at(column, row,    x, y, dx, dy) {
	x = column / half
	y = row / (rows - 1)
	dx = column < 0 ? -column : column
	dy = row - int(0.93 * (rows - 1))
	if (dy < 0) dy = -dy
	if (dx / 2.5 + dy / (0.07 * rows) <= 1) return "w"
	if (in_body(x, y)) {
		if (y > 0.15 && (column + 3 * half + int(12 * y) * 3) % 7 == 0 && (12 * y) % 1 < 0.35) return "r"
		if (y > 0.15 && (9 * y + (column + half) / 19) % 1 < 0.12) return "b"
		return "g"
	}
	if (row == 0 || ((column + half) * 37 + row * 53 + column * row * 11) % flakes == 0) return "w"
	return "."
}

function put(what, column, row) {
	if (what == "g") return "tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 " port_of(row) " S"
	if (what == "r") return "tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 " port_of(row) " S"
	if (what == "b") return "udp 203.0.113.0/24 192.0.2.1 ?1024-65535 " port_of(row)
	return "udp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 " port_of(row)
}

BEGIN {
	if (!columns) columns = 41
	if (!rows) rows = 72
	if (!low) low = 24
	if (!high) high = 24000
	if (!column_ms) column_ms = 1000
	if (!packets) packets = 1
	if (!more) more = packets
	flakes = int(rows * 1.1) * 2 + 1
	half = (columns - 1) / 2
	if (art)
		for (row = rows - 1; row >= 0; row--) {
			line = ""
			for (column = -half; column <= half; column++) line = line at(column, row)
			print line
		}
	else
		for (column = -half; column <= half; column++)
			for (row = 0; row < rows; row++)
				if ((what = at(column, row)) != ".")
					# In the middle of the moment, a little later from row to row.
					printf "%d %s x%d\n", start_ms + (column + half) * column_ms + column_ms * (0.2 + 0.5 * row / rows),
						put(what, column, row), what == "g" ? packets : more
}
