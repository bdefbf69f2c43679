#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Counts of captures that are no part of the project: records as `tcpdump -r FILE | wc -l` says; other as `tcpdump -r FILE 'not ip and
# not ip6'` (ARP, LLC); the rest are packets, but for what is bad: empty datagrams of SCTP, DCCP and UDP-Lite in a scan of protocols, and
# IPv6 extension headers longer than a copy range of 128 bytes.
set -eu
# shellcheck source=tests/unit/found.sh
. "${top_srcdir:?}/tests/unit/found.sh"

n=0
# result CONDITION NAME
result() {
	n=$((n + 1))
	if [ "$1" = true ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

tests=${top_builddir:?}/tests/unit/import
while read -r file counts; do
	got=$("$tests/captures" "$data/$file")
	if [ "$got" = "$counts" ]; then same=true; else same=false; fi
	result "$same" "$file has $counts (records, packets, other, bad), found $got"
done <<'LIST'
pcap/nflog/pcapplusplus-nflogPacket.pcap 1 1 0 0
pcap/nflog/tcpdump-nflog.pcap 4 4 0 0
pcap/nflog/zeek-nflog-http.pcap 13 13 0 0
pcap/scans/evilfingers-IP_PROTOCOL_SCAN.pcap 513 507 3 3
pcap/scans/evilfingers-TCP_CONNECT_SCAN.pcap 9924 9924 0 0
pcap/scans/evilfingers-TCP_SYN_SCAN.pcap 2020 2011 9 0
pcap/scans/evilfingers-UDP_SCAN.pcap 2028 2027 1 0
pcap/scans/ppa1-blaster.pcap 18 18 0 0
pcap/scans/ppa1-dosattack.pcap 100 100 0 0
pcap/scans/ppa1-evilprogram.pcap 659 620 39 0
pcap/scans/ppa1-icmp-tracert-slow.pcap 76 76 0 0
pcap/scans/ppa1-ipfragments.pcap 24 24 0 0
pcap/scans/ppa1-osfingerprinting.pcap 36 36 0 0
pcap/scans/ppa1-portscan.pcap 29 29 0 0
pcap/scans/ppa3-activeosfingerprinting.pcapng 48 48 0 0
pcap/scans/ppa3-ipv6_fragments.pcapng 22 22 0 0
pcap/scans/ppa3-synscan.pcapng 2011 2011 0 0
oracle/set1/nflog.pcap 4091 4073 0 18
oracle/set1/ulogd-pcap-raw.pcap 4091 4091 0 0
LIST

pair=$("$tests/captures_pair" "$data/oracle/set1/nflog.pcap" "$data/oracle/set1/ulogd-pcap-raw.pcap")
echo "$pair" | grep '^#' || true
expected='4091 records, 4073 the same, 18 short of the copy range, both end'
if [ "$pair" = "$expected" ]; then same=true; else same=false; fi
result "$same" "the same packets as NFLOG and as raw IP: $expected"
echo "1..$n"
