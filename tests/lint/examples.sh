#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples of README.md and the man pages run, on a small archive with 7 packets to TCP port 22; those that count, count 7.
# Those that go through an rrdcached find a copy of it behind one, those that import a month of logs that was made up.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$top_builddir/fireplot" ] || skip_all "fireplot is not built"
command -v rrdtool >/dev/null || skip_all "no rrdtool here"

dir=$(mktemp -d) || exit 1
cached=
trap '[ -z "$cached" ] || kill "$cached"; rm -rf "$dir"' EXIT
PATH=$top_builddir:$PATH
FIREPLOT_ARCHIVE=$dir/archive
write=$top_builddir/tests/unit/archive/sightings_write
ASAN_OPTIONS=detect_leaks=0 # fontconfig keeps its tables to the end, by design
export PATH FIREPLOT_ARCHIVE ASAN_OPTIONS

# One file an example: the literal displays of a man page, the indented lines of a text, with the name of the page.
examples_of_page() {
	awk -v out="$dir/$(basename "$1")" '
		/^\.Bd -literal/ { file = sprintf("%s.%02d", out, ++n); next }
		/^\.Ed/ { file = "" }
		/^\.Dl / { sub(/^\.Dl /, ""); gsub(/\\e/, "\\"); print > sprintf("%s.%02d", out, ++n); next }
		file { gsub(/\\e/, "\\"); print > file }' "$1"
}
examples_of_text() {
	awk -v out="$dir/$(basename "$1")" '
		/^    [^ ]/ && !more { file = sprintf("%s.%02d", out, ++n) }
		/^    / { sub(/^    /, ""); print > file; more = /\\$/ }' "$1"
}

fill_archive() {
	fireplot create --archive "$FIREPLOT_ARCHIVE" --profile small >/dev/null || return 1
	start=$(rrdtool last "$FIREPLOT_ARCHIVE/totals.rrd") || return 1
	for row in 1:3 2:0 3:4; do
		at=$((start + 60 * ${row%:*}))
		rrdtool update "$FIREPLOT_ARCHIVE/tcp4/0-63.rrd" -t p22 "$at:${row#*:}" || return 1
		rrdtool update "$FIREPLOT_ARCHIVE/totals.rrd" -t tcp4_probe:lost:known "$at:${row#*:}:0:1" || return 1
	done
	# Then nobody listens, so that a row of two hours is known in part.
	rrdtool update "$FIREPLOT_ARCHIVE/tcp4/0-63.rrd" -t p22 "$((start + 7200)):U" &&
		rrdtool update "$FIREPLOT_ARCHIVE/totals.rrd" -t known "$((start + 7200)):0" || return 1
	[ ! -x "$write" ] || echo "$((start + 60)) tcp4 probe 198.51.100.7 192.0.2.1 22 2 7 input" | "$write" "$FIREPLOT_ARCHIVE/sightings.db" 1048576
}

