# shellcheck shell=sh disable=SC2034,SC2317 # what is set and defined here is used by those who source it
# SPDX-License-Identifier: GPL-2.0-or-later
# What the live tests share; sourced first thing. The test is run again inside namespaces of its own, so that whatever happens
# nothing of it stays on the machine: network, mounts and processes end with it.
#
#   sender's namespace                        the test's own namespace
#   out0 02:00:00:00:00:02 <----- veth -----> fw0 02:00:00:00:00:01, 192.0.2.1, 2001:db8:2::1, rules, fireplotd

set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$PWD}"
export top_srcdir top_builddir
export LC_ALL=C.UTF-8
unset RRDCACHED_ADDRESS

kit=$top_builddir/tests/live
fireplotd=${FIREPLOTD:-$top_builddir/fireplotd}
fireplot=${FIREPLOT:-$top_builddir/fireplot}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

need() {
	for tool; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
}

if [ -z "${LIVE_INSIDE:-}" ]; then
	[ "${LIVE_TESTS:-yes}" != no ] || skip_all "LIVE_TESTS=no"
	[ "$(id -u)" = 0 ] || skip_all "only root can make a network namespace"
	need ip nft unshare nsenter setpriv
	new="unshare --net --mount --pid --fork --kill-child --mount-proc"
	$new true 2>/dev/null || skip_all "no namespaces can be made here"
	# shellcheck disable=SC2086
	LIVE_INSIDE=1 exec $new "$0" "$@"
fi

# --- results -------------------------------------------------------------------------------------------------------------

count=0
failures=0

# Skips where nobody records who it was.
need_sightings() {
	need sqlite3
	! "$fireplotd" -c /dev/null -t --sightings 1 2>&1 | grep -q 'built without SQLite' || skip_all "built without SQLite"
}

say() {
	printf '# %s\n' "$*"
}

# ok SENTENCE COMMAND...: one result, the command's status.
ok() {
	sentence=$1
	shift
	count=$((count + 1))
	if "$@" >"$dir/ok.out" 2>&1; then
		echo "ok $count - $sentence"
	else
		failures=$((failures + 1))
		echo "not ok $count - $sentence"
		head -n 40 "$dir/ok.out" | sed 's/^/# /'
	fi
}

# is SENTENCE GOT WANTED
is() {
	ok "$1" equal "$2" "$3"
}

equal() {
	[ "$1" = "$2" ] || {
		printf 'got    "%s"\nwanted "%s"\n' "$1" "$2"
		return 1
	}
}

# contains TEXT PATTERN (a basic regular expression)
contains() {
	printf '%s\n' "$1" | grep -q -e "$2" || {
		printf 'in "%s"\nis no "%s"\n' "$1" "$2"
		return 1
	}
}

# The last line of every test.
done_testing() {
	if [ "$failures" -gt 0 ] && [ -s "$dir/fireplotd.log" ]; then
		say "fireplotd said:"
		tail -n 40 "$dir/fireplotd.log" | sed 's/^/# /'
	fi
	echo "1..$count"
	[ "$failures" -eq 0 ]
	exit
}

bail_out() {
	echo "Bail out! $*"
	[ -s "$dir/fireplotd.log" ] && tail -n 40 "$dir/fireplotd.log" | sed 's/^/# /'
	exit 1
}

# shellcheck source=tests/live/until.sh
. "$top_srcdir/tests/live/until.sh"

# --- the two namespaces --------------------------------------------------------------------------------------------------

leave() {
	umount -l "$dir" 2>/dev/null
	rmdir "$dir" 2>/dev/null
}

other_netns() {
	[ "$(readlink "/proc/$1/ns/net" 2>/dev/null)" != "$(readlink /proc/self/ns/net)" ]
}

in_sender() {
	nsenter --net="/proc/$sender/ns/net" "$@"
}

setting() {
	echo "$2" >"/proc/sys/net/$1"
}

