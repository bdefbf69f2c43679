#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot top and who over sightings that are known, with a rule whose prefix means harm.
# shellcheck disable=SC2016 # what is in single quotes is for another shell
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
write=$top_builddir/tests/unit/archive/sightings_write
[ -x "$fireplot" ] || skip_all "fireplot is not built"
[ -x "$write" ] || skip_all "sightings_write is not built"
{ getent services ssh/tcp && getent protocols gre; } >/dev/null || skip_all "services and protocols have no names here"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
FIREPLOT_ARCHIVE=$dir/archive
export FIREPLOT_ARCHIVE
start=1699999200 # 2023-11-14 22:00:00

# gives WHAT EXPECTED COMMAND...: the output (of both kinds), and status 0
gives() {
	what=$1
	printf '%s\n' "$2" >"$dir/expected"
	shift 2
	"$@" >"$dir/output" 2>&1
	got=$?
	check "$what" "$([ "$got" -eq 0 ] || echo "status $got"; diff "$dir/expected" "$dir/output")"
}

# says WHAT PATTERN COMMAND...: status 1, one line that begins with ERROR: and matches, and nothing on stdout.
says() {
	what=$1 pattern=$2
	shift 2
	output=$("$@" 2>"$dir/stderr")
	got=$?
	check "$what" "$(if [ "$got" -ne 1 ] || [ -n "$output" ] || [ "$(wc -l <"$dir/stderr")" -ne 1 ] ||
		! grep -qE "^ERROR: .*$pattern" "$dir/stderr"; then
		echo "status $got: $output"
		cat "$dir/stderr"
	fi)"
}

top() {
	"$fireplot" top -s $start -e $((start + 40)) "$@"
}
who() {
	"$fireplot" who -s $start -e $((start + 40)) "$@"
}

"$fireplot" create --step 10s --exact-ports 64 --bins-per-octave 2 --start $start --retention '10s:10m 1m:2h' >/dev/null || exit 1

# ---- nothing there ----
for command in top who; do
	says "$command says that there are no sightings" "$dir/archive: no sightings here" "$fireplot" $command
done
check "info has none" "$("$fireplot" info | grep -qx 'sightings    none' || "$fireplot" info)"
check "and null as JSON" "$("$fireplot" info --json | grep -qx '  "sightings": null,' || "$fireplot" info --json)"

# ---- what is there: 10 s of nothing are between 20 and 30, and of the last step there is a sample ----
hostile=$(printf 'a"b,c\033[31m<script>')
{
	echo "$start tcp4 probe 198.51.100.7 192.0.2.1 22 2 3 input"
	echo "$start tcp4 probe 198.51.100.7 192.0.2.1 23 2 1 input"
	echo "$start udp4 probe 198.51.100.9 192.0.2.2 53 0 2"
	echo "$start icmp4 probe 203.0.113.5 192.0.2.1 2048 0 4 input"
	echo "$start tcp4 backscatter 203.0.113.5 192.0.2.1 40000 18 1 input"
	echo "$((start + 10)) tcp6 probe 2001:db8:0:1::a 2001:db8::1 22 2 5 $hostile"
	echo "$((start + 10)) tcp6 probe 2001:db8:0:1::b 2001:db8::1 22 0 1 $hostile"
	echo "$((start + 10)) other4 probe 198.51.100.7 192.0.2.1 47 0 1"
	echo "$((start + 30)) tcp4 probe 198.51.100.7 192.0.2.2 22 2 2 input"
	echo "$((start + 30)) left 500 7"
} | "$write" "$dir/archive/sightings.db" 1048576 || exit 1
notes='a sample: in 1 steps there was more than could be kept; 500 packets of any kind, about 7 sightings, are not among these
not recorded: 10s of 40s'