check "an archive can be made and filled" "$(fill_archive 2>&1 || echo failed)"
end=$(($(rrdtool last "$FIREPLOT_ARCHIVE/totals.rrd") - 3600))
for page in "$top_srcdir"/doc/*.[1-8]; do examples_of_page "$page"; done
examples_of_text "$top_srcdir/README.md"

if command -v rrdcached >/dev/null; then
	cp -r "$FIREPLOT_ARCHIVE" "$dir/sensor1" && mv "$dir/sensor1" "$FIREPLOT_ARCHIVE/sensor1"
	rrdcached -g -p "$dir/pid" -b "$FIREPLOT_ARCHIVE" -B -R -o "$dir/log" -l "unix:$dir/socket" >"$dir/said" 2>&1 &
	cached=$!
	# It listens before it answers, and no sooner.
	until [ -S "$dir/socket" ] || ! kill -0 "$cached" 2>/dev/null; do sleep 0.05; done
fi

# Logs, and what stands for programs that print some, as this machine may have neither the programs nor the right to its own logs.
lend_logs() {
	mkdir "$dir/bin" "$dir/logs" || return 1
	# Stamps without a year, of 2005.
	awk -f "$top_srcdir/doc/sample/month.awk" | sed -n 's/^2024-03-01T\(..:..:..\)+00:00/Mar  1 \1/p' >"$dir/logs/kern.log"
	TZ=UTC touch -t 200503020000 "$dir/logs/kern.log" && cp -p "$dir/logs/kern.log" "$FIREPLOT_ARCHIVE" || return 1
	gzip -c "$dir/logs/kern.log" >"$dir/logs/ufw.log.2.gz" && TZ=UTC touch -t 200503020000 "$dir/logs/ufw.log.2.gz" || return 1
	cp -p "$dir/logs/kern.log" "$dir/logs/ufw.log"
	cat >"$dir/bin/journalctl" <<-'EOF'
		#!/bin/sh
		awk 'NR <= 9 { sub(/.*kernel: /, ""); printf "{\"__REALTIME_TIMESTAMP\":\"111000000%d000000\",\"MESSAGE\":\"%s\"}\n", NR, $0 }' "$(dirname "$0")/../logs/kern.log"
	EOF
	# The head of a capture, and a SYN to port 22.
	cat >"$dir/bin/tcpdump" <<-'EOF'
		#!/bin/sh
		printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\145\0\0\0'
		printf '\0\0\0\100\0\0\0\0\50\0\0\0\50\0\0\0\105\0\0\50\0\0\0\0\100\6\0\0\300\0\2\7\306\63\144\1'
		printf '\4\322\0\26\0\0\0\0\0\0\0\0\120\2\0\0\0\0\0\0'
	EOF
	chmod 755 "$dir/bin/journalctl" "$dir/bin/tcpdump"
}

# lacks FILE: what this fireplot was built without and the example needs, or the archive that is not there for such a reason.
lacks() {
	for need in 'HAVE_PCAP:import:tcpdump:libpcap' 'HAVE_JANSSON:import:-o json:jansson' \
		'HAVE_SQLITE3:graph:--source:SQLite'; do
		about=${need#*:*:} command=${need#*:}
		grep -q -e "fireplot ${command%%:*}" "$1" && grep -q -e "${about%:*}" "$1" &&
			! grep -q -e "-D${need%%:*}" "$top_builddir/Makefile" && echo "fireplot was built without ${about#*:}" && return
	done
	for missing in $missing_archives; do
		grep -qE -e "--archive $missing( |\$)" "$1" && echo "there is no archive $missing" && return
	done
}
missing_archives=

check "logs can be lent" "$(lend_logs 2>&1 || echo failed)"
PATH=$dir/bin:$PATH

# The archive that was filled stands for the usual one, and its end for now: the test is not to depend on the clock. Archives that are
# made are small.
run() {
	sed -E "s|/var/lib/fireplot|$FIREPLOT_ARCHIVE|g; s|/tmp/|$dir/|g; s|/var/log/|$dir/logs/|g; s|doc/sample/|$top_srcdir/&|
		s/fireplot import/& --exact-ports 64 --bins-per-octave 1/; s/ -e now//; s/-s end-/-e $end -s end-/
		s#(-d|--daemon) (192\.0\.2\.10|central)#\1 unix:$dir/socket#" "$1" >"$1.sh"
	(cd "$FIREPLOT_ARCHIVE" && sh -e "$1.sh") 2>&1
}

counting=0
for file in "$dir"/*.[0-9][0-9]; do
	name=$(basename "$file")
	grep -qE '^(fireplot|rrdtool|.*\| *fireplot|[A-Z]+=[^ ]* fireplot|[[:blank:]]+fireplot) ' "$file" || continue
	! grep -qE '\b(systemctl|sudo|apt-get)\b' "$file" || continue
	if [ -z "$cached" ] && grep -qE -e ' (-d|--daemon) ' "$file"; then
		skip "$name: $(tr '\n' ' ' <"$file")" "no rrdcached here"
		continue
	fi
	if [ ! -f "$FIREPLOT_ARCHIVE/sightings.db" ] && grep -qE '^fireplot (top|who) ' "$file"; then
		skip "$name: $(tr '\n' ' ' <"$file")" "sightings_write is not built"
		continue
	fi
	lacking=$(lacks "$file")
	if [ -n "$lacking" ]; then
		missing_archives="$missing_archives $(sed -n 's/.*import.* --archive \([a-z]*\).*/\1/p' "$file")"
		skip "$name: $(tr '\n' ' ' <"$file")" "$lacking"
		continue
	fi
	output=$(run "$file")
	status=$?
	check "$name: $(tr -s '\\\n\t ' ' ' <"$file" | cut -c 1-100)" "$([ "$status" -eq 0 ] || printf 'status %s\n%s\n' "$status" "$output")"
	# What it counted, whatever the form.
	case $(tr -d '\n' <"$file") in
	*exact,TOTAL*) packets=$(printf '%s\n' "$output" | tail -n 1) ;;
	*STEPWIDTH*) packets=$(printf '%s\n' "$output" | grep -oE '[0-9.]+e[-+][0-9]+' | awk '{ n += $1 } END { print n }') ;;
	*"--ports 22") packets=$(printf '%s\n' "$output" | awk '$3 == "22" { n += $4 } END { print n }') ;;
	*) continue ;;
	esac
	counting=$((counting + 1))
	check "$name counts the 7 packets" "$([ "$packets" = 7 ] || printf 'counted "%s" in:\n%s\n' "$packets" "$output")"
done
check "there are examples that count" "$([ "$counting" -ge 3 ] || echo "$counting found")"
finish
