#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An rrdcached that is not there, may not, or has something else: the message names the address and says what to do, and nothing
# that was there changes.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool rrdcached socat

firewall
own_run_directory || skip_all "no directory for rings of its own"

# told SENTENCE PATTERN COMMAND...: the command fails with this on its stderr, and nothing on its stdout.
told() {
	sentence=$1 pattern=$2
	shift 2
	"$@" >"$dir/out" 2>"$dir/err"
	status=$?
	ok "$sentence: it fails" [ "$status" -eq 1 ]
	ok "$sentence: it says why" contains "$(cat "$dir/err")" "$pattern"
	ok "$sentence: and nothing else" [ ! -s "$dir/out" ]
}
picture() {
	"$fireplot" graph "$dir/never.png" --archive sensor "$@"
}

export RRDCACHED_ADDRESS=nonsense
told "a name that is none" 'ERROR: rrdcached at nonsense: no address for nonsense' picture
told "the same, fetch" 'rrdcached at nonsense' "$fireplot" fetch --archive sensor
told "the same, info" 'rrdcached at nonsense' "$fireplot" info --archive sensor
told "the same, create" 'rrdcached at nonsense' "$fireplot" create --archive sensor
export RRDCACHED_ADDRESS='no sense'
told "what can be no address" 'expected no blanks .*not "no sense"' picture
ok "the same, fireplotd" daemon_refuses
ok "the same, fireplotd says why" contains "$refusal" 'daemon: address of an rrdcached: expected no blanks .*not "no sense"'
unset RRDCACHED_ADDRESS
told "nobody listens" "rrdcached at 127.0.0.1:42217: cannot connect: Connection refused" picture -d 127.0.0.1:42217
told "no socket" "rrdcached at unix:/none: cannot connect: No such file" picture --daemon unix:/none
told "a relative path without one" 'sensor: no archive here' picture
archive=sensor
ok "fireplotd with a relative path and no rrdcached" daemon_refuses
ok "says what is wrong" contains "$refusal" 'archive: expected an absolute path, not "sensor"; only behind a daemon it may be relative'
ok "no picture was made" [ ! -e "$dir/never.png" ]

# Somebody else behind the socket.
socat UNIX-LISTEN:"$dir/other",fork SYSTEM:'read request; echo SSH-2.0-other; cat >/dev/null' &
other=$!
until_true 10 test -S "$dir/other"
told "another server" "rrdcached at unix:$dir/other: .*is it an rrdcached" picture -d "unix:$dir/other"
kill "$other"

# Without -R it makes no directories.
cached_may='-B'
cached_start
told "no right to make directories" "rrdcached at $cached_unix: sensor/.*start rrdcached with -B -R, or make that directory" \
	"$fireplot" create --archive sensor -d "$cached_unix" --profile small
ok "no right to make directories, fireplotd" daemon_refuses --daemon "$cached_unix"
ok "no right to make directories: fireplotd says what to do" contains "$refusal" 'start rrdcached with -B -R'
is "no right to make directories: nothing was made" "$(find "$cached_base" -type f | wc -l)" 0
mkdir -p "$cached_base/sensor/tcp4" "$cached_base/sensor/udp4" "$cached_base/sensor/tcp6" "$cached_base/sensor/udp6"
ok "with the directories made for it an archive can be" "$fireplot" create --archive sensor -d "$cached_unix" --profile small
told "outside of its base directory" "/elsewhere/.*Permission denied.*see -b and -B" \
	"$fireplot" create --archive /elsewhere -d "$cached_tcp"
cached_stop

# What a socket permits.
cached_may='-B -R'
cached_start -P FLUSH,INFO,FETCHBIN -l "unix:$dir/cached/readers" -m 666
readers=unix:$dir/cached/readers
ok "a socket for readers: fireplot reads" "$fireplot" fetch --archive sensor -d "$readers"
told "a socket for readers: no archive is made" "rrdcached at $readers: .*CREATE: Permission denied.*does not permit.*-P" \
	"$fireplot" create --archive other -d "$readers"
daemon_step='' daemon_flush=1m
ok "a socket for readers: not for fireplotd" daemon_refuses --daemon "$readers"
daemon_step=1s daemon_flush=3s
ok "a socket for readers: fireplotd names the option" contains "$refusal" '-P of rrdcached'

# Other archives.
before=$(fingerprint "$cached_base")
told "an archive that is there" "rrdcached at $cached_tcp: sensor: there is an archive already; it is left as it is" \
	"$fireplot" create --archive sensor -d "$cached_tcp"
ok "of another layout" daemon_refuses --daemon "$cached_tcp"
ok "of another layout: it says which" contains "$refusal" 'sensor: the archive has another layout (retention 1m:1d'
mkdir "$cached_base/half"
"$fireplot" create --archive half -d "$cached_tcp" --profile small >/dev/null
rm "$cached_base/half/totals.rrd"
told "half an archive of another layout" "rrdcached at $cached_tcp: half/tcp4/.*is there already" \
	"$fireplot" create --archive half -d "$cached_tcp"
"$fireplot" create --archive half -d "$cached_tcp" --profile small >"$dir/out"
ok "half an archive: the same command makes the rest" [ -e "$cached_base/half/totals.rrd" ]
rm -r "$cached_base/half"
is "what was there has not changed" "$(fingerprint "$cached_base")" "$before"
cp /bin/true "$cached_base/sensor/totals.rrd"
told "a file that is none" "rrdcached at $cached_tcp: sensor/totals.rrd: INFO: RRD Error" picture -d "$cached_tcp"

# A watched port more.
archive=watched
daemon_start --daemon "$cached_tcp" --watch tcp/22 || bail_out "fireplotd does not start"
until_true 60 grep -q 'rules are in force' "$dir/fireplotd.log"
daemon_stop
daemon_start --daemon "$cached_tcp" --watch tcp/3389 || bail_out "fireplotd does not start again"
ok "a watched port more: it says who can add it" until_true 10 grep -q \
	'watched/watch.rrd: rrdcached can add no DS; do it where the file is, with rrdtool tune watched/watch.rrd DS:tcp3389:ABSOLUTE:2:0:U' \
	"$dir/fireplotd.log"
rrdtool tune --daemon '' "$cached_base/watched/watch.rrd" DS:tcp3389:ABSOLUTE:2:0:U
: >"$dir/fireplotd.log"
kill -HUP "$daemon"
ok "a watched port more: then it is counted" until_true 10 grep -q 'rules are in force' "$dir/fireplotd.log"
began=$(now)
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 3389 S x7' | knock >/dev/null
ok "fireplotd ends well" daemon_stop
is "and it was" "$("$fireplot" fetch --archive watched -d "$cached_tcp" --watch -s "$began" -e "$((began + 10))" |
	awk '$2 == "tcp3389" { s += $4 } END { print s }')" 7

# Two that write the same files.
daemon_start --daemon "$cached_tcp" || bail_out "fireplotd does not start"
one=$daemon
ring=$dir/run/another
daemon_start --daemon "$cached_unix" --group 101 || bail_out "another fireplotd does not start"
ok "two with the same archive: one of them says so" until_true 20 grep -q \
	'watched/.*somebody else' "$dir/fireplotd.log"
daemon_stop
daemon=$one
daemon_stop
done_testing