# ---- top, by everything ----
gives "top is by source" "source           packets  ports  first seen           last seen
198.51.100.7           7      3  2023-11-14 22:00:00  2023-11-14 22:00:40
203.0.113.5            5      2  2023-11-14 22:00:00  2023-11-14 22:00:10
2001:db8:0:1::a        5      1  2023-11-14 22:00:10  2023-11-14 22:00:20
198.51.100.9           2      1  2023-11-14 22:00:00  2023-11-14 22:00:10
2001:db8:0:1::b        1      1  2023-11-14 22:00:10  2023-11-14 22:00:20

5 of 5 sources, 20 of 20 packets (100.00%)
$notes" top
gives "top tells how much of all it shows" "source        packets  ports  first seen           last seen
198.51.100.7        7      3  2023-11-14 22:00:00  2023-11-14 22:00:40

1 of 5 sources, 7 of 20 packets (35.00%)
$notes" top -n 1
gives "by port" "port       name    packets  sources  first seen           last seen
tcp/22     ssh          11        3  2023-11-14 22:00:00  2023-11-14 22:00:40
icmp/8/0   ping          4        1  2023-11-14 22:00:00  2023-11-14 22:00:10
udp/53     domain        2        1  2023-11-14 22:00:00  2023-11-14 22:00:10
tcp/23     telnet        1        1  2023-11-14 22:00:00  2023-11-14 22:00:10
tcp/40000                1        1  2023-11-14 22:00:00  2023-11-14 22:00:10
ip/47      gre           1        1  2023-11-14 22:00:10  2023-11-14 22:00:20

6 of 6 ports, 20 of 20 packets (100.00%)
$notes" top --by port
gives "by network of 24 and 64 bits" "network            packets  ports  sources  first seen           last seen
198.51.100.0/24          9      4        2  2023-11-14 22:00:00  2023-11-14 22:00:40
2001:db8:0:1::/64        6      1        2  2023-11-14 22:00:10  2023-11-14 22:00:20
203.0.113.0/24           5      2        1  2023-11-14 22:00:00  2023-11-14 22:00:10

3 of 3 networks, 20 of 20 packets (100.00%)
$notes" top --by net24
gives "by network of 64 bits, and single IPv4 addresses" "network            packets  ports  sources  first seen           last seen
198.51.100.7             7      3        1  2023-11-14 22:00:00  2023-11-14 22:00:40
2001:db8:0:1::/64        6      1        2  2023-11-14 22:00:10  2023-11-14 22:00:20

2 of 4 networks, 13 of 20 packets (65.00%)
$notes" top --by net64 -n 2
gives "by destination" "destination  packets  ports  sources  first seen           last seen
192.0.2.1         10      5        2  2023-11-14 22:00:00  2023-11-14 22:00:20
2001:db8::1        6      1        2  2023-11-14 22:00:10  2023-11-14 22:00:20
192.0.2.2          4      2        2  2023-11-14 22:00:00  2023-11-14 22:00:40

3 of 3 destinations, 20 of 20 packets (100.00%)
$notes" top --by destination
gives "by rule, without what a terminal would obey" 'rule                   packets  ports  sources  first seen           last seen
input                       11      4        2  2023-11-14 22:00:00  2023-11-14 22:00:40
a"b,c\x1b[31m<script>        6      1        2  2023-11-14 22:00:10  2023-11-14 22:00:20
(none)                       3      2        2  2023-11-14 22:00:00  2023-11-14 22:00:20

3 of 3 rules, 20 of 20 packets (100.00%)
'"$notes" top --by rule
gives "by series" "series  packets  ports  sources  first seen           last seen
tcp4          7      3        2  2023-11-14 22:00:00  2023-11-14 22:00:40
tcp6          6      1        2  2023-11-14 22:00:10  2023-11-14 22:00:20

2 of 5 series, 13 of 20 packets (65.00%)
$notes" top --by series -n 2

# ---- filters ----
gives "ports, with names of services" "source           packets  ports  first seen           last seen
198.51.100.7           5      1  2023-11-14 22:00:00  2023-11-14 22:00:40
2001:db8:0:1::a        5      1  2023-11-14 22:00:10  2023-11-14 22:00:20
2001:db8:0:1::b        1      1  2023-11-14 22:00:10  2023-11-14 22:00:20" sh -c '"$@" | head -n 4' sh "$fireplot" top \
	-s $start -e $((start + 40)) --ports ssh
