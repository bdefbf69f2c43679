#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fireplot import makes an archive that fireplotd goes on with; where the disk has no room it leaves a message and nothing else.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

# --- many sources in steps of their own, so that sightings need room, too
awk -v now="$(now)" 'BEGIN {
	print "time,source,destination,protocol,port"
	for (i = 0; i < 20000; i++)
		printf "%s,198.51.%d.%d,192.0.2.1,tcp,%d\n", strftime("%Y-%m-%dT%H:%M:%SZ", now - 320 + int(i / 100), 1), i / 256, i % 256, i % 64
}' >"$dir/log.csv"
import() {
	"$fireplot" import --archive "$archive" --step "$daemon_step" --retention "$daemon_retention" "$@" "$dir/log.csv"
}
# A layout of few files.
small() {
	import --exact-ports 64 --bins-per-octave 1 --step 10s --retention '10s:10m'
}

# --- no room: for the files, for records on their way, for sightings. Each size of disk gives all or nothing.
mkdir "$dir/disk"
archive=$dir/disk/archive
whole_or_nothing() {
	mount -t tmpfs -o "size=$1,mode=755" disk "$dir/disk"
	if small >"$dir/imported" 2>&1; then
		imported=$((imported + 1))
		[ "$("$fireplot" fetch --archive "$archive" -s -10m -e now --csv | awk -F , '$6 != "" { n += $6 } END { print n + 0 }')" = 20000 ]
	else
		refused=$((refused + 1))
		[ -z "$(ls -A "$dir/disk")" ] && grep -q '^ERROR: ' "$dir/imported" && ! grep -q 'Sanitizer\|runtime error' "$dir/imported"
	fi
	status=$?
	[ "$status" -eq 0 ] || {
		cat "$dir/imported"
		find "$dir/disk" -ls
		echo "with a disk of $1"
	}
	umount "$dir/disk"
	return "$status"
}
imported=0 refused=0
sweep() {
	for kb in 4 8 64 200 400 600 800 900 1000 1100 1200 1300 1400 1500 1600 1700 1800 1900 2000 2200 2400 2700 3000 3500 4000 6000 8000; do
		whole_or_nothing "${kb}k" || return 1
	done
}
ok "a disk without room: all or nothing is left" sweep
say "$imported imported, $refused refused"
ok "a disk without room: some sizes were large enough" [ "$imported" -gt 0 ]
ok "a disk without room: some were not" [ "$refused" -gt 5 ]

# --- fireplotd goes on with it
archive=$dir/archive
ok "an archive is imported" import
chown -R nobody "$archive"
firewall
daemon_start || bail_out "fireplotd does not start on an imported archive"
began=$(now)
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 1-500 S' | knock >/dev/null
ok "all that was heard since is counted" until_true 20 counts 500 "$began"
ok "it ends well" daemon_stop
is "nothing was complained of" "$(grep -ci 'warning\|error' "$dir/fireplotd.log")" 0
is "what was imported is there" "$("$fireplot" fetch --archive "$archive" -s $((began - 500)) -e $((began - 1)) --csv |
	awk -F , '$6 != "" { n += $6 } END { print n + 0 }')" 20000
done_testing
