#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages, the picture and the graphs as a browser gets them: lighttpd with the lines of doc/dashboards/README.md, in a network
# namespace of its own.
needed='lighttpd rrdcgi flock socat ip unshare'
# shellcheck disable=SC2119 # lib.sh has functions with words and without
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"

if [ -z "${DASHBOARD_INSIDE:-}" ]; then
	new="unshare --net --pid --fork --kill-child --mount-proc"
	$new true 2>/dev/null || skip_all "only root can make a network namespace"
	rm -rf "$dir"
	# shellcheck disable=SC2086
	DASHBOARD_INSIDE=1 exec $new "$0"
fi
ip link set lo up

make_archive --step 5m --retention '5m:1d 1h:7d'
fill_day
mkdir -p "$dir/cgi-bin/fireplot" "$dir/cache" "$dir/html" "$dir/pages"
for file in index.cgi picture.cgi; do
	sed -e "s|/var/lib/fireplot|$dir/archive|g; s|/var/cache/fireplot|$dir/cache|g; s/-s end-1d/-s $start -e $((start + 86400))/g" \
		"$top_srcdir/contrib/dashboards/$file" >"$dir/cgi-bin/fireplot/$file"
done
chmod +x "$dir"/cgi-bin/fireplot/*.cgi
{
	cat <<EOF2
server.modules = ( "mod_indexfile", "mod_alias", "mod_setenv", "mod_cgi", "mod_staticfile" )
server.document-root = "$dir/html"
server.bind = "127.0.0.1"
server.port = 8080
mimetype.assign = ( ".png" => "image/png", ".html" => "text/html" )
setenv.set-environment = ( "PATH" => "$PATH", "FIREPLOT_ARCHIVE" => "$dir/archive", "ASAN_OPTIONS" => "$ASAN_OPTIONS" )
EOF2
	awk '/^```lighttpd$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$top_srcdir/doc/dashboards/README.md" |
		sed -e "s|/var/cache/fireplot|$dir/cache|; s|/var/lib/fireplot-pages|$dir/pages|; s|/usr/lib/cgi-bin|$dir/cgi-bin|"
} >"$dir/lighttpd.conf"
check "lighttpd takes the lines of the page" "$(lighttpd -tt -f "$dir/lighttpd.conf" 2>&1)"
lighttpd -D -f "$dir/lighttpd.conf" >"$dir/lighttpd.log" 2>&1 &

# get PATH: the answer, head and body.
get() {
	printf 'GET %s HTTP/1.0\r\nHost: firewall\r\n\r\n' "$1" | socat -t 60 - TCP:127.0.0.1:8080
}
until_true 30 get /
status_of() {
	head -n 1 "$1" | cut -d ' ' -f 2
}
get '/fireplot/' >"$dir/page"
same "the page is there" "$(status_of "$dir/page")" 200
check "with nothing wrong in it" "$(grep -e ERROR -e '<RRD' "$dir/page")"
sed -n 's/^<img src="\([^"]*\)" width="\([0-9]*\)" height="\([0-9]*\)".*/\1 \2 \3/p' "$dir/page" >"$dir/images"
while read -r source width height; do
	case $source in
	/*) path=$source ;;
	*) path=/fireplot/$source ;;
	esac
	get "$path" >"$dir/answer"
	same "$path is there" "$(status_of "$dir/answer") $(sed -n 's/^Content-Type: //p' "$dir/answer" | tr -d '\r')" "200 image/png"
	sed '1,/^\r*$/d' "$dir/answer" >"$dir/body"
	check "and a picture of the size that the page says" "$(is_png "$dir/body" "$width" "$height")"
done <"$dir/images"
"$fireplot" graph "$dir/pages/rejected-2023-11-15.html" -s $start -e $((start + 86400)) >/dev/null
get '/fireplot-pages/rejected-2023-11-15.html' >"$dir/answer"
same "a page of a day is there" "$(status_of "$dir/answer") $(sed -n 's/^Content-Type: //p' "$dir/answer" | tr -d '\r')" "200 text/html"
sed '1,/^\r*$/d' "$dir/answer" >"$dir/body"
check "as it was drawn" "$(cmp "$dir/body" "$dir/pages/rejected-2023-11-15.html" 2>&1)"
same "it has six" "$(wc -l <"$dir/images")" 6
finish
