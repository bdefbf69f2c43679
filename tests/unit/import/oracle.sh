#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The same 4,091 packets as five recordings that the kernel, ulogd2 and tcpdump made side by side; they are no part of the project.
# Imported in steps of a second each gives the same archive, but for what a recording does not hold. That is listed here to the packet.
#
# The raw capture is whole, and what the others are compared with. No difference comes of these:
#   ulogd2 prints "ports" of 2 later fragments of UDP, which are of no port; in IPv6 it leaves ip.protocol out of 3 later fragments, where
#   ip6.nexthdr tells it; LOGEMU drops the packet that an ICMP error quotes, of which nothing is archived, and has whole seconds;
#   the capture by NFLOG has the kernel's own time of each packet beside that at which it was written.
# shellcheck source=tests/lint/tap.sh
. "${top_srcdir:?}/tests/lint/tap.sh"

fireplot=${top_builddir:?}/fireplot
set1=${FIREPLOT_DATA:-$top_srcdir/../shared/data}/oracle/set1
[ -d "$set1" ] || skip_all "no $set1 (FIREPLOT_DATA names another place)"
[ -x "$fireplot" ] || skip_all "fireplot is not built"
command -v rrdtool >/dev/null || skip_all "no rrdtool here"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TZ=UTC0
start=1795486127
end=1795486138

# recording NAME WARNING OPTION... FILE: an archive, its cells and sightings as text; WARNING is all that the import says of bad records.
recording() {
	name=$1
	warning=$2
	shift 2
	"$fireplot" import --archive "$dir/$name" --step 1s --retention '1s:5m' --count probe,backscatter,late --sightings 4096 "$@" \
		>"$dir/$name.out" 2>"$dir/$name.err"
	status=$?
	check "$name: 4,091 packets but for those of \"$warning\"" "$(
		[ "$status" -eq 0 ] || echo "status $status"
		sed -n 's/^WARNING: [^ ]*: //p' "$dir/$name.err" | grep -vxF "$warning"
		grep -q '^WARNING' "$dir/$name.err" || [ -z "$warning" ] || echo "no warning"
		[ "$status" -eq 0 ] || cat "$dir/$name.err"
	)"
	"$fireplot" fetch --csv --archive "$dir/$name" -s $start -e $end >"$dir/$name.cells"
	"$fireplot" who --csv --archive "$dir/$name" -s $start -e $end | tail -n +2 | sort >"$dir/$name.sightings"
}

# differs NAME WHAT: all that NAME.WHAT has otherwise than the raw capture's is what stdin says.
differs() {
	diff "$dir/raw.$2" "$dir/$1.$2" | grep '^[<>]' >"$dir/differences"
	check "$1: $2 are those of the raw capture, but for the $(wc -l <"$dir/known") known" "$(diff "$dir/known" "$dir/differences")"
}

# rule NAME PREFIX: all sightings are of that rule, which then is cut off, since each recording had one of its own.
rule() {
	check "$1: the rule is \"$2\"" "$(grep -vF ",$2" "$dir/$1.sightings" | head -n 5)"
	sed "s/,[^,]*\$//" "$dir/$1.sightings" >"$dir/cut"
	mv "$dir/cut" "$dir/$1.sightings"
}

# totals NAME: totals.rrd without its number of sources, an estimate by a hash whose key is another in each process
totals() {
	rrdtool dump "$dir/$1/totals.rrd" | awk '
		/<cdp_prep>/ { ds = 0 }
		/<ds>/ { ds++; in_ds = 1 }
		$1 == "<name>" && $2 == "sources" { sources = ds }
		/<row>/ {
			n = split($0, value, "<v>")
			line = ""
			for (i = 1; i <= n; i++)
				line = line (i == sources + 1 ? "" : value[i])
			$0 = line
		}
		!in_ds || ds != sources
		/<\/ds>/ { in_ds = 0 }'
}

# like NAME NAME [DIFFERENCE]: the same RRDs, byte for byte, and the same answers; what their totals differ in
like() {
	check "$1 and $2: the RRDs of ports and types are the same, byte for byte" "$(
		cd "$dir/$1" && find . -name '*.rrd' ! -name totals.rrd | while read -r file; do
			cmp "$file" "../$2/$file" 2>&1
		done
	)"
	if [ -z "${3:-}" ]; then
		totals "$1" >"$dir/$1.totals"
		totals "$2" >"$dir/$2.totals"
		check "$1 and $2: so are their totals, but for the estimated number of sources" \
			"$([ -s "$dir/$1.totals" ] || echo nothing; diff "$dir/$1.totals" "$dir/$2.totals" | head -n 5)"
	fi
	for by in source port series; do
		for name in "$1" "$2"; do
			"$fireplot" top --csv --by $by -n 5000 --archive "$dir/$name" -s $start -e $end | sort >"$dir/$name.top"
		done
		check "$1 and $2: top --by $by tells the same" "$(diff "$dir/$1.top" "$dir/$2.top")"
	done
}

recording raw '' "$set1/ulogd-pcap-raw.pcap"

# 18 packets of IPv6 have destination options that are longer than what NFLOG copied: 128 bytes. So only the raw capture, which was made
# of the wire, and the kernel see the ICMPv6 behind them; ulogd2 writes no ip.protocol then, and LOGEMU PROTO=0.
recording nflog '18 records not read: too little of the packet was kept' "$set1/nflog.pcap"
recording json '18 lines not read: no protocol' "$set1/ulogd2.json.gz"
recording logemu '18 lines not read: no protocol' --year 2026 "$set1/ulogd2-logemu.log.gz"

# The kernel's clock counts from 0.11684 s after a whole second, and --boot takes whole ones.
gzip -dc "$set1/kernel-log-dmesg.log.gz" |
	awk '{ at = index($0, "]"); printf "[%12.6f%s\n", substr($0, 2, at - 2) + 0.11684, substr($0, at) }' >"$dir/kernel.log"
recording kernel '' --boot 1795484741 "$dir/kernel.log"

rule raw ''
rule nflog 'fp-drop:'
rule json 'fp-drop-json'
rule logemu 'fp-drop-emu'
rule kernel '[FP DROP]'

cells='< 1795486137,1795486138,icmp6,128,128,18'
sighting='< 1795486137,1795486138,icmp6,probe,2001:db8:2:0:8e16:45ff:fee5:5ba2,2001:db8:1::1,icmp6,128,0,18,'
for name in nflog json logemu; do
	echo "$cells" >"$dir/known"
	differs $name cells
	echo "$sighting" >"$dir/known"
	differs $name sightings
done
: >"$dir/known"
differs kernel cells
differs kernel sightings

# A capture tells when a packet was that is not all there, so the totals have it.
for short in 'raw 0' 'nflog 18' 'json 0' 'logemu 0' 'kernel 0'; do
	name=${short% *}
	check "$name: ${short#* } packets were short" "$("$fireplot" info --archive "$dir/$name" >"$dir/info"
		grep -qE "^short +${short#* }\$" "$dir/info" || grep '^short' "$dir/info" || echo "no line of it")"
done

like raw kernel
like json logemu
like nflog json 'short packets'
finish
