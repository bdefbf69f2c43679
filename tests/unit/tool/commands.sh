#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands as a user types them: what they print, what they say when something is wrong, and their exit status.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"
command -v rrdtool >/dev/null || skip_all "no rrdtool here"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
FIREPLOT_ARCHIVE=$dir/archive
export FIREPLOT_ARCHIVE
start=1699999200

# gives WHAT STATUS EXPECTED COMMAND...: the output (of both kinds) and the exit status.
gives() {
	what=$1 status=$2 expected=$3
	shift 3
	output=$("$@" 2>&1)
	got=$?
	check "$what" "$(if [ "$got" -ne "$status" ] || [ "$output" != "$expected" ]; then
		printf 'status %s\n%s\nexpected status %s\n%s\n' "$got" "$output" "$status" "$expected"
	fi)"
}

# says WHAT PATTERN COMMAND...: status 1, one line that begins with ERROR: and matches, and nothing on stdout.
says() {
	what=$1 pattern=$2
	shift 2
	output=$("$@" 2>"$dir/stderr")
	got=$?
	check "$what" "$(if [ "$got" -ne 1 ] || [ -n "$output" ] || [ "$(wc -l <"$dir/stderr")" -ne 1 ] ||
		! grep -qE "^ERROR: .*$pattern" "$dir/stderr"; then
		echo "status $got"
		echo "$output"
		cat "$dir/stderr"
	fi)"
}

# ---- wrong ----
says "an unknown command is told which there are" 'unknown command "grpah".*fetch, top, who, info, export, create or import' "$fireplot" grpah
says "no archive is named" "$dir/archive: no archive here" "$fireplot" info
says "an archive that is no directory is named" "$dir/file" "$fireplot" fetch --archive "$dir/file/x"
says "a wrong time is named" 'time "gestern"' "$fireplot" fetch -s gestern
says "a window that is none is told" 'is not before the end' "$fireplot" fetch -s 1700000010 -e 1700000010
says "a port that is none is named" 'option --ports: .*"22,65536"' "$fireplot" fetch --ports 22,65536
says "a series that is none is named" 'option --series: .*"sctp4"' "$fireplot" fetch --series tcp4,sctp4
says "an argument too many is named" 'unexpected argument "file"' "$fireplot" info file
says "an unknown profile is named" 'unknown profile "big"' "$fireplot" create --profile big
says "a wrong retention is named" 'retention "1x:6h"' "$fireplot" create --retention 1x:6h
says "exact ports are a power of two" 'option --exact-ports: .*power of two' "$fireplot" create --exact-ports 1000
check "a failed create leaves nothing" "$(ls "$dir/archive" 2>/dev/null)"
if [ -w /dev/full ]; then
	"$fireplot" --version 2>"$dir/stderr" >/dev/full
	status=$?
	check "output that cannot be written is told" "$(grep -q 'could not be written' "$dir/stderr" || cat "$dir/stderr")"
	check "and is a failure" "$([ "$status" -eq 1 ] || echo "status $status")"
else
	skip "output that cannot be written is told" "no /dev/full here"
fi

# ---- create ----
layout="--step 10s --exact-ports 64 --bins-per-octave 2 --start $start"
make_archive() {
	# shellcheck disable=SC2086
	"$fireplot" create $layout --retention '10s:10m 1m:2h' "$@"
}
make_archive --dry-run >"$dir/dry" 2>&1
check "a dry run makes nothing" "$(ls "$dir/archive" 2>/dev/null)"
make_archive >"$dir/made" 2>&1
check "an archive is made" "$([ -s "$dir/archive/totals.rrd" ] || cat "$dir/made")"
awk '/\.rrd / { print $1, $3 }' "$dir/dry" | sort >"$dir/foretold"
(cd "$dir/archive" && find . -name '*.rrd' -printf '%P %s\n' | sort) >"$dir/sizes"
check "the files are those of the dry run, as large" "$(diff "$dir/foretold" "$dir/sizes")"
find "$dir/archive" -type f -exec cksum {} + >"$dir/before"
says "an archive is never made over another" 'there is an archive already' make_archive
check "and is left as it was" "$(find "$dir/archive" -type f -exec cksum {} + | diff "$dir/before" -)"
gives "a new archive is unknown" 0 "$((start + 60)): unknown from $start" "$fireplot" fetch -s $start -e $((start + 60))

