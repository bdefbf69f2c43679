#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The file of sightings is locked by a reader, damaged, taken away, without room: the counting goes on, the message names the file and the
# reason, and recording goes on by itself.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need_sightings
need rrdtool

firewall
mkdir "$dir/disk"
mount -t tmpfs -o size=200m,mode=755 disk "$dir/disk"
archive=$dir/disk/archive
db=$archive/sightings.db
daemon_flush=30s
daemon_start || bail_out "fireplotd does not start"
until_true 60 grep -q 'archive made' "$dir/fireplotd.log" || bail_out "no archive"
began=$(now)

# knock_at PORT: 20 packets
knock_at() {
	echo "0 tcp 198.51.100.7 192.0.2.1 4444 $1 S x20" | knock >/dev/null
}
# recorded PORT: whether all 20 are in the file
recorded() {
	[ "$(sqlite3 -readonly "$db" "SELECT sum(packets) FROM sightings WHERE number = $1" 2>/dev/null)" = 20 ]
}
# counted PORT: whether they are in the archive, of which totals.rrd is written every step
counted() {
	[ "$(total tcp4_probe "$began" "$(($(now) + 2))")" -eq "$1" ]
}
says() {
	grep -q "$1" "$dir/fireplotd.log"
}

knock_at 1
ok "at first all is well" until_true 20 recorded 1

# A shell of SQLite that holds the file.
mkfifo "$dir/shell"
sqlite3 "$db" <"$dir/shell" >"$dir/shell.out" 2>&1 &
shell=$!
exec 3>"$dir/shell"
echo 'BEGIN EXCLUSIVE; SELECT count(*) >= 0 FROM sightings;' >&3
until_true 20 grep -q 1 "$dir/shell.out" || bail_out "no lock: $(cat "$dir/shell.out")"
knock_at 2
ok "locked: the message names the file and the reason" until_true 30 says "sightings.db: .*locked"
ok "locked: the counting goes on" until_true 20 counted 40
ok "locked: who tells it all the same, from the ring" contains \
	"$("$fireplot" who --archive "$archive" -s "$began" -e "$(($(now) + 2))" --ports 2 --csv 2>&1)" '198.51.100.7,192.0.2.1'
echo 'COMMIT;' >&3
exec 3>&-
wait "$shell"
ok "locked: what was seen meanwhile is recorded when it no longer is" until_true 30 recorded 2
ok "locked: it is said that all is well" until_true 20 says "can be written again"

# Damaged while nobody looked.
ok "damaged: fireplotd ends well before" daemon_stop
: >"$dir/fireplotd.log"
dd if=/dev/urandom of="$db" bs=4096 count=4 conv=notrunc 2>/dev/null
daemon_start || bail_out "fireplotd does not start with a damaged file of sightings"
knock_at 3
ok "damaged: the message names the file and where it went" until_true 30 says "sightings.db: .*moved to .*sightings.db.damaged"
ok "damaged: the counting goes on" until_true 20 counted 60
ok "damaged: a new file has what came since" until_true 30 recorded 3
ok "damaged: what was there is there" [ -s "$db.damaged" ]

# Taken away.
rm -f "$db" "$db-wal" "$db-shm"
knock_at 4
ok "taken away: a new file has what came since" until_true 30 recorded 4
ok "taken away: the counting goes on" until_true 20 counted 80

# No room: not a byte more for anybody.
: >"$dir/fireplotd.log"
cat /dev/zero >"$dir/disk/all" 2>/dev/null
i=0
while ! says "sightings.db: " && [ "$i" -lt 30 ]; do
	echo "0 tcp 198.51.100.0/24 192.0.2.1 4444 10000-14999 S" | knock >/dev/null
	i=$((i + 1))
	sleep 1
done
ok "no room: the message names the file and the reason" says "sightings.db: .*\(full\|No space\)"
before=$(total tcp4_probe "$began" "$(($(now) + 2))")
rm "$dir/disk/all"
knock_at 5
ok "no room: recording goes on when there is some" until_true 30 recorded 5
ok "no room: the counting went on" [ "$(total tcp4_probe "$began" "$(($(now) + 2))")" -ge "$before" ]
ok "fireplotd ends well" daemon_stop
is "nothing was lost" "$(total lost "$began" "$(($(now) + 2))")" 0
done_testing
