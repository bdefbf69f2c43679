#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Counts what the parsers make of other people's logs, which are no part of the project: $FIREPLOT_DATA, or shared/data beside it.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}
count=$top_builddir/tests/unit/import/count
number=0

# check FORMAT FILE: what it should count is on stdin
check() {
	number=$((number + 1))
	expected=$(cat)
	if ! [ -r "$data/$2" ]; then
		echo "ok $number - $2 # SKIP no $data/$2 (FIREPLOT_DATA names another place)"
		return
	fi
	found=$(gzip -dcf <"$data/$2" | "$count" "$1")
	status=$?
	if [ "$status" -eq 2 ]; then
		echo "ok $number - $2 # SKIP built without the format $1"
	elif [ "$found" = "$expected" ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		echo "$found" | sed 's/^/# found /'
	fi
}

echo 1..3

# 451,581 packets, none of them malformed; the column "host" holds names of sensors.
check csv logs/marx-aws-honeypot-2013.csv.gz <<EOF
tcp4 probe 327991
udp4 probe 78779
icmp4 probe 38739
icmp4 backscatter 6072
other 1
EOF

# 4,091 packets. 18 are IPv6 with destination options longer than the copy: ulogd2 tells no protocol, and packet_decode says SHORT.
check ulogd oracle/set1/ulogd2.json.gz <<EOF
tcp4 probe 1994
tcp4 backscatter 17
udp4 probe 1036
udp6 probe 3
icmp4 backscatter 994
icmp6 probe 1
icmp6 backscatter 21
other4 probe 2
other6 probe 5
no protocol: 18
EOF

# One is a trace of a packet that was let through.
check ulogd logs/formats/ulogd2-json-found-lines.jsonl <<EOF
tcp4 probe 1
tcp6 probe 1
icmp6 backscatter 1
other 1
EOF
