#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplotd through a real rrdcached, on a unix socket and over tcp: each packet is in exactly one cell, whoever reads them how.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool rrdcached socat

firewall
own_run_directory || skip_all "no directory for rings of its own"
cached_start

# through WHERE ADDRESS: a run of its own, into an archive of its own.
through() {
	archive=$1
	ring=$dir/run/$1.ring
	daemon_start --daemon "$2" || bail_out "fireplotd does not start"
	until_true 60 grep -q "$1: archive made" "$dir/fireplotd.log" || bail_out "no archive"
	began=$(now)
	knock --seed 5 --log "$dir/sent.$1" >"$dir/said" <<-EOF || bail_out "knock: $(cat "$dir/said")"
		0+1 tcp 198.51.100.0/24 192.0.2.1 ?1024-65535 ?0-65535 S x7000
		0+1 udp 203.0.113.0/24 192.0.2.1 53 ?0-65535 x7000
		0+1 tcp 2001:db8:1::/64 2001:db8:2::1 ?1024-65535 ?0-65535 S x7000
		0+1 udp 2001:db8:1::/64 2001:db8:2::1 53 ?0-65535 x7000
	EOF
	sent=$(wc -l <"$dir/sent.$1")
	ok "$1: all that was sent can be seen at once, in files and ring" until_true 10 counts_through "$2"
	ok "$1: fireplotd ends well" daemon_stop
	ended=$(($(now) + 2))
	cells "$began" "$ended" -d "$2" >"$dir/cells.$1"
	ok "$1: each packet is in its series, bin and step, once" compare_cells "$dir/sent.$1" "$dir/cells.$1"
	archive=$cached_base/$1
	rrd_cells "$began" "$ended" 1 | grep -v unknown >"$dir/cells.files"
	grep -v unknown "$dir/cells.$1" | sort >"$dir/cells.sorted"
	ok "$1: the files hold the same" cmp "$dir/cells.files" "$dir/cells.sorted"
	is "$1: nothing was lost" "$(total lost "$began" "$ended")" 0
}
counts_through() {
	cells "$began" "$(($(now) + 2))" -d "$1" >"$dir/counts"
	[ "$(sum_cells "$dir/counts")" -eq "$sent" ]
}

through over-unix "$cached_unix"
through over-tcp "$cached_tcp"
done_testing
