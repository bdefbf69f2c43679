#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What can't work is refused with the name of the thing and a status that is not 0, and nothing that was there is touched.
# shellcheck disable=SC2034,SC2119,SC2317 # lib.sh uses what is set and calls what is defined here
# shellcheck source=tests/live/lib.sh
. "${top_srcdir:-$(dirname "$0")/../..}/tests/live/lib.sh"
need rrdtool

firewall
refused() {
	ok "$1: it ends by itself, with a status that says so" daemon_refuses
	ok "$1: the message names it" contains "$refusal" "$2"
	is "$1: no sanitizer had to step in" "$(printf '%s\n' "$refusal" | grep -c 'Sanitizer\|runtime error')" 0
}

# --- configuration
printf 'flush 10s\ngroup many\n' >"$dir/conf"
refused "a wrong configuration" "$dir/conf:2: .*many"
ok "a wrong configuration: no archive was made" [ ! -e "$archive" ]
: >"$dir/conf"

# --- a good archive with packets in it, to see that nothing happens to it
daemon_start || bail_out "fireplotd does not start"
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 1-500 S' | knock >/dev/null
ok "it ends well" daemon_stop
before=$(fingerprint "$archive")

# --- the same archive by another layout
daemon_retention='1s:5m 1m:1h'
refused "another layout" "$archive.*layout"
is "another layout: the archive is as it was" "$(fingerprint "$archive")" "$before"
daemon_retention='1s:10m 10s:1h'

# --- read-only
mount --bind "$archive" "$archive"
mount -o remount,bind,ro "$archive"
refused "a read-only archive" "$archive.*[Rr]ead-only"
umount "$archive"
is "a read-only archive: it is as it was" "$(fingerprint "$archive")" "$before"

# --- somebody else's
chown -R root "$archive"
refused "an archive of another user" "$archive.*[Pp]ermission"
chown -R nobody "$archive"

# --- damaged files
damage() {
	case $1 in
	"its header cut") truncate -s 1000 "$2" ;;
	"its last row cut") truncate -s -8 "$2" ;;
	"nothing in it") : >"$2" ;;
	"noise over its head") head -c 64 /dev/urandom | dd of="$2" conv=notrunc status=none ;;
	text) echo 'this is no ring' >"$2" ;;
	esac
}
for how in "its header cut" "its last row cut" "nothing in it" "noise over its head"; do
	file=$archive/udp4/64-127.rrd
	cp -p "$file" "$dir/kept"
	damage "$how" "$file"
	damaged=$(fingerprint "$archive")
	refused "a damaged RRD ($how)" "$file"
	is "a damaged RRD ($how): nothing was touched" "$(fingerprint "$archive")" "$damaged"
	cp -p "$dir/kept" "$file"
done
mv "$archive/tcp6/0-63.rrd" "$dir/kept"
missing=$(fingerprint "$archive")
daemon_refuses
say "with a missing file: $refusal"
ok "a missing RRD: the message names it" contains "$refusal" "tcp6/0-63.rrd"
is "a missing RRD: nothing was touched" "$(fingerprint "$archive")" "$missing"
mv "$dir/kept" "$archive/tcp6/0-63.rrd"

# --- ring
cp -p "$ring" "$dir/kept"
for how in text "its header cut"; do
	damage "$how" "$ring"
	damaged=$(fingerprint "$ring")
	refused "a damaged ring ($how)" "$ring"
	is "a damaged ring ($how): it stays for whoever wants to look" "$(fingerprint "$ring")" "$damaged"
	cp -p "$dir/kept" "$ring"
done

# --- group and ring in use
daemon_start || bail_out "fireplotd does not start"
first=$daemon
archive=$dir/other ring=$dir/other-run/ring
refused "a group that is taken" "group 100.*taken"
ok "a group that is taken: no archive was made" [ ! -e "$dir/other/totals.rrd" ]
archive=$dir/archive ring=$dir/run/ring
ok "an archive that another fireplotd writes: it is refused" daemon_refuses -g 101
ok "an archive that another fireplotd writes: the message names it" contains "$refusal" "$ring\|$archive"
daemon=$first
echo '0 tcp 198.51.100.0/24 192.0.2.1 4444 1-500 S' | knock >/dev/null
ok "the first one goes on undisturbed and ends well" daemon_stop
ok "and has counted" grep -q 'tcp4: probe 500,' "$dir/fireplotd.log"

# --- no right
cat >"$dir/as-nobody" <<EOF
#!/bin/sh
exec setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups --inh-caps=-all --bounding-set=-all "$fireplotd" "\$@"
EOF
chmod 755 "$dir/as-nobody"
as_root=$fireplotd
fireplotd=$dir/as-nobody daemon_user=-
ok "no privileges: it ends by itself, with a status that says so" daemon_refuses
ok "no privileges: the message says which right" contains "$refusal" "group 100.*CAP_NET_ADMIN"
fireplotd=$as_root daemon_user=nobody

# --- the archive and what it counted are still there
daemon_start || bail_out "fireplotd does not start after all that"
ok "it ends well after all that" daemon_stop
is "nothing that was counted is missing" "$(cells "$(($(now) - 400))" "$(($(now) + 2))" >"$dir/cells"; sum_cells "$dir/cells")" 1000
done_testing
