# SPDX-License-Identifier: GPL-2.0-or-later
# A month of a firewall's log that nobody's packets are in: March 2024 in UTC, lines as the kernel's LOG target prints them, addresses for
# documentation. The same lines each time.
#
#     awk -f doc/sample/month.awk >month.log

# A number from 0 to n - 1.
function pick(n) {
	seed = seed * 16807 % 2147483647
	return int(seed / 2147483647 * n)
}

function front(source, destination, type, len) {
	printf "2024-03-%02dT%02d:%02d:%02d+00:00 fw kernel: DROP IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:%s SRC=%s DST=%s LEN=%d ",
		day, hour, minute, second, type, source, destination, len
	if (second < 59)
		second++
}

function tcp(source, port, flags) {
	front(source, "192.0.2.1", "08:00", 60)
	printf "TOS=0x00 PREC=0x00 TTL=51 ID=%d DF PROTO=TCP SPT=%d DPT=%d WINDOW=1024 RES=0x00 %s URGP=0\n", pick(65536), 1024 + pick(64512), port, flags
}

function udp(source, port) {
	front(source, "192.0.2.1", "08:00", 48)
	printf "TOS=0x00 PREC=0x00 TTL=113 ID=%d PROTO=UDP SPT=%d DPT=%d LEN=28\n", pick(65536), 1024 + pick(64512), port
}

function tcp6(source, port) {
	front(source, "2001:0db8:0002:0000:0000:0000:0000:0001", "86:dd", 80)
	printf "TC=0 HOPLIMIT=52 FLOWLBL=0 PROTO=TCP SPT=%d DPT=%d WINDOW=64800 RES=0x00 SYN URGP=0\n", 1024 + pick(64512), port
}

function ping(source) {
	front(source, "192.0.2.1", "08:00", 84)
	printf "TOS=0x00 PREC=0x00 TTL=53 ID=%d DF PROTO=ICMP TYPE=8 CODE=0 ID=%d SEQ=1\n", pick(65536), pick(65536)
}

function anyone() {
	return (pick(2) ? "198.51.100." : "203.0.113.") (100 + pick(155))
}

function anyone6() {
	return sprintf("2001:0db8:0001:0000:0000:0000:0000:%04x", 1 + pick(65535))
}

# Among the noise: the scanners that a picture is for.
function scans(now) {
	if (now % 36 == 5) # one port after the other, all month
		tcp("198.51.100.66", 1 + int(now / 36), "SYN")
	for (i = 0; i < 4; i++) # four that have shared out the high ports, for ten days
		if (now >= 17280 && now < 31680 && now % 48 == 12 * i)
			tcp("203.0.113." (40 + i), 1024 + 16128 * i + int((now - 17280) / 48) * 53, "SYN")
	if (now == 12247) # all low ports in a moment
		for (i = 1; i <= 400; i++)
			tcp("203.0.113.99", i, "SYN")
	if (now >= 24480 && now % 20 == 3) # the same over IPv6, from the 18th on
		tcp6("2001:0db8:0001:0000:0000:0000:0000:0bad", 1 + int((now - 24480) / 20))
}

function noise(now) {
	if (!pick(9)) tcp(anyone(), 23, "SYN")
	if (!pick(14)) tcp(anyone(), 445, "SYN")
	if (!pick(20)) tcp6(anyone6(), 22)
	if (!pick(25)) udp(anyone(), 5060)
	if (!pick(25)) tcp(anyone(), 3389, "SYN")
	if (!pick(30)) udp(anyone(), 53 + pick(3) * 35)
	if (!pick(12)) tcp(anyone(), 1 + int(exp(pick(1000000) / 1000000 * log(65535))), "SYN")
	if (!pick(40)) udp(anyone(), 1 + int(exp(pick(1000000) / 1000000 * log(65535))))
	if (!pick(60)) ping(anyone())
	if (!pick(60)) tcp(anyone(), 1024 + pick(64512), "ACK SYN") # an answer to somebody who forged our address
}

BEGIN {
	seed = 20240301
	for (now = 0; now < 44640; now++) {
		day = 1 + int(now / 1440)
		hour = int(now / 60) % 24
		minute = now % 60
		second = 0
		noise(now)
		scans(now)
	}
}