# Replies to whatever source go to a router that is the sender's end: nothing has to be resolved.
make_network() {
	unshare --net sleep infinity >/dev/null 2>&1 &
	sender=$!
	until_true 10 other_netns "$sender" || bail_out "no namespace for the sender"
	in_sender sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	ip link add fw0 address 02:00:00:00:00:01 type veth peer name out0 address 02:00:00:00:00:02 netns "$sender" ||
		skip_all "no veth on this kernel"
	setting ipv6/conf/fw0/accept_dad 0
	setting ipv6/conf/fw0/accept_ra 0
	setting ipv4/conf/all/rp_filter 0
	setting ipv4/conf/fw0/rp_filter 0
	ip link set lo up
	ip address add 192.0.2.1/24 dev fw0
	ip address add 2001:db8:2::1/64 dev fw0 nodad
	in_sender ip link set out0 up
	ip link set fw0 up
	ip neighbour replace 192.0.2.254 lladdr 02:00:00:00:00:02 dev fw0 nud permanent
	ip neighbour replace 2001:db8:2::fe lladdr 02:00:00:00:00:02 dev fw0 nud permanent
	ip route add default via 192.0.2.254
	ip -6 route add default via 2001:db8:2::fe
	until_true 10 is_up || bail_out "the veth pair does not come up"
}

is_up() {
	ip -o link show fw0 | grep -q 'state UP'
}

# firewall [STATEMENTS]: the rule of the README, over the sender's packets. The counter stands before the log statement.
firewall() {
	nft -f - <<-EOF || skip_all "nft can't load a rule that logs to a group"
		table inet live {
			counter logged { }
			chain input {
				type filter hook input priority filter; policy accept;
				iifname "fw0" goto rejected
			}
			chain rejected {
				counter name logged
				${1:-log prefix "rejected " group 100}
				reject
			}
		}
	EOF
}

# Packets that the counter of firewall() saw.
nft_counted() {
	nft list counter inet live logged | awk '$1 == "packets" { print $2 }'
}

# knock ARGUMENTS... <PLAN
knock() {
	in_sender "$kit/knock" -i out0 -m 02:00:00:00:00:01 "$@"
}

