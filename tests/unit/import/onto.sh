#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot import --onto: an archive that is there and files beside it make the archive that all files in one go make.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"
"$fireplot" import --help >/dev/null 2>&1 || skip_all "built without import"
command -v rrdtool >/dev/null || skip_all "no rrdtool here"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
TZ=UTC
export TZ
start=1710655200 # 2024-03-17 06:00:00, where rows of all levels begin
hour=3600
day=86400
retention='10s:2h 1m:1d 10m:20d'
layout='--exact-ports 64 --bins-per-octave 1'
cd "$dir" || exit 1

# packets SEED START END: lines of CSV from the one second to the last before the other, both of which have a packet. Of each step
# one source, so that nothing depends on how sources are hashed.
packets() {
	awk -v seed="$1" -v at="$2" -v end="$3" -v start=$start 'BEGIN {
		srand(seed)
		print "time,source,destination,protocol,port,type,flags"
		for (; at < end - 1; at += 1 + int(rand() * 60))
			packet(at)
		packet(end - 1)
	}
	function packet(at,    v6, kind, host) {
		v6 = int((start + at) / 10) % 3 == 0
		kind = int(rand() * 4)
		host = 1 + int((start + at) / 10) % 250
		printf "%d,%s,%s,", start + at, (v6 ? "2001:db8::" : "192.0.2.") host, v6 ? "2001:db8:1::1" : "198.51.100.1"
		if (kind == 0)
			printf "%s,,%d,\n", v6 ? "icmpv6" : "icmp", int(rand() * 200)
		else
			printf "%s,%d,,%s\n", kind == 1 ? "udp" : "tcp", 2 ^ (16 * rand()) - 1, kind == 1 ? "" : kind == 2 ? "S" : "SA"
	}'
}

# once ARCHIVE ARGUMENTS...: from files alone
once() {
	archive=$1
	shift
	rm -rf "$archive"
	# shellcheck disable=SC2086
	"$fireplot" import --archive "$archive" $layout "$@" >"$dir/once" 2>&1 || cat "$dir/once"
}

# onto ARCHIVE ARGUMENTS...: from these and the former one
former=former
onto() {
	archive=$1
	shift
	rm -rf "$archive"
	"$fireplot" import --archive "$archive" --onto $former "$@" >"$dir/stdout" 2>"$dir/stderr" || {
		echo "status $?"
		cat "$dir/stderr"
	}
}

# rows ARCHIVE FILE: "ROW END VALUES..." of each row of each level
rows() {
	rrdtool dump "$1/$2" | awk -F '[<>]' '
		/<pdp_per_row>/ { row = 10 * $3 }
		/<row>/ {
			sub(/<!-- .* \/ /, "")
			gsub(/ -->|<[^>]*>/, " ")
			print row, $0
		}'
}

# differing FILE FILE: the first lines that differ by more than rounding
differing() {
	[ -s "$1" ] || echo "nothing in $1"
	paste -d ' ' "$1" "$2" | awk '{
		differs = NF % 2
		for (i = 1; i <= NF / 2 && !differs; i++)
			differs = $i != $(i + NF / 2) && !(($i - $(i + NF / 2)) ^ 2 <= (1e-6 * $i) ^ 2 && $i !~ /[Nn]a[Nn]/)
		if (differs && shown++ < 3)
			print
	}'
}

# like ARCHIVE ARCHIVE: nothing if all rows of all files are the same
like() {
	(cd "$1" && find . -name '*.rrd' | sort) >files
	[ "$(cat files)" = "$(cd "$2" && find . -name '*.rrd' | sort)" ] || echo "not the same files"
	while read -r file; do
		rows "$1" "$file" >left
		rows "$2" "$file" >right
		difference=$(differing left right)
		[ -z "$difference" ] || printf '%s\n%s\n' "$file" "$difference"
	done <files
}

# fetched ARCHIVE RESOLUTION START END [OPTIONS...]
fetched() {
	archive=$1 resolution=$2 from=$((start + $3)) until=$((start + $4))
	shift 4
	"$fireplot" fetch --archive "$archive" -r "$resolution" -s $from -e $until --csv "$@" 2>fetch.stderr
}

