#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot import from its command line: what arrives, what is told, and that a failure leaves nothing behind.
# shellcheck disable=SC2030,SC2031,SC2094 # what changes a variable for one result does so in a shell of its own
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"
"$fireplot" import --help >/dev/null 2>&1 || skip_all "built without import"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
TZ=UTC
export TZ
start=1710656700 # 2024-03-17 06:25:00
archive=$dir/archive
cd "$dir" || exit 1

# row SECONDS SOURCE PROTOCOL PORT [FLAGS]: a line of CSV, so long after the start.
row() {
	case $2 in *:*) to=2001:db8::2 ;; *) to=192.0.2.1 ;; esac
	echo "$(date -u -d "@$((start + $1))" +%Y-%m-%dT%H:%M:%SZ),$2,$to,$3,$4,${5:-}"
}
head='time,source,destination,protocol,port,flags'

import() {
	"$fireplot" import --archive "$archive" --step 10s "$@" >"$dir/stdout" 2>"$dir/stderr"
}

# again ARGUMENTS...: into an archive that is not there; complains if that fails.
again() {
	rm -rf "$archive"
	import "$@" || {
		echo "status $?"
		cat "$dir/stderr"
	}
}

# cells START END: "SECONDS SERIES PORT PACKETS" of each cell in steps of 10 s, or "SECONDS unknown".
cells() {
	"$fireplot" fetch --archive "$archive" -s $((start + $1)) -e $((start + $2)) --csv |
		awk -F , -v start=$start 'NR > 1 { print $1 - start, $6 == "" ? "unknown" : $3 " " $4 " " $6 }'
}

# same WANTED GOT: nothing if so
same() {
	[ "$1" = "$2" ] || printf 'wanted\n%s\ngot\n%s\n' "$1" "$2"
}

# refused PATTERN ARGUMENTS...: fails with one line that says so, and leaves nothing.
refused() {
	pattern=$1
	shift
	rm -rf "$archive"
	import "$@" && echo "it does not fail"
	grep -q "^ERROR: .*$pattern" "$dir/stderr" || cat "$dir/stderr"
	[ ! -e "$archive" ] || echo "left: $(ls -A "$archive")"
	[ ! -s "$dir/stdout" ] || cat "$dir/stdout"
}

fingerprint() {
	find "$archive" -type f -exec sha256sum {} + | sort
}

# ---- what arrives ----
{ echo "$head"; row 1 192.0.2.7 tcp 22; row 11 192.0.2.7 tcp 22; row 12 192.0.2.8 tcp 22; row 121 2001:db8::1 udp 53; } >a.csv
check "a log is imported" "$(again a.csv)"
check "its packets are in their step, series and port" "$(same '0 tcp4 22 1
10 tcp4 22 2
120 udp6 53 1' "$(cells 0 130)")"
check "a summary says what there was" "$(grep -q 'a.csv: csv, 5 lines, 4 packets, 1 that is no packet; ' stdout || cat stdout)"
check "standard input is a file like others" "$(rm -rf "$archive"; cells=$(import - <a.csv && cells 0 20)
	same '0 tcp4 22 1
10 tcp4 22 2' "$cells")"

mkdir there
check "the directory may be there, empty" "$(archive=$dir/there; import a.csv || cat stderr)"

# ---- classic lines ----
log="fw kernel: drop IN=eth0 OUT= MAC=00:00:00:00:00:01:00:00:00:00:00:02:08:00 SRC=198.51.100.7 DST=192.0.2.1 LEN=44 TOS=0x00 \
PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=4444 DPT=3360 WINDOW=1024 RES=0x00 SYN URGP=0"
{ echo "Mar 17 06:25:03 $log"; echo "Mar 17 06:25:03 fw sshd[1]: hello"; echo "Mar 17 06:25:44 $log"; } >k.log
check "lines of the kernel are found among others" "$(again --year 2024 k.log)$(same '0 tcp4 3360 1
40 tcp4 3360 1' "$(cells 0 50)")"
if command -v gzip >/dev/null && again --year 2024 k.log && gzip -k k.log && rm -rf "$archive" && import --year 2024 k.log.gz; then
	check "and where they are compressed" "$(same '0 tcp4 3360 1
40 tcp4 3360 1' "$(cells 0 50)")"
else
	skip "and where they are compressed" "no gzip here, or built without zlib: $(cat "$dir/stderr")"
