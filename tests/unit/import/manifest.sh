#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot import of logs and captures that are no part of the project: what it says of each, and that the archive has every packet.
# The packets of each series were counted with grep and awk in logs, and with tcpdump's filters in captures.
# shellcheck source=tests/lint/tap.sh
. "${top_srcdir:?}/tests/lint/tap.sh"

fireplot=${top_builddir:?}/fireplot
data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}
[ -d "$data/logs" ] || skip_all "no $data/logs (FIREPLOT_DATA names another place)"
[ -x "$fireplot" ] || skip_all "fireplot is not built"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
TMPDIR=$dir/tmp
TZ=UTC0
export TMPDIR TZ
mkdir "$TMPDIR"

# A small archive of all classes, to which no sightings belong.
import() {
	rm -rf "$dir/archive"
	"$fireplot" import --archive "$dir/archive" --exact-ports 64 --bins-per-octave 1 --sightings 0 --count probe,backscatter,late "$@" \
		>"$dir/output" 2>"$dir/error"
}

# told: the lines or records of the file, and how many of them are packets, not read, and no packets, as "12 10 1 1"
told() {
	sed -n '1s/;.*//p' "$dir/output" | awk '{
		for (i = 2; i <= NF; i++)
			if ($(i - 1) ~ /^[0-9]+$/)
				count[substr($i, 1, 4)] = $(i - 1)
		printf "%d %d %d %d", count["line"] + count["reco"], count["pack"], count["not"], count["that"]
	}'
}

# archived: the packets of each series that the archive has, as "tcp4 26 udp4 276 "
archived() {
	window=$(sed -n 's/^draw it: .* \(-s [0-9]* -e [0-9]*\)$/\1/p' "$dir/output")
	# shellcheck disable=SC2086 # four words
	"$fireplot" fetch --csv --archive "$dir/archive" $window | awk -F, '
		NR > 1 { packets[$3] += $6 }
		END {
			count = split("tcp4 udp4 tcp6 udp6 icmp4 icmp6 other4 other6", series, " ")
			for (i = 1; i <= count; i++)
				if (series[i] in packets)
					printf "%s%s %d", (written++ ? " " : ""), series[i], packets[series[i]]
		}'
}

# counts FILE "LINES PACKETS BAD OTHER" "SERIES PACKETS ..." OPTION...
counts() {
	file=$1
	counts=$2
	series=$3
	shift 3
	import "$@" "$data/$file"
	status=$?
	if grep -q 'was built without' "$dir/error"; then
		skip "$file" "$(sed 's/.*was built/built/' "$dir/error")"
		return
	fi
	check "$file: $counts (lines, packets, not read, others)" "$(
		[ "$status" -eq 0 ] || echo "status $status: $(cat "$dir/error")"
		found=$(told)
		[ "$found" = "$counts" ] || head -n 1 "$dir/output"
		found=$(archived)
		[ "$found" = "$series" ] || echo "the archive has $found, not $series"
	)"
}

# nothing_of FILE PATTERN: refused with such a message and status 1, and nothing is left behind.
nothing_of() {
	import "$data/$1"
	status=$?
	check "$1: $2" "$(
		[ "$status" -eq 1 ] || echo "status $status"
		grep -q "^ERROR: .*$2" "$dir/error" || cat "$dir/error"
		[ ! -e "$dir/archive" ] || echo "left an archive behind"
	)"
}

# ---- logs ----
# 16 lines of the kernel are no packets; in 6 the source is glued to the destination, so of TCP's 162,467 packets these are not there.
counts logs/sotm34-iptablesyslog-2005.log.gz '179752 179730 6 16' 'tcp4 162461 udp4 12391 icmp4 4878' --year 2005
# The last line of the one day is cut within MAC=.
counts logs/rafmio-ufw-20230820-20230820.log.gz '3979 3978 1 0' 'tcp4 3917 udp4 61' --year 2023
counts logs/rafmio-ufw-20240317-20240520.log.gz '280513 280513 0 0' 'tcp4 273788 udp4 6703 other4 22' --year 2024
# The head line is no packet.
counts logs/marx-aws-honeypot-2013.csv.gz '451582 451581 0 1' 'tcp4 327991 udp4 78779 icmp4 44811'