# fetch_alike ARCHIVE ARCHIVE END: by fetch, each level as far as it reaches and all as one
fetch_alike() {
	for level in 10s:$((2 * hour)) 1m:$day 10m:$((20 * day)) 10s:$((20 * day)); do
		fetched "$1" "${level%:*}" $(($3 - ${level#*:})) "$3" >left
		fetched "$2" "${level%:*}" $(($3 - ${level#*:})) "$3" >right
		[ "$(wc -l <left)" -gt 1 ] || echo "nothing in rows of ${level%:*}"
		cmp left right || diff left right | head -n 5
	done 2>&1
}

who_alike() {
	for archive in "$1" "$2"; do
		"$fireplot" who --archive "$archive" -s $((start - 10 * day)) -e $((start + 10 * day)) --csv 2>who.stderr | sort >"who.$archive"
	done
	[ "$(wc -l <"who.$1")" -gt 1 ] || echo "no sightings"
	diff "who.$1" "who.$2" | head -n 5
}

# same WANTED GOT: nothing if so
same() {
	[ "$1" = "$2" ] || echo "wanted $1, got $2"
}

fingerprint() {
	find "$1" -name '*.rrd' -exec sha256sum {} + | sort
}

# left_out N: nothing if the summary tells that so many were
left_out() {
	grep -qx "packets of time that $former knows, left out: $1" stdout || cat stdout
}

# refused PATTERN ARGUMENTS...: fails with one line that says so, and leaves nothing
refused() {
	pattern=$1
	shift
	"$fireplot" import --archive new "$@" >stdout 2>stderr
	status=$?
	[ $status -eq 1 ] || echo "status $status"
	grep -q "^ERROR: .*$pattern" stderr || cat stderr
	[ "$(wc -l <stderr)" -eq 1 ] || cat stderr
	[ ! -e new ] || echo "left: $(ls -A new)"
	rm -rf new
}

"$fireplot" import --help | grep -q -e --onto || skip_all "import has no --onto"

# The former archive: its first hours are left in rows of 10 minutes alone, the first half of its last ones in minutes.
early=$((3 * hour)) late=$((3 * day)) end=$((3 * day + 4 * hour))
packets 1 0 $early >early.csv
packets 2 $late $end >late.csv
packets 3 $((-3 * day + 7)) $((-3 * day + hour)) >before.csv
packets 4 $((-hour)) 0 >near.csv
packets 5 $((day + 6 * hour + 123)) $((day + 7 * hour + 45)) >gap.csv
packets 6 $end $((end + hour)) >after.csv
packets 7 $((end + 26 * hour)) $((end + 27 * hour)) >far.csv
lost=$(once former --retention "$retention" early.csv late.csv)
check "an archive of two files is there" "$lost"
before=$(fingerprint former)

# ---- beside its time ----
check "what came after goes on where it ended" "$(once all --retention "$retention" early.csv late.csv after.csv; onto both after.csv
	like all both)"
check "and so says fetch, at each resolution" "$(fetch_alike all both $((end + hour)))"
check "who has the sightings of both" "$([ ! -e all/sightings.db ] || who_alike all both)"
check "the summary counts no packet as left out" "$(grep 'left out' stdout)"
check "what came before, up to its first step" "$(once all --retention "$retention" early.csv late.csv near.csv; onto both near.csv
	like all both)$(fetch_alike all both $end)"
check "what lies in a gap of it" "$(once all --retention "$retention" early.csv late.csv gap.csv; onto both gap.csv
	like all both)$(fetch_alike all both $end)"
check "time that neither knows is unknown" "$(once all --retention "$retention" early.csv late.csv before.csv far.csv
	onto both far.csv before.csv; like all both)$(fetch_alike all both $((end + 27 * hour)))"
check "all of these at once" "$(once all --retention "$retention" early.csv late.csv before.csv near.csv gap.csv after.csv far.csv
	onto both before.csv near.csv gap.csv after.csv far.csv
	like all both)$(fetch_alike all both $((end + 27 * hour)))"
check "with their sightings" "$([ ! -e all/sightings.db ] || who_alike all both)"
check "the former archive is as it was" "$([ "$before" = "$(fingerprint former)" ] || echo "it is changed")"

packets 10 $late $((end + 1234)) >odd.csv
former=odd
check "where its levels meet within rows, nothing moves" "$(once odd --retention "$retention" early.csv odd.csv
	once all --retention "$retention" early.csv odd.csv near.csv; onto both near.csv; like all both
	once all --retention "$retention" early.csv odd.csv gap.csv far.csv; onto both gap.csv far.csv; like all both)"
former=former

# ---- over its time ----
packets 8 $hour $((hour + 600)) >over.csv
over=$(grep -c ^1 over.csv)
check "what the archive knows is not counted again" "$(once all --retention "$retention" early.csv late.csv after.csv
	onto both over.csv after.csv; like all both)"
