#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page for rrdcgi and the picture on it, as a web server runs them: every graph is there and counts right, nothing is drawn
# again that is new enough, and whatever a request says has no effect.
# shellcheck disable=SC2012 # no file name of ours has a blank
needed='rrdcgi flock'
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"

make_archive --step 5m --retention '5m:1d 1h:7d'
fill_day
mkdir "$dir/cache" "$dir/www"
FIREPLOT_CACHE=$dir/cache
export FIREPLOT_CACHE
# The day that was filled stands for the last one; legends are printed, to be compared.
adapted() {
	sed -e "s|/var/lib/fireplot|$dir/archive|g; s|/var/cache/fireplot|$dir/cache|g; s/-s end-1d/-s $start -e $((start + 86400))/g" \
		"$top_srcdir/contrib/dashboards/$1"
}
adapted index.cgi >"$dir/www/index.cgi"
adapted picture.cgi >"$dir/www/picture.cgi"
chmod +x "$dir/www/picture.cgi"
# shellcheck disable=SC2016 # nothing of it is to be done
# get PROGRAM...: the answer of a CGI program to a GET with words that a shell or a browser could fall for.
get() {
	(cd "$dir/www" && env REQUEST_METHOD=GET SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 PATH_INFO='/../../etc/passwd' \
		QUERY_STRING='-o=/x&s=$(touch%20evil)&$(touch evil)`touch evil`<script>' HTTP_HOST='$(touch evil)' HTTP_COOKIE='a;touch evil' \
		"$@" 2>"$dir/stderr")
}

# ---- the page ----
get rrdcgi index.cgi >"$dir/page"
same "the page is HTML" "$(head -n 1 "$dir/page" | tr -d '\r')" "Content-Type: text/html"
check "no graph went wrong" "$(grep -n 'ERROR' "$dir/page")"
check "no tag is left" "$(grep -n '<RRD' "$dir/page")"
sed -n 's|^<img src="/fireplot-graphs/\([^"]*\)" width="\([0-9]*\)" height="\([0-9]*\)" alt="..*">$|\1 \2 \3|p' "$dir/page" >"$dir/graphs"
same "there are five graphs" "$(wc -l <"$dir/graphs")" 5
while read -r file width height; do
	check "$file is a picture of the size that the page says" "$(is_png "$dir/cache/$file" "$width" "$height")"
done <"$dir/graphs"
same "the page says up to when was counted" "$(sed -n 's/.*Counted up to \(.*\)<.*/\1/p' "$dir/page")" \
	"$(date -d "@$((start + 86400))" '+%Y-%m-%d %H:%M:%S %Z')"
# With PRINT in place of GPRINT the page can say what the legends do: of each graph some of its numbers.
sed -e 's/GPRINT/PRINT/g' -e '/^\t.*[^-]>$/s|$|\nLEGEND <RRD::PRINT 0> <RRD::PRINT 1> <RRD::PRINT 3> <RRD::PRINT 6>|' \
	"$dir/www/index.cgi" >"$dir/www/printed.cgi"
rm "$dir"/cache/*.png
get rrdcgi printed.cgi | sed -n 's/\[ERROR: RRD::PRINT[^]]*\]//g; s/\\l//g; s/^LEGEND *//p' | tr -s ' ' | sed 's/ $//' >"$dir/legends"
cat >"$dir/expected" <<EOF2
828 0.010/s 276 276
276 0.003/s 0 552
276 of 1380
4 0.000/s 0 0
average 5 maximum 5
EOF2
check "the legends have what was counted" "$(diff "$dir/expected" "$dir/legends")"

# ---- lazily ----
get rrdcgi index.cgi >/dev/null
ls -i "$dir"/cache/*.png >"$dir/before"
(cd "$dir/cache" && cksum ./*.png) >"$dir/sums"
get rrdcgi index.cgi >/dev/null
check "graphs that are new enough stay" "$(ls -i "$dir"/cache/*.png | diff "$dir/before" -)"

# ---- the picture ----
get ./picture.cgi >"$dir/answer"
same "the picture is a PNG" "$(head -n 1 "$dir/answer" | tr -d '\r')" "Content-Type: image/png"
sed '1,/^\r*$/d' "$dir/answer" >"$dir/body"
check "the answer is the picture that is kept" "$(cmp "$dir/body" "$dir/cache/picture.png" 2>&1)"
size=$(sed -n '/^<img src="picture.cgi"/s/.*width="\([0-9]*\)" height="\([0-9]*\)".*/\1 \2/p' "$dir/page")
check "it has the size that the page gives it" "$(is_png "$dir/cache/picture.png" "${size% *}" "${size#* }")"
same "its length is told" "$(sed -n 's/^Content-Length: //p' "$dir/answer" | tr -d '\r')" "$(wc -c <"$dir/body")"
ls -i "$dir/cache/picture.png" >"$dir/before"
get ./picture.cgi >/dev/null
check "it is not drawn again within a minute" "$(ls -i "$dir/cache/picture.png" | diff "$dir/before" -)"
touch -d '2 minutes ago' "$dir/cache/picture.png"
get ./picture.cgi >/dev/null
check "and after that it is" "$(find "$dir/cache/picture.png" -mmin +1)"
check "what the request says is not done" "$(find "$dir" -name evil)"

mv "$dir/archive" "$dir/away"
touch -d '2 minutes ago' "$dir/cache/picture.png"
get ./picture.cgi >"$dir/answer"
same "without an archive the status is 503" "$(head -n 1 "$dir/answer" | tr -d '\r')" "Status: 503 Service Unavailable"
check "the log says why, the browser does not" "$(grep -q "picture.cgi: ERROR: .*no archive here" "$dir/stderr" || cat "$dir/stderr"
	grep "$dir" "$dir/answer")"
FIREPLOT_CACHE=$dir/none
get ./picture.cgi >"$dir/answer"
check "a cache that is not there is named in the log" "$(grep -q "$dir/none: expected a directory" "$dir/stderr" || cat "$dir/stderr")"
finish