# The same in the background; $sending is its process, which ends on SIGTERM.
knock_start() {
	cat >"$dir/plan"
	(exec nsenter --net="/proc/$sender/ns/net" "$kit/knock" -i out0 -m 02:00:00:00:00:01 "$@" <"$dir/plan" >"$dir/said" 2>&1) &
	sending=$!
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/fireplot-live.XXXXXX") || exit 1
trap leave EXIT
mount -t tmpfs -o mode=711,size=2g live "$dir" || skip_all "no tmpfs can be mounted"
make_network

# --- fireplotd -----------------------------------------------------------------------------------------------------------

archive=$dir/archive
ring=$dir/run/ring
daemon=
: >"$dir/fireplotd.log"

# A small archive of short steps, as an unprivileged user, unless a test sets these to something else.
daemon_user=nobody
daemon_flush=3s
daemon_step=1s
daemon_retention='1s:10m 10s:1h'

daemon_options() {
	printf '%s\n' --archive "$archive" --ring "$ring" --user "$daemon_user" --flush "$daemon_flush"
	[ -z "$daemon_step" ] || printf '%s\n' --step "$daemon_step" --retention "$daemon_retention"
}

# A process that has dropped its rights may not trace itself, so leaks are looked for in a test of its own.
# exec_daemon ARGUMENTS...: in place of the shell it is called in.
exec_daemon() {
	IFS='
'
	set -f
	# shellcheck disable=SC2046
	set -- $(daemon_options) "$@"
	NOTIFY_SOCKET=$dir/notify ASAN_OPTIONS=${daemon_asan:-detect_leaks=0} exec "$fireplotd" -c "$dir/conf" "$@" \
		>>"$dir/fireplotd.log" 2>&1
}

is_running() {
	kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

has_ended() {
	! is_running "$1"
}

notified() {
	grep -q "$1" "$dir/notified"
}

ready_or_gone() {
	notified READY=1 || has_ended "$daemon"
}

# daemon_start ARGUMENTS...: returns once it counts; false if it ended instead.
daemon_start() {
	[ -e "$dir/conf" ] || : >"$dir/conf"
	if [ ! -S "$dir/notify" ]; then
		"$kit/notified" "$dir/notify" "$dir/notified" &
		until_true 10 test -S "$dir/notify" || bail_out "no socket to be notified on"
	fi
	: >"$dir/notified"
	(exec_daemon "$@") &
	daemon=$!
	until_true 30 ready_or_gone && notified READY=1
}

# daemon_stop: asks it to end and returns its exit status.
daemon_stop() {
	kill -TERM "$daemon"
	until_true 60 has_ended "$daemon" || {
		say "fireplotd does not end"
		kill -KILL "$daemon"
	}
	wait "$daemon"
}

daemon_kill() {
	kill -KILL "$daemon"
	wait "$daemon" 2>/dev/null
}

# daemon_refuses ARGUMENTS...: it ends by itself with a status that is not 0; $refusal is what it said.
daemon_refuses() {
	: >"$dir/refusal.log"
	mv "$dir/fireplotd.log" "$dir/before.log"
	: >"$dir/fireplotd.log"
	if daemon_start "$@"; then
		until_true 10 has_ended "$daemon" || daemon_kill
	fi
	wait "$daemon"
	refusal_status=$?
	refusal=$(cat "$dir/fireplotd.log")
	cat "$dir/fireplotd.log" >>"$dir/before.log"
	mv "$dir/before.log" "$dir/fireplotd.log"
	[ "$refusal_status" -ne 0 ] && [ "$refusal_status" -lt 128 ]
}

# own_run_directory: makes the directory that rings lie in by default one of this test alone; false where that can't be done.
own_run_directory() {
	rings=$("$fireplotd" -t -c /dev/null | sed -n 's/^ring \(.*\)\/[^/]*$/\1/p')
	there=$rings
	until [ -d "$there" ]; do
		there=$(dirname "$there")
	done
	[ "$there" != / ] && mkdir "$dir/upper" "$dir/work" &&
		mount -t overlay -o "lowerdir=$there,upperdir=$dir/upper,workdir=$dir/work" overlay "$there" &&
		mkdir -p "$(dirname "$rings")"
}

# --- rrdcached -----------------------------------------------------------------------------------------------------------

# Its base directory, which is not the directory that anybody is in, and its socket; the tcp port is 42217.
cached_base=$dir/cached/base
cached_unix=unix:$dir/cached/socket
cached_tcp=127.0.0.1:42217
cached=

cached_answers() {
	printf 'PING\nQUIT\n' | socat -t 5 - "UNIX-CONNECT:$dir/cached/socket" 2>/dev/null | grep -q PONG
}

# cached_start ARGUMENTS...: a real rrdcached without a journal that writes nothing by itself; -B -R unless $cached_may is set.
cached_start() {
	mkdir -p "$cached_base"
	chmod 777 "$dir/cached"
	# shellcheck disable=SC2086
	rrdcached -g -p "$dir/cached/pid" -b "$cached_base" ${cached_may--B -R} -w 3600 -f 7200 -m 666 -o "$dir/cached/log" \
		-V LOG_NOTICE -l "$cached_unix" -l "$cached_tcp" "$@" >>"$dir/cached/said" 2>&1 &
	cached=$!
	until_true 20 cached_answers || bail_out "rrdcached does not start: $(cat "$dir/cached/said" "$dir/cached/log")"
}

# cached_ask COMMAND: what it answers.
cached_ask() {
	printf '%s\nQUIT\n' "$1" | socat -t 10 - "UNIX-CONNECT:$dir/cached/socket"
}

cached_stop() {
	kill -TERM "$cached"
	wait "$cached"
}

cached_kill() {
	kill -KILL "$cached"
	wait "$cached" 2>/dev/null
}

# --- what was counted ----------------------------------------------------------------------------------------------------

# rrd_cells START END ROW_S: all counts in the port files that are not 0, read by rrdtool itself, as lines of
# "START SERIES LOW HIGH PACKETS"; a step that is unknown is "START SERIES LOW HIGH unknown".
rrd_cells() {
	(cd "$archive" && ls tcp4/*.rrd udp4/*.rrd tcp6/*.rrd udp6/*.rrd) >"$dir/files"
	sed "s|.*|fetch $archive/& AVERAGE -r $3 -s $1 -e $(($2 - 1))|" "$dir/files" | rrdtool - |
		awk -v row_s="$3" -v files="$dir/files" '
			function range(name) { split(substr(name, 2), port, "_"); return port[1] " " (2 in port ? port[2] : port[1]) }
			$1 ~ /^p[0-9]/ { getline file <files; series = file; sub("/.*", "", series)
				for (i = 1; i <= NF; i++) where[i] = range($i) }
			$1 ~ /^[0-9]+:$/ { at = $1 - row_s
				for (i = 2; i <= NF; i++) {
					if ($i ~ /nan/) print at, series, where[i - 1], "unknown"
					else if ($i + 0 > 0) printf "%d %s %s %.0f\n", at, series, where[i - 1], $i * row_s
				} }' | sort
}

# compare_cells SENT CELLS: what knock logged against cells of steps of 1 s. Every packet must be in its series, its bin and its
# second; one that knock could not send within a second may be in either of two.
compare_cells() {
	awk -F '[ ,]' '
		function first_of_bin(port, k) {
			if (port < 1024) return port
			for (k = 1024; 2 * k <= port; k *= 2) ;
			return k + int((port - k) / (k / 64)) * (k / 64)
		}
		function complain(text) { if (++wrong <= 20) print text }
		NR == FNR {
			key = $3 " " first_of_bin($4); total[key]++; sent++
			most[$1 " " key]++
			if ($1 == $2) least[$1 " " key]++
			else { most[$2 " " key]++; between++ }
			next
		}
		$5 == "unknown" { next }
		{
			key = $2 " " $3; at = $1 " " key; got[key] += $5; here[at] += $5
			if ($4 - $3 != ($3 < 1024 ? 0 : width($3) - 1)) complain("a strange bin: " $0)
		}
		function width(port, k) { for (k = 1024; 2 * k <= port; k *= 2) ; return k / 64 }
		END {
			for (key in total) if (got[key] != total[key]) complain(key ": sent " total[key] ", counted " got[key] + 0)
			for (key in got) if (!(key in total)) complain(key ": sent none, counted " got[key])
			for (at in here) if (here[at] > most[at] + 0 || here[at] < least[at] + 0)
				complain(at ": sent " least[at] + 0 " to " most[at] + 0 ", counted " here[at])
			for (at in least) if (!(at in here)) complain(at ": sent " least[at] ", counted 0")
			printf "%d packets sent, %d of them at the turn of a second, %d differences\n", sent, between, wrong
			exit wrong > 0 || sent == 0
		}' "$1" "$2"
}

# sum_cells CELLS [SERIES]
sum_cells() {
	awk -v series="${2:-}" '(series == "" || $2 == series) && $5 != "unknown" { s += $5 } END { printf "%d\n", s }' "$1"
}

# total DS START END: packets of a DS of totals.rrd over steps of 1 s.
total() {
	rrdtool fetch "$archive/totals.rrd" AVERAGE -r 1 -s "$2" -e "$(($3 - 1))" | awk -v name="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i + 1 }
		NF > 1 && NR > 1 && $column !~ /nan/ { s += $column }
		END { if (!column) print "no DS " name; else printf "%.0f\n", s }'
}

# cells START END [OPTION...]: the same as rrd_cells in steps of 1 s, by fireplot fetch, which reads the ring, too.
cells() {
	from=$1 to=$2
	shift 2
	"$fireplot" fetch --archive "$archive" -s "$from" -e "$to" "$@" --csv --series tcp4,udp4,tcp6,udp6 |
		awk -F , 'NR > 1 && $6 == "" { for (t = $1; t < $2; t++) print t, "- 0 0 unknown" }
			NR > 1 && $6 != "" { print $1, $3, $4, $5, $6 }'
}

# counts PACKETS SINCE: whether that many are in files and ring, right now
counts() {
	cells "$2" "$(($(now) + 2))" >"$dir/counts"
	[ "$(sum_cells "$dir/counts")" -eq "$1" ]
}

now() {
	date +%s
}

# fingerprint PATH...: of all files below, to see whether anything changed.
fingerprint() {
	find "$@" -type f -exec sha256sum {} + 2>/dev/null | sort | sha256sum
}
