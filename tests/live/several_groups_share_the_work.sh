#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A rule that fans out over the CPUs to several groups; together they count every packet once.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool taskset

cpus=$(nproc --all)
verdicts=$(i=0; while [ "$i" -lt "$cpus" ]; do printf '%s %d : goto g%d' "$([ "$i" -eq 0 ] || echo ,)" "$i" $((100 + i % 3)); i=$((i + 1)); done)
nft -f - <<EOF || skip_all "nft can't load a rule that fans out"
table inet live {
	counter logged { }
	chain g100 {
		log group 100
		drop
	}
	chain g101 {
		log group 101
		drop
	}
	chain g102 {
		log group 102
		drop
	}
	chain input {
		type filter hook input priority filter; policy accept;
		iifname "fw0" counter name logged meta cpu vmap { $verdicts }
	}
}
EOF
daemon_start -g 100-102 || bail_out "fireplotd does not start"
is "there is a thread for each group, one for the archive, one for signals" "$(grep '^Threads:' "/proc/$daemon/status" | tr -dc 0-9)" 5
began=$(now)
plan='0+0.1 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x15000
0+0.1 udp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 x15000'
senders=
for cpu in 0 $((cpus > 1)); do
	echo "$plan" | taskset -c "$cpu" nsenter --net="/proc/$sender/ns/net" "$kit/knock" -i out0 -m 02:00:00:00:00:01 \
		--seed "$cpu" --log "$dir/sent.$cpu" >/dev/null &
	senders="$senders $!"
done
for pid in $senders; do
	wait "$pid" || say "a sender failed"
done
cat "$dir"/sent.* >"$dir/sent"
is "all packets were logged" "$(nft_counted)" "$(wc -l <"$dir/sent")"
ok "fireplotd ends well" daemon_stop
cells "$began" "$(($(now) + 2))" >"$dir/cells"
ok "each packet is in its series, bin and step, once" compare_cells "$dir/sent" "$dir/cells"
is "the groups' counters add up" "$(sed -n 's/.*: group 10[0-2]: .*messages \([0-9]*\),.*/\1/p' "$dir/fireplotd.log" |
	awk '{ s += $1 } END { print s }')" "$(wc -l <"$dir/sent")"
if [ "$cpus" -gt 1 ]; then
	is "more than one group had work" "$(grep -c ': group 10[01]: datagrams [1-9]' "$dir/fireplotd.log")" 2
fi
done_testing