fi
# A clock that was put forward has no 02:30; what stands there is not lost, nor an error.
{ echo "Mar 31 01:59:00 $log"; echo "Mar 31 02:30:00 $log"; echo "Mar 31 03:00:00 $log"; } >spring.log
check "an hour that was skipped in spring does no harm" "$(TZ=Europe/Berlin again --year 2024 spring.log)$(
	same 3 "$(start=1711843200; cells 0 14400 | awk '{ n += $4 } END { print n }')")"
{ echo "Mar 31 01:59:00 $log"; echo "Mar 31 02:59:00 $log"; } >spring.log
check "neither as the last" "$(TZ=Europe/Berlin again --year 2024 spring.log)"

# ---- several files ----
{ echo "$head"; row 11 192.0.2.7 tcp 22; row 12 192.0.2.8 tcp 22; row 31 192.0.2.9 tcp 23; } >b.csv
check "files that overlap count twice" "$(again a.csv b.csv)$(same '0 tcp4 22 1
10 tcp4 22 4
30 tcp4 23 1' "$(cells 0 40)")"
check "and once with --dedup, in any order" "$(again --dedup b.csv a.csv)$(same '0 tcp4 22 1
10 tcp4 22 2
30 tcp4 23 1' "$(cells 0 40)")"
check "which tells what it left out" "$(grep -q '2 that another source has too' stdout || cat stdout)"
{ echo "$head"; row 20 192.0.2.7 tcp 22; row 20 192.0.2.7 tcp 22; row 20 192.0.2.7 tcp 22; } >twice.csv
check "what one file has several times was sent so often" "$(again --dedup twice.csv)$(same '20 tcp4 22 3' "$(cells 20 30)")"

{ echo "$head"; row 500001 192.0.2.9 tcp 23; } >late.csv
check "time between files is unknown if it is more than a day" "$(again --retention '10s:10d' late.csv a.csv)$(
	cells 0 130 | grep unknown; same '200000 unknown' "$(cells 200000 200020)")"
check "right behind the last packet before, and up to the first after" "$(same '120 udp6 53 1
130 unknown' "$(cells 120 140)"; same '499990 unknown
500000 tcp4 23 1' "$(cells 499990 500010)")"
check "the summary tells the gap" "$(grep -q '^unknown: 2024-03-17 06:27:10 to 2024-03-23 01:18:20' stdout || cat stdout)"
{ cat a.csv; row 500001 192.0.2.9 tcp 23; } >long.csv
check "within a file it was quiet" "$(again --retention '10s:10d' long.csv)$(cells 200000 200020; same '500000 tcp4 23 1' "$(cells 499990 500010)")"
{ echo "$head"; row 86400 192.0.2.9 tcp 23; } >next.csv
check "and so it was for less than a day between files" "$(again --retention '10s:10d' a.csv next.csv; cells 200 86400)"

# ---- sightings ----
if again a.csv && [ -e "$archive/sightings.db" ]; then
	check "who tells who it was" "$(same '2024-03-17T06:25:10Z,192.0.2.8' "$("$fireplot" who --archive "$archive" -s $start -e $((start + 130)) \
		--source 192.0.2.8 --json | sed -n 's/.*"source": "\([^"]*\)".*/2024-03-17T06:25:10Z,\1/p')")"
	check "top counts them" "$("$fireplot" top --archive "$archive" -s $start -e $((start + 130)) --csv >top
		grep -q '^192.0.2.7,2,' top || cat top)"
else
	skip "who tells who it was" "built without SQLite"
	skip "top counts them" "built without SQLite"
fi
check "--sightings 0 records none" "$(again --sightings 0 a.csv; [ ! -e "$archive/sightings.db" ] || echo "there are")"

# ---- fireplotd's words ----
{ echo "$head"; row 1 192.0.2.7 tcp 22 S; row 2 192.0.2.8 tcp 40000 SA; row 3 198.51.100.8 tcp 25 S; } >flags.csv
check "probes go by port" "$(again flags.csv)$(same '0 tcp4 22 1
0 tcp4 25 1' "$(cells 0 10)")"
check "other classes if asked for" "$(again --count probe,backscatter --exact-ports 65536 flags.csv)$(same '0 tcp4 22 1
0 tcp4 25 1
0 tcp4 40000 1' "$(cells 0 10)")"
check "--ignore leaves out" "$(again --ignore 'source 198.51.100.0/24' --ignore 'port 40000' flags.csv)$(same '0 tcp4 22 1' "$(cells 0 10)"
	grep -qx 'ignored: 2 packets' stdout || cat stdout)"

check "--watch follows exact ports, of IPv4 and IPv6 in one" "$({ cat flags.csv; row 4 2001:db8::1 tcp 25; row 5 192.0.2.7 udp 25; } >watch.csv
	again --watch 'tcp/25 udp/53' --watch tcp/40000 watch.csv
	same 'tcp25 tcp40000 udp53' "$("$fireplot" info --archive "$archive" | sed -n 's/^watched *//p' | tr ' ' '\n' | sort | paste -sd ' ')"
	same '0 tcp25 25 2
