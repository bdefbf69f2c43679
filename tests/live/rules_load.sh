#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rulesets in contrib/rules load, and log what they should: what they let in is not logged, all else is, in both families,
# on its way in and through.
# shellcheck disable=SC2317 # what ok calls is reached
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"

rules=$top_srcdir/contrib/rules

# Forwarding, to a network that leads nowhere: what is passed on is seen by the forward chain.
ip link add away0 type veth peer name away1
ip link set away0 up
ip link set away1 up
ip address add 203.0.113.1/24 dev away0
ip address add 2001:db8:3::1/64 dev away0 nodad
setting ipv4/ip_forward 1
setting ipv6/conf/all/forwarding 1

# In either family 1 packet to a port that is served, 3 to this machine and 5 through it that are not, and 1 echo request.
send() {
	knock --seed 1 <<-EOF
		0 tcp 198.51.100.7 192.0.2.1 40000 22 S
		0 tcp 2001:db8:1::7 2001:db8:2::1 40000 22 S
		0 tcp 198.51.100.7 192.0.2.1 40000 23-24 S
		0 udp 198.51.100.7 192.0.2.1 40000 53
		0 tcp 2001:db8:1::7 2001:db8:2::1 40000 23-24 S
		0 udp 2001:db8:1::7 2001:db8:2::1 40000 53
		0 tcp 198.51.100.7 203.0.113.9 40000 1-5 S
		0 tcp 2001:db8:1::7 2001:db8:3::9 40000 1-5 S
		0 icmp 198.51.100.7 192.0.2.1 8 0
		0 icmp 2001:db8:1::7 2001:db8:2::1 128 0
	EOF
}

# nft_logged TABLE CHAIN: packets that came to the log statement of the chain, since a counter was put before it.
nft_logged() {
	nft list chain inet "$1" "$2" | awk '$1 == "counter" { print $3 }'
}
count_in() {
	nft insert rule inet "$1" "$2" counter
}

# logs SENTENCE WANTED COMMAND...: the command tells that many packets, once all that were sent have been handled.
logs() {
	sentence=$1 wanted=$2
	shift 2
	until_true 10 told "$wanted" "$@"
	is "$sentence" "$("$@")" "$wanted"
}
told() {
	wanted=$1
	shift
	[ "$("$@")" -ge "$wanted" ]
}

nft_loads() {
	nft -c -f "$rules/$1" && nft -f "$rules/$1"
}

# That a table is replaced and not added to shows when it is loaded twice.
ok "firewall.nft loads" nft_loads firewall.nft
once=$(nft list ruleset)
ok "firewall.nft loads again" nft_loads firewall.nft
is "firewall.nft replaces itself" "$(nft list ruleset)" "$once"
count_in firewall rejected
send >"$dir/said" || bail_out "knock failed: $(cat "$dir/said")"
logs "firewall.nft logs what it rejects" 16 nft_logged firewall rejected
nft delete table inet firewall

ok "fireplot.nft loads" nft_loads fireplot.nft
once=$(nft list ruleset)
ok "fireplot.nft loads again" nft_loads fireplot.nft
is "fireplot.nft replaces itself" "$(nft list ruleset)" "$once"
nft add table inet other
count_in fireplot rejected
send >/dev/null
logs "fireplot.nft logs what comes in, and on its own nothing that is passed on" 6 nft_logged fireplot rejected
nft add element inet fireplot outside '{ "fw0" }'
nft add element inet fireplot served_behind4 '{ 203.0.113.9 . tcp . 1 }'
nft add element inet fireplot served_behind6 '{ 2001:db8:3::9 . tcp . 1, 2001:db8:3::9 . tcp . 2 }'
send >/dev/null
logs "from an interface outside it logs what is passed on and not served behind" $((6 + 6 + 4 + 3)) nft_logged fireplot rejected
is "and leaves other tables alone" "$(nft list tables | sort | tr '\n' ' ')" "table inet fireplot table inet other "

ok "fireplot-cpus.nft loads" nft_loads fireplot-cpus.nft
for group in 0 1 2 3; do
	count_in fireplot "group$group"
done
send >/dev/null
all_groups() {
	for group in 0 1 2 3; do
		nft_logged fireplot "group$group"
	done | awk '{ n += $1 } END { print n }'
}
logs "fireplot-cpus.nft logs each packet to one group" $((6 + 4 + 3)) all_groups
nft flush ruleset

# iptables_logged COMMAND: packets that came to the NFLOG target.
iptables_logged() {
	"$1" -nvxL rejected | awk '$3 == "NFLOG" { print $1 }'
}
for command in iptables ip6tables; do
	if ! command -v $command-restore >/dev/null; then
		count=$((count + 1))
		echo "ok $count - $command.rules loads # SKIP no $command here"
		continue
	fi
	ok "$command.rules is right" sh -c "$command-restore --test <'$rules/$command.rules'"
	ok "$command.rules loads" sh -c "$command-restore <'$rules/$command.rules'"
	send >/dev/null
	logs "$command.rules logs what it rejects" 8 iptables_logged $command
	is "$command.rules copies as much as fireplotd asks for" "$($command-save | grep -o 'nflog-size [0-9]*')" "nflog-size 128"
	$command -F
	$command -P INPUT ACCEPT
	$command -P FORWARD ACCEPT
done
done_testing
