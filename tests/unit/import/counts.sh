#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Counts what the parsers make of other people's logs, which are no part of the project: $FIREPLOT_DATA, or shared/data beside it.
# Packets, protocols and classes of TCP and ICMP were counted with grep and awk too; what is not read is explained where it stands.
# shellcheck source=tests/lint/tap.sh
. "${top_srcdir:?}/tests/lint/tap.sh"

count=${top_builddir:?}/tests/unit/import/count
data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}
[ -d "$data/logs" ] || skip_all "no $data/logs (FIREPLOT_DATA names another place)"

# counts FORMAT FILE COUNTS: where the counts are long they stand in several lines
counts() {
	expected=$(printf '%s' "$3" | tr -s '\n\t' ' ')
	if ! [ -r "$data/$2" ]; then
		skip "$2" "not there"
		return
	fi
	found=$(gzip -dcf <"$data/$2" | "$count" "$1")
	case $? in
	0) check "$2: $expected" "$([ "$found" = "$expected" ] || echo "found $found")" ;;
	77) skip "$2" "built without the format $1" ;;
	*) check "$2" "the parser of $1 fails" ;;
	esac
}

# ---- lines of the kernel ----
# 16 lines of the kernel are no packets; 6 have the source glued to the destination ("SRC=219.255.10.22.DST=").
counts kernlog logs/sotm34-iptablesyslog-2005.log.gz \
	'tcp4 probe 148449, tcp4 backscatter 12283, tcp4 late 1729, udp4 probe 12391, icmp4 probe 4878, other 16,
	no source or destination address 6'
counts kernlog logs/rafmio-ufw-20240317-20240520.log.gz \
	'tcp4 probe 273580, tcp4 backscatter 2, tcp4 late 206, udp4 probe 6703, other4 probe 22'
# The last line ends within MAC=.
counts kernlog logs/rafmio-ufw-20230820-20230820.log.gz 'tcp4 probe 3917, udp4 probe 61, ends in the middle 1'

counts kernlog logs/formats/adrienre-iptables.log.gz \
	'tcp4 probe 26, tcp4 backscatter 32, tcp4 late 8103, udp4 probe 276, icmp4 probe 3, icmp4 backscatter 3'
counts kernlog logs/formats/denarzan-iptables.log.gz 'tcp4 probe 1487, tcp4 backscatter 4, tcp4 late 5, udp4 probe 20'
counts kernlog logs/formats/ganapathi-ufw-kern.log.gz 'tcp4 late 7, udp4 probe 21, udp6 probe 28'
# TCP without flags, which are taken for SYN.
counts kernlog logs/formats/gitpan-iptables-log-syslog.gz 'tcp4 probe 3, udp4 probe 3, icmp4 probe 1, icmp4 backscatter 1'
# 1,673 packets among 12,370 lines of a kernel, and blanks at the end.
counts kernlog logs/formats/hbdevelop1-kern.log.gz 'tcp4 probe 6, udp4 probe 773, udp6 probe 41, other4 probe 853, other 10698'
counts kernlog logs/formats/knocker-kern.log.gz 'tcp4 late 65'
counts kernlog logs/formats/spazz-ufw.log.gz 'tcp4 probe 37, udp4 probe 7'
counts kernlog logs/formats/zictes-journalctl-no-firewall-lines.txt.gz 'other 10095'
# What is broken on purpose is the name of an interface and of a key ("XX=enp1s0"): the packets are whole.
counts kernlog logs/formats/crowdsec-iptables-logs.log 'tcp4 probe 3, udp4 probe 1'
counts kernlog logs/formats/crowdsec-iptables-scan-multi-port.log 'tcp4 probe 49'
counts kernlog logs/formats/crowdsec-proxmox-iptables.log 'tcp4 probe 8, udp4 probe 1, tcp6 probe 1'
# Two lines begin behind the addresses.
counts kernlog logs/formats/elastic-iptables-variants.log \
	'tcp4 probe 1, tcp4 late 2, udp4 probe 1, icmp4 backscatter 1, icmp6 probe 1, icmp6 backscatter 1, other4 probe 1,
	no source or destination address 2'
counts kernlog logs/formats/ulogd2-logemu-found-lines.log 'udp4 probe 3, icmp4 probe 3, icmp4 backscatter 1'