0 tcp40000 40000 0
0 udp53 53 0' "$("$fireplot" fetch --archive "$archive" -s $start -e $((start + 10)) --csv --watch --zeros |
	awk -F , -v start=$start '$3 ~ /[0-9][0-9]$/ { print $1 - start, $3, $4, $6 }' | sort)")"
check "a port is written as tcp/3389" "$(refused 'option --watch: expected ports as tcp/3389 or udp/5060, not "ssh"' --watch ssh a.csv)"
check "and given once" "$(refused 'option --watch: tcp/22 is there already' --watch 'tcp/22 udp/22' --watch tcp/22 a.csv)"
check "without a port to watch there is no file for them" "$(again a.csv; [ ! -e "$archive/watch.rrd" ] || echo "there is")"

# ---- what cannot be read ----
{ cat a.csv; echo "2024-03-17T06:25:20Z,192.0.2.7,192.0.2.1,tcp,notaport,"; row 25 192.0.2.7 tcp 24; } >bad.csv
check "a line that cannot be read is told, and the rest counts" "$(again bad.csv)$(same '20 tcp4 24 1' "$(cells 20 30)"
	grep -q '^bad.csv: line 6: no destination port' stderr || cat stderr)"
check "--strict stops there and leaves nothing" "$(refused 'bad.csv: line 6: ' --strict bad.csv | grep -v '^bad.csv: line 6: no dest')"
check "an empty file has nothing to import" "$(: >empty; refused 'no packet was found' empty)"
check "nor has one of other lines" "$(echo hello >other; refused 'no packet was found' other)"
check "a file that is not there is named" "$(refused 'none: No such file' a.csv none)"
check "so is a directory" "$(refused 'there: is a directory' there)"
check "an unknown format is named, and those there are" "$(refused 'nonesuch.* auto, pcap, .*csv' --format nonesuch a.csv)"
check "what is said to be CSV and names no columns is told which it should" "$({ echo date,from,what; row 0 192.0.2.7 tcp 22; } >nameless.csv
	rm -rf "$archive"; import --format csv nameless.csv && echo "it does not fail"
	grep -q 'nameless.csv: expected a first line that names the columns time, source and protocol' stderr || cat stderr)"

# left_out LIBRARY MACRO WHAT FILE: built without the library, it refuses a file that needs it as what it is.
left_out() {
	grep -q -e "-D$2" "$top_builddir/Makefile" ||
		check "that it was built without $1 is told" "$(refused "$4: is $3, and this fireplot was built without $1" a.csv "$4")"
}
echo '{"MESSAGE": "hello"}' >j.json
left_out jansson HAVE_JANSSON JSON j.json
printf '\3757zXZ\0' >k.xz
left_out libarchive HAVE_LIBARCHIVE compressed k.xz
printf '\324\303\262\241' >c.pcap
left_out libpcap HAVE_PCAP 'a capture' c.pcap

check "no file at all is an error" "$(refused 'expected the files')"
check "what lies centuries apart is a wrong clock" "$({ echo "$head"; row 0 192.0.2.7 tcp 22; row 9999999999 192.0.2.7 tcp 22; } >far.csv
	refused 'more than 100 years' far.csv)"
for time in 9999-12-31T23:59:59Z 9999-12-31T23:59:59-23:59; do
	check "the year 10000 does not come: $time" "$({ echo "$head"; echo "$time,192.0.2.7,192.0.2.1,tcp,22,"; } >last.csv
		refused 'end of the year 9999' last.csv)"
done
check "rows that end before it can be read" "$({ echo "$head"; echo "9999-12-31T23:59:49Z,192.0.2.7,192.0.2.1,tcp,22,"; } >last.csv
	again last.csv; "$fireplot" info --archive "$archive" 2>&1 >/dev/null)"
{ echo "$head"; row $((1000 - start)) 192.0.2.7 tcp 22; row 0 192.0.2.7 tcp 22; } >old.csv
check "a packet of a clock that was not set is told, and the rest counts" "$(again old.csv)$(same '0 tcp4 22 1' "$(cells 0 10)"
	grep -q '^old.csv: line 2: of 1 January 1970' stderr || cat stderr)"
{ echo "$head"; row $((86400 - start)) 192.0.2.7 tcp 22; row 0 192.0.2.7 tcp 22; } >older.csv
check "a clock that is half a century late is let pass" "$(again --exact-ports 64 --bins-per-octave 1 older.csv)"
head -c 100 k.log.gz >cut.gz
check "a file that is cut off and has nothing is an error" "$(rm -rf "$archive"; import cut.gz && cat stdout; [ ! -e "$archive" ] || ls "$archive")"