for filter in '--series icmp4,other4|5' '--class backscatter|1' '--source 198.51.100.0/24|9' '--source 198.51.100.9,2001:db8::/32|8' \
	'--destination 192.0.2.2|4' '--rule input|11' '--source ::/0 --destination 192.0.2.1|0' '--ports 0-65535|15' \
	'--ports 22 --series tcp4,icmp4 --source 198.51.100.7 --class probe --rule input|5'; do
	# shellcheck disable=SC2086
	check "top ${filter%|*}: ${filter#*|} packets" "$(top --json ${filter%|*} | grep -qx "  \"packets\": ${filter#*|}," ||
		top --json ${filter%|*})"
done
for rule in "|3" "$(printf 'input  ')|11" "no such|0"; do
	check "top --rule '${rule%|*}': ${rule##*|} packets" "$(top --json --rule "${rule%|*}" |
		grep -qx "  \"packets\": ${rule##*|}," || top --json --rule "${rule%|*}")"
done
gives "nothing is told as such" "no sightings
$notes" top --source 192.0.2.77
gives "a step that lies over the start counts whole" "source        packets  ports  first seen           last seen
198.51.100.7        4      2  2023-11-14 22:00:00  2023-11-14 22:00:10

1 of 1 sources, 4 of 4 packets (100.00%)" "$fireplot" top -s $((start + 5)) -e $((start + 10)) --source 198.51.100.7
check "without a window it is the last day" "$("$fireplot" top | tr '\n' ' ' | grep -vx 'no sightings not recorded: 1d of 1d ')"

# ---- top for programs ----
gives "top as CSV; what it rests on is on stderr" "WARNING: $(echo "$notes" | sed '2s/^/WARNING: /')
rule,packets,ports,sources,first,last
input,11,4,2,$start,$((start + 40))
"'"a""b,c\x1b[31m<script>"'",6,1,2,$((start + 10)),$((start + 20))
,3,2,2,$start,$((start + 20))" sh -c '"$@" 2>&1 >"$0"; cat "$0"' "$dir/csv" "$fireplot" top -s $start -e $((start + 40)) --by rule --csv
gives "ports as CSV" "protocol,number,code,name,packets,sources,first,last
tcp,22,,ssh,11,3,$start,$((start + 40))
icmp,8,0,ping,4,1,$start,$((start + 10))" sh -c '"$@" 2>/dev/null' sh "$fireplot" top -s $start -e $((start + 40)) --by port --csv -n 2
gives "sources as CSV" "source,packets,ports,first,last
198.51.100.7,7,3,$start,$((start + 40))" sh -c '"$@" 2>/dev/null' sh "$fireplot" top -s $start -e $((start + 40)) --csv -n 1
gives "top as JSON" "{
  \"archive\": \"$dir/archive\",
  \"start\": $start,
  \"end\": $((start + 40)),
  \"not_recorded\": 10,
  \"steps_sampled\": 1,
  \"packets_left_out\": 500,
  \"sightings_left_out\": 7,
  \"by\": \"rule\",
  \"groups\": 3,
  \"packets\": 20,
  \"packets_shown\": 17,
  \"top\": [
    {\"rule\": \"input\", \"packets\": 11, \"ports\": 4, \"sources\": 2, \"first\": $start, \"last\": $((start + 40))},
    {\"rule\": \"a\\\"b,c\\u001b[31m<script>\", \"packets\": 6, \"ports\": 1, \"sources\": 2, \"first\": $((start + 10)), \"last\": $((start + 20))}
  ]
}" top --by rule --json -n 2
for line in 'port|{"protocol": "icmp", "type": 8, "code": 0, "name": "ping", "packets": 4, "sources": 1,' \
	'port|{"protocol": "ip", "number": 47, "name": "gre", "packets": 1,' 'port|{"protocol": "tcp", "port": 22, "name": "ssh",' \
	'source|{"source": "2001:db8:0:1::a", "packets": 5, "ports": 1, "first"' 'net24|{"network": "203.0.113.0/24", "packets": 5,' \
	'destination|{"destination": "192.0.2.2", "packets": 4, "ports": 2, "sources": 2,' 'series|{"series": "icmp4", "packets": 4,'; do
	check "top --by ${line%%|*} --json has ${line#*|}" "$(top --by "${line%%|*}" --json >"$dir/json"
		grep -qF -e "${line#*|}" "$dir/json" || cat "$dir/json")"
