#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What fireplot exports for Prometheus: promtool takes it, the counters only grow and count each packet once, and the rules made
# for them say what they should.
# shellcheck disable=SC2119 # lib.sh has functions with words and without
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"

export=$dir/fireplot.prom
export_prometheus() {
	"$fireplot" export prometheus -o "$export" 2>&1
}
# value NAME [LABELS]: of the sample with these labels behind the archive.
value() {
	awk -v key="$1{archive=\"$dir/archive\"${2:+,$2}}" 'index($0, key " ") == 1 { print $NF }' "$export"
}
packets() {
	value fireplot_packets_total "series=\"$1\",class=\"$2\""
}
# refused WHAT PATTERN [COMMAND...]: an error that matches, and the file as it was.
refused() {
	what=$1 pattern=$2
	shift 2
	cp "$export" "$dir/before"
	output=$("$@" 2>&1)
	status=$?
	check "$what" "$([ $status -eq 1 ] && printf '%s\n' "$output" | grep -q "^ERROR: .*$pattern" || printf 'status %s: %s\n' $status "$output"
		cmp "$export" "$dir/before")"
}
promtool_takes() {
	if command -v promtool >/dev/null; then
		check "promtool has nothing to say of $1" "$(promtool check metrics <"$2" 2>&1 || echo "status $?")"
	else
		skip "promtool has nothing to say of $1" "no promtool here"
	fi
}

# ---- before anything was counted ----
make_archive
same "an empty archive is exported" "$(export_prometheus)" ""
same "it was never written" "$(value fireplot_last_update_timestamp_seconds)" 0
same "how many sources there were is unknown" "$(value fireplot_sources)" NaN

# ---- counting ----
watch tcp3389 udp5060
step 10 'tcp4_probe=7 udp6_probe=1'
update watch.rrd 10 tcp3389=4
export_prometheus
same "counting begins with the first export that finds a step" "$(packets tcp4 probe)" 0
same "it says up to where it counts" "$(value fireplot_last_update_timestamp_seconds)" $((start + 10))

step 20 'tcp4_probe=3 tcp4_backscatter=5 tcp6_late=2 lost=9 malformed=1 short=2 not_ip=3 ignored=4 sources=6'
update watch.rrd 20 'tcp3389=1 udp5060=2'
export_prometheus
for sample in 'tcp4 probe 3' 'tcp4 backscatter 5' 'tcp6 late 2' 'udp6 probe 0' 'other6 probe 0'; do
	# shellcheck disable=SC2086
	set -- $sample
	same "$1 $2 counts the new step" "$(packets "$1" "$2")" "$3"
done
for reason in lost:9 malformed:1 short:2 not_ip:3 ignored:4; do
	same "${reason%:*} packets are told" "$(value fireplot_uncounted_packets_total "reason=\"${reason%:*}\"")" "${reason#*:}"
done
same "a watched port counts" "$(value fireplot_watched_packets_total 'protocol="tcp",port="3389"')" 1
same "so does another" "$(value fireplot_watched_packets_total 'protocol="udp",port="5060"')" 2
same "the sources are those of the newest step" "$(value fireplot_sources)" 6
same "the time that was listened in" "$(value fireplot_listened_seconds_total)" 10
promtool_takes "an export" "$export"
"$fireplot" export prometheus >"$dir/stdout"
check "without a file there are no counters, and it says why" "$(grep -q '^# No counters:' "$dir/stdout" || cat "$dir/stdout"
	grep _total "$dir/stdout")"
promtool_takes "an export without counters" "$dir/stdout"
"$fireplot" export prometheus -o /dev/stdout | grep -v '^#' >"$dir/device"
check "a device keeps nothing, so it is like standard output" "$(grep -v '^#' "$dir/stdout" | diff "$dir/device" -)"

cp "$export" "$dir/before"
export_prometheus
check "without a new step nothing changes" "$(diff "$dir/before" "$export")"

# ---- a gap, a cut, a pause ----
update totals.rrd 50 'U=U known=0'
step 60 tcp4_probe=1
update totals.rrd 64 'tcp4_probe=2 known=1' # a clean end
export_prometheus
same "a gap has a length" "$(value fireplot_unknown_seconds_total)" 30
same "a step that is not complete has to wait" "$(packets tcp4 probe)" 4
step 70 tcp4_probe=4
export_prometheus
same "and counts as a whole" "$(packets tcp4 probe)" 10

