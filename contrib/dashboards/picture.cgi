#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fireplot's picture of the last day as a CGI program: <img src="picture.cgi">. It is drawn when somebody asks for it and the one
# kept is a minute old; who asks meanwhile waits for the same one. Nothing that the request says is looked at.
#
# The directory $FIREPLOT_CACHE, or else /var/cache/fireplot, belongs to the user that the web server runs this as.
set -u

cache=${FIREPLOT_CACHE:-/var/cache/fireplot}
picture=$cache/picture.png
PATH=${PATH:-/usr/bin:/bin}:/usr/local/bin

refuse() {
	echo "picture.cgi: $*" >&2
	printf 'Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nThere is no picture now; the log of the web server says why.\n'
	exit 1
}

[ -w "$cache" ] || refuse "$cache: expected a directory that $(id -un) can write to"
exec 9>"$cache/picture.lock"
flock 9
if [ -z "$(find "$picture" -mmin -1 2>/dev/null)" ]; then
	why=$(fireplot graph "$picture" -s end-1d -D -w 1512 -h 620 2>&1 >/dev/null) || refuse "$why"
fi
printf 'Content-Type: image/png\r\nCache-Control: max-age=60\r\nContent-Length: %s\r\n\r\n' "$(wc -c <"$picture")"
exec cat "$picture"