done

# ---- who ----
gives "who has all, oldest first" "time                 series  class        source           destination      port         packets  flags    rule
2023-11-14 22:00:00  tcp4    probe        198.51.100.7     192.0.2.1        tcp/22             3  SYN      input
2023-11-14 22:00:00  tcp4    probe        198.51.100.7     192.0.2.1        tcp/23             1  SYN      input
2023-11-14 22:00:00  tcp4    backscatter  203.0.113.5      192.0.2.1        tcp/40000          1  SYN,ACK  input
2023-11-14 22:00:00  udp4    probe        198.51.100.9     192.0.2.2        udp/53             2  -
2023-11-14 22:00:00  icmp4   probe        203.0.113.5      192.0.2.1        icmp/8/0           4  -        input
2023-11-14 22:00:10  tcp6    probe        2001:db8:0:1::a  2001:db8::1      tcp/22             5  SYN      "'a"b,c\x1b[31m<script>'"
2023-11-14 22:00:10  tcp6    probe        2001:db8:0:1::b  2001:db8::1      tcp/22             1  NONE     "'a"b,c\x1b[31m<script>'"
2023-11-14 22:00:10  other4  probe        198.51.100.7     192.0.2.1        ip/47              1  -
2023-11-14 22:00:30  tcp4    probe        198.51.100.7     192.0.2.2        tcp/22             2  SYN      input

9 sightings, 20 packets
$notes" who
gives "who of what is asked for" "time                 series  class        source           destination      port         packets  flags    rule
2023-11-14 22:00:00  tcp4    probe        198.51.100.7     192.0.2.1        tcp/23             1  SYN      input

1 sighting, 1 packet
$notes" who --ports telnet --source 198.51.100.0/24
gives "who without any" "0 sightings, 0 packets
$notes" who --source 192.0.2.77
gives "who as CSV" "start,end,series,class,source,destination,protocol,number,code,packets,flags,rule
$start,$((start + 10)),tcp4,backscatter,203.0.113.5,192.0.2.1,tcp,40000,,1,\"SYN,ACK\",input
$start,$((start + 10)),icmp4,probe,203.0.113.5,192.0.2.1,icmp,8,0,4,,input
$((start + 10)),$((start + 20)),tcp6,probe,2001:db8:0:1::a,2001:db8::1,tcp,22,,5,SYN,"'"a""b,c\x1b[31m<script>"'"
$((start + 10)),$((start + 20)),tcp6,probe,2001:db8:0:1::b,2001:db8::1,tcp,22,,1,NONE,"'"a""b,c\x1b[31m<script>"'"
WARNING: $(echo "$notes" | sed '2s/^/WARNING: /')" sh -c '"$@" 2>"$0"; cat "$0"' "$dir/err" "$fireplot" who -s $start -e $((start + 40)) \
	--csv --source 203.0.113.5,2001:db8::/32
gives "who as JSON" "{
  \"archive\": \"$dir/archive\",
  \"start\": $start,
  \"end\": $((start + 20)),
  \"not_recorded\": 0,
  \"steps_sampled\": 0,
  \"packets_left_out\": 0,
  \"sightings_left_out\": 0,
  \"sightings\": [
    {\"start\": $start, \"end\": $((start + 10)), \"series\": \"icmp4\", \"class\": \"probe\", \"source\": \"203.0.113.5\", \"destination\": \"192.0.2.1\", \"protocol\": \"icmp\", \"type\": 8, \"code\": 0, \"packets\": 4, \"rule\": \"input\"},
    {\"start\": $((start + 10)), \"end\": $((start + 20)), \"series\": \"tcp6\", \"class\": \"probe\", \"source\": \"2001:db8:0:1::b\", \"destination\": \"2001:db8::1\", \"protocol\": \"tcp\", \"port\": 22, \"packets\": 1, \"flags\": \"NONE\", \"rule\": \"a\\\"b,c\\u001b[31m<script>\"},
    {\"start\": $((start + 10)), \"end\": $((start + 20)), \"series\": \"other4\", \"class\": \"probe\", \"source\": \"198.51.100.7\", \"destination\": \"192.0.2.1\", \"protocol\": \"ip\", \"number\": 47, \"packets\": 1, \"rule\": \"\"}
  ]
}" sh -c '"$@" | grep -v "100.9\|::a\|198.*22\|198.*23\|40000"' sh "$fireplot" who -s $start -e $((start + 20)) --json
if [ -w /dev/full ]; then
	check "output that nobody takes is told once" "$(who --csv 2>&1 >/dev/full | grep -v '^WARNING' | tr '\n' ' ' |
		grep -vE '^ERROR: the output could not be written[^E]*$')"
else
	skip "output that nobody takes is told once" "no /dev/full here"
fi

# ---- info ----
"$fireplot" info >"$dir/info"
for line in '^sightings    9 of 3 rules, .* at most$' '^             from 2023-11-14 22:00:00 \+0000 to 2023-11-14 22:00:40 \+0000 \(40s\)$' \
	'^             a sample in 1 steps: 500 packets were left out$'; do
	check "info has $line" "$(grep -qE -e "$line" "$dir/info" || cat "$dir/info")"
done
check "info --json has them" "$("$fireplot" info --json >"$dir/info"
	grep -qE "\"sightings\": \{\"rows\": 9, \"rules\": 3, \"bytes\": [0-9]+, \"bytes_most\": 1048576, \"from\": $start, \"to\": $((start + 40)), \"steps_sampled\": 1, \"packets_left_out\": 500\}" "$dir/info" || cat "$dir/info")"

# ---- wrong ----
says "an unknown way to rank is told which there are" 'option --by: expected source, port, net24, net64, rule, destination or series, not "colour"' \
	"$fireplot" top --by colour
says "a number that is none" 'option --number: expected a number of lines from 1 to 1000000, not "0"' "$fireplot" top -n 0
says "a network that is none" 'option --source: expected addresses or networks as .*, not "192.0.2.0/33"' "$fireplot" top --source 192.0.2.0/33
says "a destination that is none" 'option --destination: .*, not "host.example"' "$fireplot" who --destination 192.0.2.1,host.example
says "a class that is none" 'option --class: expected probe, backscatter or late, not "scan"' "$fireplot" who --class scan
says "ports of what has none" 'option --ports: expected a series with ports beside it' "$fireplot" who --ports 22 --series icmp4
says "a window that is none" 'is not before the end' "$fireplot" top -s 1700000010 -e 1700000010
says "an argument" 'unexpected argument "22"' "$fireplot" who 22
cp "$dir/archive/sightings.db" "$dir/good.db"
for command in top who; do
	echo 'no database, but long enough to be looked at for longer than the first few bytes of it' >"$dir/archive/sightings.db"
	rm -f "$dir/archive/sightings.db-wal" "$dir/archive/sightings.db-shm"
	says "$command names a file that is something else" "$dir/archive/sightings.db: " "$fireplot" $command
done
check "info goes on without it" "$("$fireplot" info 2>&1 | tee "$dir/info" |
	grep -cE "^(sightings    not read: $dir/archive/sightings.db: |rows of)" | grep -qx 2 || cat "$dir/info")"
check "and as JSON says why" "$("$fireplot" info --json >"$dir/info" 2>&1
	grep -q "^  \"sightings_warning\": \"$dir/archive/sightings.db: " "$dir/info" || cat "$dir/info")"
finish