# ---- clocks that were wrong ----
# narrow FILES...: into an archive of few ports, since a long span makes many rows
narrow() {
	again --exact-ports 64 --bins-per-octave 1 "$@"
}

{ cat a.csv; row 435000000 192.0.2.7 tcp 22; } >stray.csv
check "a packet that stands alone, years behind all others, is named" "$(narrow stray.csv)$(
	grep -qx "WARNING: stray.csv: line 6: alone at 2037-12-28 23:45:00, 13 years after all others; if its clock was wrong, leave it out with \
--end 20240318" stderr || cat stderr)"
check "and left out, and told, by what that says" "$(again --end 20240318 --retention 10s:1h stray.csv; cat stderr
	grep -q '^stray.csv: csv, 6 lines, 5 packets (left out: 1 outside --start and --end), .* to 06:27:01$' stdout || cat stdout
	same '0 tcp4 22 1
10 tcp4 22 2
120 udp6 53 1' "$(cells 0 130)")"
{ cat a.csv; for i in 1 2 3; do row $((200000 + i - start)) 192.0.2.7 tcp 22; done; for i in $(seq 300); do row $((130 + i)) 192.0.2.9 tcp 23; done; } >boot.csv
check "so are a few of many, before all others" "$(narrow boot.csv
	grep -qx "WARNING: boot.csv: line 6: the first of 3 packets alone at 1970-01-03 07:33:21, 54 years before all others; if its clock was \
wrong, leave them out with --start 20240317" stderr || cat stderr)"
check "those of two files, each with its own" "$(narrow stray.csv b.csv older.csv
	same 2 "$(grep -c '^WARNING: .* alone at' stderr)")"
check "half of all packets are no strays" "$(narrow older.csv; cat stderr)"
check "nor is what was a few months ago" "$({ echo "$head"; row 0 192.0.2.7 tcp 22; row 20000000 192.0.2.7 tcp 22; row 20000001 192.0.2.7 tcp 22; } >months.csv
	narrow months.csv; cat stderr)"
check "--start leaves out what is older, and --end what is not" "$(again --start "$((start + 11))" --end "$((start + 121))" a.csv
	same '0 unknown
10 tcp4 22 2
20 unknown' "$(cells 0 130)")"
check "each may stand alone" "$(again -s "$((start + 12))" a.csv
	grep -q 'left out: 2 outside' stdout || cat stdout
	again -e "$((start + 12))" a.csv
	grep -q 'left out: 2 outside' stdout || cat stdout)"
check "a file that has nothing of that time does no harm" "$(again -e "$((start + 200))" a.csv late.csv
	grep -q '^late.csv: csv, 2 lines, 1 packet (left out: 1 outside --start and --end), 1 that is no packet$' stdout || cat stdout)"
check "if none has, there is no archive" "$(refused 'no packet was found in the time from --start to --end' -e 20240317 a.csv)"
check "a start behind the end is an error" "$(refused 'is not before the end' -s 20240318 -e 20240317 a.csv)"

# ---- an archive that is there ----
again a.csv
before=$(fingerprint)
check "an archive that is there is refused" "$(import b.csv && echo "it is not"; grep -q "^ERROR: $archive: there is an archive already.* --onto $archive\$" stderr || cat stderr)"
check "and stays as it is, to the byte" "$(same "$before" "$(fingerprint)")"
if [ -e "$archive/sightings.db" ]; then
	rm -rf "$archive"
	mkdir "$archive"
	echo mine >"$archive/sightings.db"
	check "sightings of somebody else stay, too" "$(import a.csv && echo "it is imported"; same mine "$(cat "$archive/sightings.db")"
		same sightings.db "$(ls -A "$archive")")"
else
	skip "sightings of somebody else stay, too" "built without SQLite"
fi
rm -rf "$archive"

# ---- signals ----
mkfifo pipe
for signal in INT TERM; do
	"$fireplot" import --archive "$archive" - <pipe >stdout 2>stderr &
	importing=$!
	exec 3>pipe
	cat a.csv >&3
	i=0
	until [ -d "$archive" ] || [ $i -ge 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	kill -s $signal $importing
	wait $importing
	status=$?
	exec 3>&-
	check "SIG$signal ends it while it waits, and nothing is left" "$([ $status -eq 1 ] || echo "status $status"
		grep -q 'stopped; no archive' stderr || cat stderr; [ ! -e "$archive" ] || ls -A "$archive")"
done
finish
