#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk without room: a new archive is refused by name, one that is there needs no more room, and a ring needs its room at once.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
mkdir "$dir/disk"
mount -t tmpfs -o size=20m,mode=755 disk "$dir/disk"
echo "was here before" >"$dir/disk/kept"
archive=$dir/disk/archive
ok "a new archive: it ends by itself, with a status that says so" daemon_refuses
ok "a new archive: the message names it and the reason" contains "$refusal" "$archive.*No space left"
is "a new archive: what was there is there" "$(cat "$dir/disk/kept")" "was here before"
is "a new archive: no half file is left" "$(find "$archive" -name '*.rrd' -size -100k | wc -l)" 0

# With more room the next start makes the rest, and counts what the ring kept.
# Without sightings, whose file does grow.
mount -o remount,size=200m "$dir/disk"
daemon_start --sightings 0 || bail_out "fireplotd does not start with room"
until_true 60 grep -q 'archive made' "$dir/fireplotd.log"
began=$(now)
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 1-500 S' | knock >/dev/null
# Now every byte that is left is taken.
cat /dev/zero >"$dir/disk/all" 2>/dev/null
echo '0 udp 198.51.100.0/24 192.0.2.1 4444 1-500' | knock >/dev/null
ok "a disk that fills up later: it ends well" daemon_stop
is "a disk that fills up later: everything is counted" \
	"$(cells "$began" "$(($(now) + 2))" >"$dir/cells"; sum_cells "$dir/cells")" 1000

# The ring must not find out by a signal.
archive=$dir/archive
mkdir "$dir/small"
mount -t tmpfs -o size=64k,mode=755 small "$dir/small"
chown nobody "$dir/small"
ring=$dir/small/ring
ok "no room for the ring: it ends by itself, with a status that says so" daemon_refuses
ok "no room for the ring: the message names it" contains "$refusal" "$ring.*No space left"
done_testing