# Two packets of UDP-Lite are empty.
counts logs/psad/proto_scan '510 508 2 0' 'tcp4 2 udp4 2 other4 504'
counts logs/psad/ack_scan_1000_1150 '302 302 0 0' 'tcp4 302'
counts logs/psad/fin_scan_1000_1150 '302 302 0 0' 'tcp4 302'
counts logs/psad/fwknop_spa_pkt '1 1 0 0' 'udp4 1'
counts logs/psad/invalid_icmp_type_code '5 5 0 0' 'icmp4 5'
counts logs/psad/ipv4_igmp '4 4 0 0' 'other4 4'
counts logs/psad/ipv4_valid_ping '5 5 0 0' 'icmp4 5'
counts logs/psad/ipv6_invalid_icmp6_type_code '2 2 0 0' 'icmp6 2'
counts logs/psad/ipv6_ms_sql_server_sig_match '1 1 0 0' 'tcp6 1'
counts logs/psad/ipv6_ping_scan '2 2 0 0' 'icmp6 2'
counts logs/psad/ipv6_tcp_connect_nmap_default_scan '1009 1009 0 0' 'tcp6 1008 icmp6 1'
counts logs/psad/mirai_default_credentials_scan '11 11 0 0' 'tcp4 11'
counts logs/psad/ms_sql_server_sig_match '2 2 0 0' 'tcp4 2'
counts logs/psad/null_scan_1000_1150 '303 303 0 0' 'tcp4 302 icmp4 1'
counts logs/psad/reputation_scan '7 7 0 0' 'tcp4 7'
counts logs/psad/syn_scan_1000_1500 '1002 1002 0 0' 'tcp4 1002'
counts logs/psad/syn_scan_1000_1500_localhost '1002 1002 0 0' 'tcp4 1002'
counts logs/psad/syn_scan_1000_1500_multi_dst '4008 4008 0 0' 'tcp4 4008'
counts logs/psad/syn_scan_1000_1500_zeroip '1002 1002 0 0' 'tcp4 1002'
counts logs/psad/syn_sweep '12 12 0 0' 'tcp4 12'
counts logs/psad/syslog_time_fmt1.log '6 6 0 0' 'tcp4 2 other4 4'
counts logs/psad/topera_ipv6_syn_scan_no_ip_opts '1058 1058 0 0' 'tcp6 1024 icmp6 34'
counts logs/psad/topera_ipv6_syn_scan_with_ip_opts '1046 1046 0 0' 'tcp6 1025 icmp6 21'
counts logs/psad/udp_scan_1000_1150 '302 302 0 0' 'udp4 302'
counts logs/psad/xmas_scan_1000_1150 '302 302 0 0' 'tcp4 302'

# Two lines are cut at the front, where the addresses were.
counts logs/formats/elastic-iptables-variants.log '10 8 2 0' 'tcp4 3 udp4 1 icmp4 1 icmp6 2 other4 1'
# One is a trace of a packet that was let through.
counts logs/formats/ulogd2-json-found-lines.jsonl '4 3 0 1' 'tcp4 1 tcp6 1 icmp6 1'
counts logs/formats/adrienre-iptables.log.gz '8443 8443 0 0' 'tcp4 8161 udp4 276 icmp4 6'
counts logs/formats/crowdsec-iptables-logs.log '4 4 0 0' 'tcp4 3 udp4 1'
counts logs/formats/crowdsec-iptables-scan-multi-port.log '49 49 0 0' 'tcp4 49'
counts logs/formats/crowdsec-proxmox-iptables.log '10 10 0 0' 'tcp4 8 udp4 1 tcp6 1'
counts logs/formats/denarzan-iptables.log.gz '1516 1516 0 0' 'tcp4 1496 udp4 20'
counts logs/formats/ganapathi-ufw-kern.log.gz '56 56 0 0' 'tcp4 7 udp4 21 udp6 28'
counts logs/formats/gitpan-iptables-log-syslog.gz '8 8 0 0' 'tcp4 3 udp4 3 icmp4 2'
counts logs/formats/hbdevelop1-kern.log.gz '12371 1673 0 10698' 'tcp4 6 udp4 773 udp6 41 other4 853'
counts logs/formats/knocker-kern.log.gz '65 65 0 0' 'tcp4 65'
counts logs/formats/spazz-ufw.log.gz '44 44 0 0' 'tcp4 37 udp4 7'
counts logs/formats/ulogd2-logemu-found-lines.log '7 7 0 0' 'udp4 3 icmp4 4'
nothing_of logs/formats/zictes-journalctl-no-firewall-lines.txt.gz 'no packet was found; no archive was made'