check "the summary tells how many packets that were" "$(left_out "$over")"
check "nor are they sightings" "$([ ! -e all/sightings.db ] || who_alike all both)"
check "files that it was made of give it again" "$(once all --retention "$retention" early.csv late.csv
	onto both early.csv late.csv; like all both)$(left_out "$(cat early.csv late.csv | grep -c ^1)")"
packets 9 $((end - 600)) $((end + hour)) >across.csv
awk -F , -v end=$((start + end)) 'NR == 1 || $1 >= end' across.csv >beyond.csv
check "of a file that goes on behind it, the rest counts" "$(once all --retention "$retention" early.csv late.csv beyond.csv
	onto both across.csv; like all both)$(left_out "$(awk -F , -v end=$((start + end)) 'NR > 1 && $1 < end' across.csv | wc -l)")"

# Nothing came in the gap, if a file says so.
printf 'time,source,protocol,port\n%s,192.0.2.1,tcp,22\n%s,192.0.2.1,tcp,22\n' $((start - hour)) $((start + end + 60)) >reach.csv
check "a file that reaches over a gap of it makes that known" "$(onto both reach.csv
	rrdtool fetch both/totals.rrd AVERAGE -r 600 -s "$start" -e $((start + end - 600)) | grep -i nan | head -n 3)"

# none_lost AT: of an archive that begins within a row of 10 minutes, and of a file up to there
none_lost() {
	packets 11 "$1" $hour >odd.csv
	packets 12 -1000 "$1" >touching.csv
	once odd --retention "$retention" --count probe,backscatter,late odd.csv late.csv
	onto both --count probe,backscatter,late touching.csv
	told=$(sed -n 's/^packets of time.*left out: //p' stdout)
	same "$(($(cat odd.csv late.csv touching.csv | grep -c ^1) - ${told:-0}))" \
		"$(fetched both 10m $((-hour)) $end | awk -F , '{ n += $6 } END { print n }')"
}

former=odd
check "of a row that ends with the archive's time, the file's part counts too" "$(none_lost 120; grep 'left out' stdout)"
check "and of one of which it knows but a little" "$(none_lost 420; grep 'left out' stdout)"
packets 11 120 $((hour - 130)) >odd.csv
packets 12 -1000 120 >touching.csv
packets 13 $((hour - 130)) $((hour + 300)) >going.csv
check "at both ends, as from all files in one go" "$(once odd --retention "$retention" odd.csv late.csv
	once all --retention "$retention" odd.csv late.csv touching.csv going.csv; onto both touching.csv going.csv
	like all both; grep 'left out' stdout)"
packets 12 -1000 127 >touching.csv
check "a step that both have is the archive's" "$(onto both touching.csv
	left_out "$(awk -F , -v from=$((start + 120)) 'NR > 1 && $1 >= from' touching.csv | wc -l)")"
former=former

# ---- retention ----
shorter='10s:1h 10m:10d'
check "another retention is that of all rows" "$(once all --retention "$shorter" early.csv late.csv after.csv
	onto both --retention "$shorter" after.csv; like all both)"
longer='10s:5d 10m:20d'
check "a finer one, too, where the archive is as fine" "$(once all --retention "$longer" early.csv late.csv after.csv
	onto both --retention "$longer" after.csv
	for archive in all both; do
		rows $archive totals.rrd | awk '$1 == 600' >$archive.coarse
		fetched $archive 10s $((end - 2 * hour)) $((end + hour)) >$archive.fine
	done
	differing all.coarse both.coarse; cmp all.fine both.fine 2>&1)"
check "elsewhere the packets lie at the front of their row" "$(fetched both 10s 0 $early |
	awk -F , -v start=$start 'NR > 1 && ($1 - start) % 600 != 0 && shown++ < 3')$(
	[ "$(fetched both 10s 0 $early | wc -l)" -gt 18 ] || echo "there are none")"
check "--fit finds the one that all files have" "$(once all --fit early.csv late.csv before.csv far.csv
	onto both --fit before.csv far.csv; like all both)"

# ---- watched ports ----
# probes FILES...: "END PACKETS" of each row of 10 minutes with probes to tcp port 1, or of STEP seconds
probes() {
	cat "$@" | awk -F , -v step="${step:-600}" '$4 == "tcp" && $5 == 1 && $7 == "S" { n[$1 - $1 % step + step]++ }
		END { for (at in n) print at, n[at] }' | sort
}

# watched ARCHIVE: the same as the archive tells it
watched() {
	fetched "$1" 10m $((-hour)) $((end + hour)) --watch | awk -F , '$3 == "tcp1" && $6 > 0 { print $2, $6 }'
}

