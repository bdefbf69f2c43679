# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2119,SC2120 # what is set here is used by those who source it
# Sourced by the tests of the dashboards: an archive whose every count is known, and copies of the programs that any user may run,
# since munin-node and collectd run theirs as somebody else.
#
# The archive has steps of 10 s for 10 minutes, rows of a minute for 2 hours and of 10 minutes for a day. It begins at $start,
# and nothing depends on what time it is now.

# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"
# shellcheck source=tests/unit/tool/rows.sh
. "$top_srcdir/tests/unit/tool/rows.sh"
# shellcheck source=tests/live/until.sh
. "$top_srcdir/tests/live/until.sh"

[ -x "$top_builddir/fireplot" ] || skip_all "fireplot is not built"
for program in rrdtool ${needed:-}; do
	command -v "$program" >/dev/null || skip_all "no $program here"
done

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
start=1700006400
FIREPLOT_ARCHIVE=$dir/archive
ASAN_OPTIONS=detect_leaks=0 # fontconfig keeps its tables to the end, by design
PATH=$dir/bin:$PATH
export FIREPLOT_ARCHIVE ASAN_OPTIONS PATH
umask 022
mkdir "$dir/bin"
cp "$top_builddir/fireplot" "$top_srcdir"/contrib/dashboards/*fireplot "$dir/bin/"
fireplot=$dir/bin/fireplot

# make_archive [OPTION...]: further options change the layout.
make_archive() {
	"$fireplot" create --archive "$dir/archive" --step 10s --exact-ports 1024 --bins-per-octave 2 \
		--retention '10s:10m 1m:2h 10m:1d' --start $start "$@" >/dev/null
}

# The ports that are watched, in a file as fireplotd makes it.
watch() {
	for name; do
		printf 'DS:%s:ABSOLUTE:20:0:U\n' "$name"
	done >"$dir/watched"
	# shellcheck disable=SC2046 # names without blanks
	rrdtool create "$dir/archive/watch.rrd" -b $start -s 10 $(cat "$dir/watched") \
		RRA:AVERAGE:0.99999:1:60 RRA:AVERAGE:0.99999:6:120 RRA:AVERAGE:0.99999:60:144
}

# step AT [DS=VALUE ...]: a step of the totals in which somebody listened.
step() {
	update totals.rrd "$1" "known=1 ${2:-}"
}

# same WHAT GOT WANTED
same() {
	check "$1" "$([ "$2" = "$3" ] || printf 'got    "%s"\nwanted "%s"\n' "$2" "$3")"
}

# fetched SERIES FROM TO: what fireplot fetch counts between two times after the start, watched ports too.
fetched() {
	"$fireplot" fetch --watch -s "$((start + $2))" -e "$((start + $3))" --csv |
		awk -F , -v series="$1" '$3 == series && $6 != "" { n += $6 } END { printf "%.0f\n", n }'
}

# fill_day: a day of steps of 5 minutes, in an archive of such steps: in every step 3 tcp4_probe, of which 2 go to port 22 and 1 to 23,
# 1 udp4_probe to 53, 1 tcp6_backscatter and 5 sources; in step 7 also 4 lost; nobody listens from the 144th to the 155th, an hour.
fill_day() {
	at=300
	while [ $at -le 86400 ]; do
		if [ $at -gt 43200 ] && [ $at -le 46800 ]; then
			echo "$((start + at)) U U U U U U U 0"
		else
			echo "$((start + at)) 3 1 1 $((at == 2100 ? 4 : 0)) 5 2 1 1"
		fi
		at=$((at + 300))
	done >"$dir/day"
	# fill FILE DS:... COLUMN...: with these columns of the day, all other DS zero where somebody listened.
	fill() {
		awk -v columns="$*" -v ds="$(rrdtool info "$dir/archive/$1" | sed -n 's/^ds\[\(.*\)\]\.index = \(.*\)/\2 \1/p' | sort -n |
			awk '{ printf "%s ", $2 }')" '
			BEGIN { n = split(ds, name, " "); for (i = split(columns, pair, " "); i > 1; i--) { split(pair[i], p, "="); from[p[1]] = p[2] } }
			{ printf "%d", $1; for (i = 1; i <= n; i++) printf ":%s", name[i] in from ? $from[name[i]] : $2 == "U" ? "U" : 0; print "" }' \
			"$dir/day" | xargs -n 96 rrdtool update "$dir/archive/$1"
	}
	fill totals.rrd tcp4_probe=2 udp4_probe=3 tcp6_backscatter=4 lost=5 sources=6 known=9
	fill tcp4/0-63.rrd p22=7 p23=8
	fill udp4/0-63.rrd p53=3
	for file in tcp6/0-63 udp6/0-63 tcp4/64-127 tcp6/64-127 tcp4/384-447 tcp6/384-447; do
		fill $file.rrd
	done
}

# is_png FILE WIDTH HEIGHT: says what is wrong.
is_png() {
	[ "$(od -An -tx1 -N4 "$1" | tr -d ' ')" = 89504e47 ] || echo "$1 is no PNG"
	got=$(od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }')
	[ "$got" = "$2 $3" ] || echo "$1 is of $got, not $2 $3"
}