at=80
while [ $at -le 1200 ]; do
	echo "$((start + at)):1:1"
	at=$((at + 10))
done | xargs rrdtool update "$dir/archive/totals.rrd" -t other4_probe:known
export_prometheus
same "longer than the finest rows are kept: counts go on from the next row" "$(packets other4 probe)" 108
same "up to the newest step" "$(value fireplot_last_update_timestamp_seconds)" $((start + 1200))
same "as fireplot fetch has them" "$(fetched other4 120 1200)" 108
at=1210
while [ $at -le 86400 ]; do
	echo "$((start + at)):1:1"
	at=$((at + 10))
done | xargs -n 2000 rrdtool update "$dir/archive/totals.rrd" -t other4_probe:known
export_prometheus
same "a day on, of which only coarse rows are left" "$(packets other4 probe)" $((108 + $(fetched other4 1200 86400)))
same "what fell off the end of the archive stays counted" "$(packets tcp4 probe)" 10
promtool_takes "it" "$export"
cp "$export" "$dir/right"

# ---- wrong ----
refused "a format is needed" 'expected a format: prometheus' "$fireplot" export
refused "one that there is" 'unknown format "influx", expected prometheus' "$fireplot" export influx
refused "and one only" 'unexpected argument "prometheus"' "$fireplot" export prometheus prometheus
refused "no archive" 'no archive here' "$fireplot" export prometheus --archive "$dir/none" -o "$export"
echo 'node_load1 0.2' >"$export"
refused "a file of somebody else is left alone" "$export: is no export of the archive $dir/archive; remove it" \
	"$fireplot" export prometheus -o "$export"
sed 's/\/archive"/\/other"/' "$dir/right" >"$export"
refused "so is an export of another archive" 'is no export of the archive' "$fireplot" export prometheus -o "$export"
sed '/"tcp4",class="probe"/s/ [0-9]*$/ many/' "$dir/right" >"$export"
refused "a counter that is no number is named" 'fireplot_packets_total,series="tcp4",class="probe" has no number' \
	"$fireplot" export prometheus -o "$export"
refused "a directory that is not there" "$dir/none/x" "$fireplot" export prometheus -o "$dir/none/x"
: >"$export"
same "an empty file is a beginning" "$(export_prometheus)" ""
same "at 0" "$(packets tcp4 probe)" 0
sed "s/^\(fireplot_last_update.*\) .*/\1 $((start + 90000))/" "$export" >"$dir/ahead" && mv "$dir/ahead" "$export"
check "counters ahead of the archive are told" "$(export_prometheus | grep -q 'WARNING: .*ahead of the archive' || echo "not told")"
same "and stand still" "$(value fireplot_last_update_timestamp_seconds)" $((start + 90000))

# ---- a name that needs care ----
odd="$dir/a \"b\\\\c
d"
mv "$dir/archive" "$odd"
"$fireplot" export prometheus --archive "$odd" -o "$dir/odd.prom"
"$fireplot" export prometheus --archive "$odd" -o "$dir/odd.prom"
check "a path with quotes, backslashes and a newline is a label" "$(grep -qF 'archive="'"$dir"'/a \"b\\\\c\nd"' "$dir/odd.prom" ||
	head -n 5 "$dir/odd.prom")"
promtool_takes "such a label" "$dir/odd.prom"

# ---- the rules ----
rules=$top_srcdir/contrib/dashboards/prometheus-rules.yml
if command -v promtool >/dev/null; then
	check "promtool takes the rules" "$(promtool check rules "$rules" 2>&1 >/dev/null)"
	sed "s|prometheus-rules.yml|$rules|" "$top_srcdir/tests/dashboards/rules.yml" >"$dir/rules.yml"
	check "the rules fire when they should, and else not" "$(promtool test rules "$dir/rules.yml" >"$dir/rules.out" 2>&1 ||
		cat "$dir/rules.out")"
else
	skip "promtool takes the rules, which fire when they should" "no promtool here"
fi
finish