# watch FILES...: a watch.rrd for the former archive
watch() {
	rrdtool create watched/watch.rrd --start $start --step 10 DS:tcp1:ABSOLUTE:20:0:U \
		RRA:AVERAGE:0.99999:1:720 RRA:AVERAGE:0.99999:6:1440 RRA:AVERAGE:0.99999:60:2880
	step=10 probes "$@" >steps
	awk -v start=$start -v early=$early -v late=$late -v end=$end '
		{ n[$1] = $2 }
		END {
			for (at = 10; at <= end; at += 10)
				if (at <= early || at > late)
					print start + at ":" n[start + at] + 0
				else if (at == late)
					print start + at ":U"
		}' steps | xargs -n 500 rrdtool update watched/watch.rrd
}

cp -R former watched
check "an archive that watched a port is there" "$(watch early.csv late.csv 2>&1
	watched watched >got
	probes early.csv late.csv | diff - got)"
check "--watch counts of files what step by step librrd makes of it" "$(once all --retention "$retention" --watch tcp/1 early.csv late.csv
	rows watched watch.rrd >left
	rows all watch.rrd >right
	differing left right)"
former=watched
check "it is watched on, in packets of the files too" "$(onto both gap.csv after.csv
	watched both >got
	probes early.csv late.csv gap.csv after.csv | diff - got)"
check "and what is known of it is not counted again" "$(onto both over.csv late.csv after.csv
	watched both >got
	probes early.csv late.csv after.csv | diff - got)"

# unwatched UNTIL: of rows of DS 1 that end up to then, those that are known; and all rows of the file to "right"
unwatched() {
	rows both watch.rrd >right
	awk -v until=$((start + $1)) '$2 <= until && tolower($3) != "nan" && shown++ < 3' right
}

# since FROM END FILES...: rows of a watch.rrd of which that is watched from then on, to "left"
since() {
	from=$1 until=$2
	shift 2
	rm -f since.rrd
	rrdtool create since.rrd --start $start --step 10 DS:tcp1:ABSOLUTE:20:0:U \
		RRA:AVERAGE:0.99999:1:720 RRA:AVERAGE:0.99999:6:1440 RRA:AVERAGE:0.99999:60:2880
	step=10 probes "$@" | awk -v start=$start -v from="$from" -v end="$until" '
		{ n[$1] = $2 }
		END {
			if (from > 0)
				print start + from ":U"
			for (at = from + 10; at <= end; at += 10)
				print start + at ":" n[start + at] + 0
		}' | xargs -n 500 rrdtool update since.rrd
	rows . since.rrd >left
}

former=former
check "a port that it did not watch is unknown there, and counted in the files" "$(onto both --watch tcp/1 after.csv
	unwatched $end; since $end $((end + hour)) after.csv; differing left right)"
cp -R former later
since $late $end late.csv
mv since.rrd later/watch.rrd
former=later
check "so it is where that archive began to watch later" "$(onto both gap.csv after.csv
	unwatched $early
	watched both >got
	probes late.csv gap.csv after.csv | diff - got)"
former=watched
check "ports that it watched stand first, and once" "$(onto both --watch 'udp/7 tcp/1' after.csv
	rrdtool info both/watch.rrd | sed -n 's/^ds\[\(.*\)\].index = /\1 /p' >got
	printf 'tcp1 0\nudp7 1\n' | diff - got
	watched both >got
	probes early.csv late.csv after.csv | diff - got)"
former=former

# ---- what is refused ----
for option in '--step 10s' '--exact-ports 64' '--bins-per-octave 1' '--profile default'; do
	# shellcheck disable=SC2086
	check "${option% *} is refused beside it" "$(refused "${option% *}" --onto former $option after.csv)"
done
mkdir empty
check "a directory that is no archive is named" "$(refused empty --onto empty after.csv)"
check "so is one that is not there" "$(refused nowhere --onto nowhere after.csv)"
check "the new archive can't be the former one" "$("$fireplot" import --archive former --onto former after.csv >stdout 2>stderr &&
	echo "it is"
	grep -q '^ERROR: .*former' stderr || cat stderr)"
check "nor by another name" "$("$fireplot" import --archive "$dir/former" --onto ./former after.csv >stdout 2>stderr &&
	echo "it is"
	grep -q '^ERROR: .*former' stderr || cat stderr)"
check "after all of which it still is as it was" "$([ "$before" = "$(fingerprint former)" ] || echo "it is changed")"
finish