# Two packets of UDP-Lite have no byte behind the IP header.
counts kernlog logs/psad/proto_scan 'tcp4 late 2, udp4 probe 2, other4 probe 504, malformed packet 2'
counts kernlog logs/psad/ack_scan_1000_1150 'tcp4 late 302'
counts kernlog logs/psad/fin_scan_1000_1150 'tcp4 probe 302'
counts kernlog logs/psad/fwknop_spa_pkt 'udp4 probe 1'
counts kernlog logs/psad/invalid_icmp_type_code 'icmp4 probe 5'
counts kernlog logs/psad/ipv4_igmp 'other4 probe 4'
counts kernlog logs/psad/ipv4_valid_ping 'icmp4 probe 5'
counts kernlog logs/psad/ipv6_invalid_icmp6_type_code 'icmp6 probe 2'
counts kernlog logs/psad/ipv6_ms_sql_server_sig_match 'tcp6 probe 1'
counts kernlog logs/psad/ipv6_ping_scan 'icmp6 probe 2'
counts kernlog logs/psad/ipv6_tcp_connect_nmap_default_scan 'tcp6 probe 1002, tcp6 backscatter 3, tcp6 late 3, icmp6 probe 1'
counts kernlog logs/psad/mirai_default_credentials_scan 'tcp4 probe 11'
counts kernlog logs/psad/ms_sql_server_sig_match 'tcp4 probe 2'
counts kernlog logs/psad/null_scan_1000_1150 'tcp4 probe 302, icmp4 probe 1'
counts kernlog logs/psad/reputation_scan 'tcp4 probe 7'
counts kernlog logs/psad/syn_scan_1000_1500 'tcp4 probe 1002'
counts kernlog logs/psad/syn_scan_1000_1500_localhost 'tcp4 probe 1002'
counts kernlog logs/psad/syn_scan_1000_1500_multi_dst 'tcp4 probe 4008'
counts kernlog logs/psad/syn_scan_1000_1500_zeroip 'tcp4 probe 1002'
counts kernlog logs/psad/syn_sweep 'tcp4 probe 12'
counts kernlog logs/psad/syslog_time_fmt1.log 'tcp4 probe 2, other4 probe 4'
counts kernlog logs/psad/topera_ipv6_syn_scan_no_ip_opts 'tcp6 probe 1024, icmp6 probe 13, icmp6 backscatter 21'
counts kernlog logs/psad/topera_ipv6_syn_scan_with_ip_opts 'tcp6 probe 1025, icmp6 probe 8, icmp6 backscatter 13'
counts kernlog logs/psad/udp_scan_1000_1150 'udp4 probe 302'
counts kernlog logs/psad/xmas_scan_1000_1150 'tcp4 probe 302'

# ---- lines of other programs ----
# The column "host" holds names of sensors, and the head line is no packet.
counts csv logs/marx-aws-honeypot-2013.csv.gz \
	'tcp4 probe 327991, udp4 probe 78779, icmp4 probe 38739, icmp4 backscatter 6072, other 1'
# One is a trace of a packet that was let through.
counts ulogd logs/formats/ulogd2-json-found-lines.jsonl 'tcp4 probe 1, tcp6 probe 1, icmp6 backscatter 1, other 1'

# ---- the same 4,091 packets by several ways ----
# 18 are IPv6 with destination options, of which ulogd2 tells no protocol (0 in lines); the kernel has looked behind them.
counts kernlog oracle/set1/kernel-log-dmesg.log.gz \
	'tcp4 probe 1994, tcp4 backscatter 17, udp4 probe 1036, udp6 probe 3, icmp4 backscatter 994, icmp6 probe 19,
	icmp6 backscatter 21, other4 probe 2, other6 probe 5'
counts kernlog oracle/set1/ulogd2-logemu.log.gz \
	'tcp4 probe 1994, tcp4 backscatter 17, udp4 probe 1036, udp6 probe 3, icmp4 backscatter 994, icmp6 probe 1,
	icmp6 backscatter 21, other4 probe 2, other6 probe 5, no protocol 18'
counts ulogd oracle/set1/ulogd2.json.gz \
	'tcp4 probe 1994, tcp4 backscatter 17, udp4 probe 1036, udp6 probe 3, icmp4 backscatter 994, icmp6 probe 1,
	icmp6 backscatter 21, other4 probe 2, other6 probe 5, no protocol 18'

finish
