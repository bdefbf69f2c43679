# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # what is set here is used by those who source it
# Sourced by the tests of the dashboards: an archive whose every count is known, and copies of the programs that any user may run,
# since munin-node and collectd run theirs as somebody else.
#
# The archive has steps of 10 s for 10 minutes, rows of a minute for 2 hours and of 10 minutes for a day. It begins at $start,
# and nothing depends on what time it is now.

# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"
# shellcheck source=tests/unit/tool/rows.sh
. "$top_srcdir/tests/unit/tool/rows.sh"

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

make_archive() {
	"$fireplot" create --archive "$dir/archive" --step 10s --exact-ports 1024 --bins-per-octave 2 \
		--retention '10s:10m 1m:2h 10m:1d' --start $start "$@" 2>&1 >/dev/null
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

# until_true SECONDS COMMAND...: asks again until it is so.
until_true() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.05
	done
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