# ---- fetch ----
# shellcheck source=tests/unit/tool/rows.sh
. "$top_srcdir/tests/unit/tool/rows.sh"
update tcp4/0-63.rrd 10 p22=3
update tcp4/0-63.rrd 20
update tcp4/0-63.rrd 30 U=U
update tcp4/0-63.rrd 40 p22=1000000
update icmp4.rrd 10
update icmp4.rrd 20 t8=2
update icmp4.rrd 30 U=U
update icmp4.rrd 40
update totals.rrd 10 'tcp4_probe=3 known=1'
update totals.rrd 20 'icmp4_probe=2 known=1'
update totals.rrd 30 'U=U known=0'
update totals.rrd 40 'tcp4_probe=1000000 lost=7 known=1'
window="-s $start -e $((start + 40)) --series tcp4,icmp4 --ports 0-63"
# shellcheck disable=SC2086
gives "text is named by the end of the row" 0 "$((start + 10)): tcp4 22 3
$((start + 20)): icmp4 type-8 2
$((start + 30)): unknown from $((start + 20))
$((start + 40)): tcp4 22 1000000" "$fireplot" fetch $window
# shellcheck disable=SC2086
gives "CSV has a head line and empty fields" 0 "start,end,series,from,to,packets
$start,$((start + 10)),tcp4,22,22,3
$((start + 10)),$((start + 20)),icmp4,8,8,2
$((start + 20)),$((start + 30)),,,,
$((start + 30)),$((start + 40)),tcp4,22,22,1000000" "$fireplot" fetch --csv $window
# shellcheck disable=SC2086
gives "JSON is one object" 0 "{
  \"archive\": \"$dir/archive\",
  \"start\": $start,
  \"end\": $((start + 40)),
  \"cells\": [
    {\"start\": $start, \"end\": $((start + 10)), \"series\": \"tcp4\", \"ports\": [22, 22], \"packets\": 3},
    {\"start\": $((start + 10)), \"end\": $((start + 20)), \"series\": \"icmp4\", \"type\": 8, \"packets\": 2},
    {\"start\": $((start + 20)), \"end\": $((start + 30)), \"series\": null, \"packets\": null},
    {\"start\": $((start + 30)), \"end\": $((start + 40)), \"series\": \"tcp4\", \"ports\": [22, 22], \"packets\": 1000000}
  ]
}" "$fireplot" fetch --json $window

# ---- info ----
"$fireplot" info --json >"$dir/info"
for line in '"step": 10,' '"exact_ports": 64,' "\"first_known\": $start," "\"newest\": $((start + 40))," '"lost": 7,' \
	'"gap_count": 1,' "{\"from\": $((start + 20)), \"to\": $((start + 30)), \"unknown\": 10}" \
	'"tcp4": {"probe": 1000003, "backscatter": 0, "late": 0}' '{"row": 10, "rows": 60, "span": 600, "from": '"$start"', "known": 0.75}'; do
	check "info --json has $line" "$(grep -qF -e "$line" "$dir/info" || cat "$dir/info")"
done
"$fireplot" info >"$dir/info"
for line in 'known.*' '^tcp4  *1000003  *0  *0$' '^lost  *7$' '^  .* to .*: 10s$' '75\.00%'; do
	check "info has $line" "$(grep -qE -e "$line" "$dir/info" || cat "$dir/info")"
done

# ---- graph, as rrdtool graph ----
picture=$dir/picture.png
graph() {
	"$fireplot" graph "$picture" -s $start -e $((start + 40)) -w 400 -h 100 "$@"
}
size=$(graph)
check "graph prints the size" "$(echo "$size" | grep -vE '^[0-9]+x[0-9]+$')"
year=$((start + 31536000)) # of which a pixel is most of a day
gives "a lazy graph of a new picture opens no archive" 0 "$size" graph -e $year --lazy --archive "$dir/nowhere"
check "and leaves the picture" "$(find "$picture" -newer "$dir/info" | grep -q . || echo "it is older")"
touch -d @$((start - 100000)) "$picture"
says "a lazy graph of an old picture is drawn again" 'nowhere: no archive here' graph -e $year --lazy --archive "$dir/nowhere"
gives "imginfo is printed in place of the size" 0 "<img src=\"picture.png\" width=\"${size%x*}\" height=\"${size#*x}\"> 100%" \
	graph --imginfo '<img src="%s" width="%lu" height="%lu"> 100%%'
says "an imginfo that is none is told" 'option --imginfo: expected one %s' graph -f '%s %d'
says "a step that is none is told" 'option --step: expected a number of seconds' graph -S 0
gives "what has no meaning here is a warning" 0 "WARNING: option --slope-mode: has no meaning: dots have no slope
$size" graph -E
size=$(graph -e $year)
says "a grid of time that is none names the part" 'option --x-grid: MTM: expected SECOND, MINUTE' graph -x HOUR:1:HOURS:1:HOUR:1:0:%H
gives "lines that would be a grey area are told" 0 "WARNING: option --x-grid: too close to be told apart at this width and left out: GTM:GST
$size" graph -e $year -x SECOND:1:MONTH:1:MONTH:1:0:%b
says "labels that are no text are refused" 'option --x-grid: LFM: expected a text in UTF-8' \
	graph -x "HOUR:1:HOUR:1:HOUR:1:0:$(printf '\377')"
says "a format of weeks that is no text is refused" 'option --week-fmt: expected a text in UTF-8' graph --week-fmt "$(printf '\377')"
says "networks that are none are told" 'option --source: expected addresses or networks' graph --source 192.0.2.300
says "a selection needs sightings" 'no sightings here: |built without SQLite' graph --destination 192.0.2.0/24
says "days that are no number are told" 'option --days: expected a number of days from 1 to 366' graph --days 0
says "days and a start contradict each other" 'option --days: expected no --start' graph --days 7

days() {
	"$fireplot" graph "$picture" -w 400 "$@"
}
says "days that would be too low are told" 'option --height: expected at least 112 pixels' days --days 7 -h 111
says "a date below several days is refused" 'LFM: expected a time of day and no date' days --days 2 -x HOUR:1:HOUR:1:HOUR:1:0:%A
says "a month that is none is told" 'option --month: expected a month as 2026-11' days --month 2026-13
check "a month is drawn" "$(days --month this | grep -vE '^[0-9]+x[0-9]+$')"
check "days are drawn" "$(days --days 3 -a SVG | grep -vE '^[0-9]+x[0-9]+$')"
days --days 3 -x none -a JSON >/dev/null
check "no grid is no label of hours" "$(grep '00:00"' "$picture")"
says "what is missed here is an error with the way out" 'option --upper-limit: .*--ports' graph -u 100
says "what rrdtool draws is left to it" '"DEF:a=x.rrd:a:AVERAGE" is for rrdtool graph' graph DEF:a=x.rrd:a:AVERAGE
graph -S 10 -a JSON >/dev/null
grep '"mark"' "$picture" >"$dir/fine"
graph -S 60 -a JSON >/dev/null
check "a step reads rows of that length" "$(grep '"mark"' "$picture" | diff - "$dir/fine" >/dev/null && echo "the same marks")"

# ---- graph: some ports, some series ----
says "a service that is none is named" 'option --ports: .*no such service is known here: "no-such"' graph --ports 22,no-such
says "a series without a place in the picture is named" 'option --series: expected tcp4 .* icmp6, not "other4"' graph --series other4
graph -a JSON --ports 22 >/dev/null
check "a zoom says what is in view" "$(grep -q '"in view:"' "$picture" || cat "$picture")"
check "and labels it" "$(grep -q '"22"' "$picture" || cat "$picture")"
graph -a JSON --series udp4 >/dev/null
check "one series is alone in the legend" "$(grep -c '"text": "[TUI][A-Z]*P/IPv[46] ' "$picture" | grep -vx 1)"
cp "$dir/archive/tcp4/64-127.rrd" "$dir/64-127.rrd"
echo RRD >"$dir/archive/tcp4/64-127.rrd"
says "a file with ports in view is needed" 'tcp4/64-127\.rrd' graph
check "a file without is not read" "$(graph --ports 22 2>&1 | grep -vE '^[0-9]+x[0-9]+$')"
check "nor one of another series" "$(graph --series udp4,tcp6 2>&1 | grep -vE '^[0-9]+x[0-9]+$')"
cp "$dir/64-127.rrd" "$dir/archive/tcp4/64-127.rrd"

# An /etc/services of our own, where mounts are allowed.
printf 'evil\001\033"<&> 22/tcp\nsecond 22/udp\nonly-udp 53/udp\nmuch-longer-than-any-name-may-be 30/tcp\nhigh 99999/tcp\n' >"$dir/services"
with_services() {
	# shellcheck disable=SC2016
	unshare --map-root-user --mount sh -c 'mount --bind "$1" /etc/services && shift && exec "$@"' sh "$dir/services" "$@"
}
if with_services true 2>/dev/null; then
	with_services "$fireplot" graph "$picture" -s $start -e $((start + 40)) -h 400 -a JSON --services --ports 20-60 >/dev/null
	for label in '"22 evil\\\\x01\\\\x1b\\"<&>"' '"53 only-udp"' '"30 much-longer-than-an"'; do
		check "services are named as $label" "$(grep -q "$label" "$picture" || grep '"text"' "$picture")"
	done
	graph -h 400 -a JSON --ports 20-60 >/dev/null
	check "without the option ports are numbers" "$(grep -E '"22 |"53 ' "$picture")"
	check "ports may be named so" "$(with_services "$fireplot" graph "$picture" -s $start -e $((start + 40)) -w 400 -h 100 -a JSON \
		--ports only-udp-60 >/dev/null && grep -q '"53"' "$picture" || echo "no label 53")"
fi

mv "$dir/archive/tcp4/0-63.rrd" "$dir/0-63.rrd"
echo 'no RRD' >"$dir/archive/tcp4/0-63.rrd"
says "a file that can't be read is an error" 'tcp4/0-63.rrd' graph
graph -Z >"$dir/size" 2>"$dir/stderr"
check "or left out, with a warning" "$(grep -qE '^WARNING: .*left out; .*tcp4/0-63.rrd' "$dir/stderr" || cat "$dir/stderr" "$dir/size")"
graph -Z -a JSON >/dev/null 2>&1
check "and the legend says so" "$(grep -qE '"not in the picture: [0-9]+ files? that can.t be read"' "$picture" || tail -n 5 "$picture")"
mv "$dir/0-63.rrd" "$dir/archive/tcp4/0-63.rrd"

# ---- damage ----
cp "$dir/archive/totals.rrd" "$dir/totals.rrd"
head -c 1000 "$dir/totals.rrd" >"$dir/archive/totals.rrd"
says "a damaged archive is named" "totals.rrd: damaged" "$fireplot" fetch
says "for info too" "totals.rrd: damaged" "$fireplot" info
says "and for create" "totals.rrd: damaged" make_archive
cp "$dir/totals.rrd" "$dir/archive/totals.rrd"
echo 'no ring' >"$dir/archive/slots.ring"
check "a damaged ring is a warning, and the files are read" "$("$fireplot" fetch --ports 0-63 -s $start -e $((start + 10)) 2>&1 |
	head -n 2 | tr '\n' ' ' | grep -vE "^WARNING: .*slots.ring.* $((start + 10)): tcp4 22 3 $")"
finish