# All traffic of a host, of which 8,103 packets are in the middle of a connection: only what asks goes by port.
"$fireplot" import --archive "$dir/probes" --sightings 0 "$data/logs/formats/adrienre-iptables.log.gz" >"$dir/output" 2>"$dir/error"
mv "$dir/probes" "$dir/archive"
found=$(archived)
check "of 8,443 packets of all traffic 302 go by port" "$([ "$found" = 'tcp4 26 udp4 276 icmp4 6' ] || echo "found $found")"

# ---- captures ----
counts pcap/nflog/pcapplusplus-nflogPacket.pcap '1 1 0 0' 'udp4 1'
counts pcap/nflog/tcpdump-nflog.pcap '4 4 0 0' 'udp4 4'
counts pcap/nflog/zeek-nflog-http.pcap '13 13 0 0' 'tcp4 13'
# Three packets of SCTP, DCCP and UDP-Lite are empty; the others are ARP.
counts pcap/scans/evilfingers-IP_PROTOCOL_SCAN.pcap '513 507 3 3' 'tcp4 2 udp4 1 icmp4 254 other4 250'
counts pcap/scans/evilfingers-TCP_CONNECT_SCAN.pcap '9924 9924 0 0' 'tcp4 9924'
counts pcap/scans/evilfingers-TCP_SYN_SCAN.pcap '2020 2011 0 9' 'tcp4 2007 udp4 4'
counts pcap/scans/evilfingers-UDP_SCAN.pcap '2028 2027 0 1' 'udp4 1034 icmp4 993'
counts pcap/scans/ppa1-blaster.pcap '18 18 0 0' 'tcp4 18'
counts pcap/scans/ppa1-dosattack.pcap '100 100 0 0' 'tcp4 100'
counts pcap/scans/ppa1-evilprogram.pcap '659 620 0 39' 'tcp4 566 udp4 36 icmp4 18'
counts pcap/scans/ppa1-icmp-tracert-slow.pcap '76 76 0 0' 'icmp4 76'
counts pcap/scans/ppa1-ipfragments.pcap '24 24 0 0' 'icmp4 8 other4 16'
counts pcap/scans/ppa1-osfingerprinting.pcap '36 36 0 0' 'icmp4 36'
counts pcap/scans/ppa1-portscan.pcap '29 29 0 0' 'tcp4 29'
counts pcap/scans/ppa3-activeosfingerprinting.pcapng '48 48 0 0' 'tcp4 40 udp4 4 icmp4 4'
counts pcap/scans/ppa3-ipv6_fragments.pcapng '22 22 0 0' 'icmp6 12 other6 10'
counts pcap/scans/ppa3-synscan.pcapng '2011 2011 0 0' 'tcp4 2011'

# refused FILE STATUS: what of an import that made no archive is not as it should be
refused() {
	[ "$2" -eq 1 ] || echo "$1: status $2"
	[ "$(grep -c '^ERROR: ' "$dir/error")" -eq 1 ] || echo "$1: $(tail -n 1 "$dir/error")"
	[ ! -s "$dir/output" ] || echo "$1: $(head -n 1 "$dir/output")"
}

# all_of TAR IMPORTED REFUSED: of the captures in it so many.
all_of() {
	if ! command -v xz >/dev/null; then
		skip "$1" "no xz to unpack it with"
		return
	fi
	mkdir "$dir/captures" "$dir/into"
	tar -xJf "$data/pcap/corpus/$1.tar.xz" -C "$dir/captures"
	find "$dir/captures" -type f >"$dir/list"
	: >"$dir/findings"
	imported=0
	refused=0
	while read -r file; do
		"$fireplot" import --archive "$dir/into/archive" --exact-ports 64 --bins-per-octave 1 --sightings 0 "$file" \
			>"$dir/output" 2>"$dir/error"
		status=$?
		if [ "$status" -eq 0 ] && [ -d "$dir/into/archive" ]; then
			imported=$((imported + 1))
			rm -r "$dir/into/archive"
		else
			refused=$((refused + 1))
			refused "$file" "$status" >>"$dir/findings"
		fi
		rmdir "$dir/into" "$TMPDIR" || break # they are empty
		mkdir "$dir/into" "$TMPDIR"
	done <"$dir/list"
	[ "$imported $refused" = "$2 $3" ] || echo "$imported imported, $refused refused" >>"$dir/findings"
	check "$1: $2 captures are imported, $3 refused with a message, and nothing is left behind" "$(cat "$dir/findings")"
	rm -r "$dir/captures" "$dir/into"
}

all_of kaorimatz-pcaps 30 8
all_of libpcap-filter-tests 12 31
all_of pcapplusplus 123 41
all_of tcpdump-tests 438 392
finish
