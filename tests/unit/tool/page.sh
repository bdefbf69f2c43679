#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page of a day: what is in it, where its links go, what it says where something is missing or too much, and that no text of the
# network or of the user becomes markup. What a browser makes of it is in tests/dashboards/chromium.sh.
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"
sight=$top_builddir/tests/unit/tool/sight
[ -x "$sight" ] || skip_all "tests/unit/tool/sight is not built"

# page FILE [OPTION ...]: of the archive's day.
page() {
	file=$1
	shift
	"$fireplot" graph "$dir/$file" -s $start -e $((start + 86400)) -w 288 -h 120 "$@" 2>&1
}

# without_time FILE: what does not tell when it was drawn.
without_time() {
	sed 's/^<p>Drawn .*/<p>Drawn/' "$dir/$1"
}

# has WHAT FILE TEXT, has_not WHAT FILE TEXT: a line of the file has it.
has() {
	check "$1" "$(grep -qF -e "$3" "$dir/$2" || echo "nothing in $2 says: $3")"
}
has_not() {
	check "$1" "$(grep -F -e "$3" "$dir/$2" | cut -c 1-300)"
}

# occurs FILE TEXT: how often it is there.
occurs() {
	grep -oF -e "$2" "$dir/$1" | wc -l
}

make_archive --step 5m --retention '5m:1d 1h:7d'
fill_day

# ---- without sightings ----
size=$(page bare.html)
page bare.png >/dev/null
check "what is printed is the size of the picture" "$(is_png "$dir/bare.png" "${size%x*}" "${size#*x}")"
sed -n 's/.*base64,\([^"]*\)".*/\1/p' "$dir/bare.html" | base64 -d >"$dir/inside.png"
check "the picture in the page is that of a PNG" "$(cmp "$dir/inside.png" "$dir/bare.png" 2>&1)"
has "it says that nobody recorded who sent the packets" bare.html '<p>Who sent the packets was not recorded.</p>'
without_time bare.html >"$dir/first"
page by-option -a html >/dev/null
check "a page by --imgformat is one by its name" "$(without_time by-option | cmp - "$dir/first" 2>&1)"
"$fireplot" graph - -a HTML -s $start -e $((start + 86400)) -w 288 -h 120 >"$dir/stdout"
check "and on the standard output" "$(without_time stdout | cmp - "$dir/first" 2>&1)"
touch -d '1 minute ago' "$dir/bare.html"
touch -r "$dir/bare.html" "$dir/before"
same "--lazy finds the size in it" "$(page bare.html --lazy)" "$size"
check "and leaves it as it is" "$(find "$dir/bare.html" -newer "$dir/before")"

# The page without picture, style and script.
page shape.html -t 'A day' >/dev/null
sed -e '/^<style>/,/^<\/style>/d' -e '/^<script>/,/^})();/d' -e 's/base64,[^"]*"/base64,..."/' -e "s/'sha256-[^']*'/'sha256-...'/g" \
	-e 's/content="fireplot .*"/content="fireplot"/' -e '/^[0-9,]*\(]}<.script>\)*$/d' \
	"$dir/shape.html" |
	sed -e 's|^<p>Drawn .*|<p>Drawn|' -e 's/\(width\|height\)\(="\|=\|":\)[0-9][0-9]*/\1\2N/g' -e 's/^"areas":.*/"areas":.../' -e '/^"services"/d' \
		-e 's/^\("spots":\[0,0,\).*/\1.../' >"$dir/shape"
cat >"$dir/wanted" <<'EOF2'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="fireplot-picture" content="width=N height=N">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-...'; script-src 'sha256-...'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="fireplot">
<title>A day</title>
</head>
<body>
<header>
<h1>A day <span>Wed 2023-11-15 00:00 – Thu 2023-11-16 00:00 UTC</span></h1>
<nav aria-label="Days">
</nav>
</header>
<main>
<figure class="scroll">
<div id="picture" tabindex="0"><img width="N" height="N" alt="A day, Wed 2023-11-15 00:00 – Thu 2023-11-16 00:00 UTC: time runs to the right, destination ports up, a dot for each port and moment with rejected packets. Packets: 828 TCP/IPv4, 276 UDP/IPv4." src="data:image/png;base64,..."></div>
</figure>
</main>
<footer>
<p class="hint">Point at a dot, tap it, or step from dot to dot with the arrow keys. A click keeps what is told; Escape lets it go.</p>
<noscript><p>With JavaScript this page tells of each dot which ports it is and who sent it.</p></noscript>
<p>Who sent the packets was not recorded.</p>
<p>Drawn
</footer>
<script type="application/json" id="spots">{"width":N,
"areas":...
"zone":[[1700006400,0,"UTC"]],
"addresses":[],
"rules":[],
"spots":[0,0,...
</script>
</body>
</html>
EOF2
check "the page has its shape" "$(diff -u "$dir/wanted" "$dir/shape")"

# ---- nothing from elsewhere ----
has "it forbids everything but itself" bare.html "content=\"default-src 'none'; img-src data:; style-src 'sha256-"
check "nothing in it names another place" "$(sed -e 's/base64,[^"]*"/"/' -e 's|^[[:space:]]*// .*||' "$dir/bare.html" |
	grep -niE '//|url\(|@import|<link|<iframe|<object|srcset|fetch|XMLHttp|src="[^d]')"
same "it has one script, and data" "$(occurs bare.html '<script') $(occurs bare.html '</script>')" "2 2"

# ---- the days before and after ----
day() {
	page "$1" >/dev/null
	sed -n '/^<nav/,/^<.nav>/p' "$dir/$1" | grep -v nav | sed 's/<a rel="\([a-z]*\)" href="\([^"]*\)">.*/\1 \2/; s/<span>\(.*\)<.span>/\1/' |
		tr '\n' '|'
}
same "a day whose neighbours are not there links to the next, which has begun" "$(day fw-2024-02-28.html)" \
	"← 2024-02-27|next ./fw-2024-02-29.html|"
same "a leap day has one before" "$(day fw-2024-02-29.html)" "prev ./fw-2024-02-28.html|next ./fw-2024-03-01.html|"
same "a year ends" "$(day 2024-12-31.html)" "← 2024-12-30|next ./2025-01-01.html|"
same "a day that has not begun is not linked" "$(day 9998-01-01.html)" "← 9997-12-31|9998-01-02 →|"
touch "$dir/9998-01-02.html"
same "unless its page is there" "$(day 9998-01-01.html)" "← 9997-12-31|next ./9998-01-02.html|"
same "no day, no links" "$(day 2024-02-30.html)$(day day.html)$(day 12024-02-28.html)" ""
same "the last date of a name counts" "$(day 2024-01-01-2024-05-05.html)" "← 2024-05-04|next ./2024-01-01-2024-05-06.html|"
mkdir "$dir/2024-07-07"
same "a directory's date does not" "$(day 2024-07-07/plain.html)" ""
same "a name is escaped as one" "$(day "a:b\"'<i>#?% 2024-02-28.html")" \
	"← 2024-02-27|next ./a%3Ab%22%27%3Ci%3E%23%3F%25%202024-02-29.html|"

# ---- published ----
mkdir "$dir/www"
today=$(date +%F) # all along, also at midnight
printf '#!/bin/sh\n[ "$*" != +%%F ] || exec echo %s\nexec %s "$@"\n' "$today" "$(command -v date)" >"$dir/bin/date"
chmod +x "$dir/bin/date"
check "pages can be published" "$("$top_srcdir/contrib/dashboards/publish-pages" "$dir/www" -w 288 -h 120 2>&1)"
(cd "$dir/www" && ls) >"$dir/published"
yesterday=$(date -d "$today 12:00 1 day ago" +%F)
same "that of today, that of yesterday, and one name for the newest" "$(tr '\n' ' ' <"$dir/published")" \
	"index.html rejected-$yesterday.html rejected-$today.html "
same "the newest is today's" "$(readlink "$dir/www/index.html")" "rejected-$today.html"
has "they are linked" www/index.html "<a rel=\"prev\" href=\"./rejected-$yesterday.html\">"
has "both ways" "www/rejected-$yesterday.html" "<a rel=\"next\" href=\"./rejected-$today.html\">"
touch -d "$today 00:02" "$dir/www/rejected-$yesterday.html"
"$top_srcdir/contrib/dashboards/publish-pages" "$dir/www" -w 288 -h 120
same "a day that is over is drawn no more" "$(date -r "$dir/www/rejected-$yesterday.html" +%H:%M)" "00:02"
touch -d "$yesterday 23:05" "$dir/www/rejected-$yesterday.html"
"$top_srcdir/contrib/dashboards/publish-pages" "$dir/www" -w 288 -h 120
check "unless its page is older than its end" "$([ -n "$(find "$dir/www/rejected-$yesterday.html" -newer "$dir/published")" ] ||
	ls -l "$dir/www")"

# ---- with sightings, hostile ones ----
{
	cat <<EOF2
step $((start + 43200 - 300)) 300
tcp4 probe 198.51.100.7 192.0.2.1 22 2 </script><img src=x onerror=alert(1)><script>
tcp4 probe 198.51.100.8 192.0.2.1 23 1 ]]>\xe2\x80\xa8\xe2\x80\xa9"'\x5c&amp;<!--\xff\xc0\xaf\x01
step $((start + 50000 / 300 * 300)) 300 7 3
tcp4 probe 198.51.100.9 192.0.2.1 22 2
EOF2
} >"$dir/seen"
said=$("$sight" "$dir/archive" <"$dir/seen" 2>&1)
case $said in *"built without SQLite"*)
	skip "the rest" "built without SQLite"
	finish
	;;
esac
check "sightings can be written" "$said"
page hostile.html -t "</title></script><img src=x onerror=alert(2)>]]>\"'&\\"
same "a hostile rule or title adds no tag" "$(for tag in '<script' '</script' '<img' '<title' '</title' '<style' 'onerror=alert(1)>' '<!--'; do
	occurs hostile.html "$tag"
done | tr '\n' ' ')" "2 2 1 1 1 1 0 0 "
has "the rule is a text of JSON" hostile.html '"\u003c/script\u003e\u003cimg src=x onerror=alert(1)\u003e\u003cscript\u003e"'
has "so are characters that end a line of a script, and bytes that are no text" hostile.html \
	"\"]]\\u003e\\u2028\\u2029\\u0022\\u0027\\u005c\\u0026amp;\\u003c!--"
has "the title is a text of HTML" hostile.html '<title>&lt;/title&gt;&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;]]&gt;'
has "sources are told" hostile.html '"addresses":["192.0.2.1","198.51.100.7","198.51.100.8","198.51.100.9"]'
has_not "and then nothing is missing" hostile.html 'was not recorded.</p>'
check "the page is text in UTF-8" "$(iconv -f UTF-8 -t UTF-8 "$dir/hostile.html" 2>&1 >/dev/null)"

# ---- sightings that can't be read ----
cp -R "$dir/archive" "$dir/kept"
rm -f "$dir"/archive/sightings.db-*
printf 'no database' >"$dir/archive/sightings.db"
check "a damaged file of sightings is told" "$(page damaged.html | grep -q '^WARNING: .*sightings.db' || page damaged.html)"
has "on the page too, which is there" damaged.html 't be read: '
rm -rf "$dir/archive"
mv "$dir/kept" "$dir/archive"

# ---- too much of all ----
# In each step but those of the hour in which nobody listened 1,000 sightings of IPv6, and a packet for each of 320 ports.
for file in tcp4/0-63 tcp4/64-127 tcp4/128-191 tcp4/192-255 tcp4/256-319; do
	awk '{ printf "%d", $1 + 86400; for (i = 0; i < 64; i++) printf ":%s", $2 == "U" ? "U" : 1; print "" }' "$dir/day" |
		xargs -n 96 rrdtool update "$dir/archive/$file.rrd"
done
for file in udp4/0-63 tcp6/0-63 udp6/0-63 tcp6/64-127 tcp6/384-447 tcp4/384-447; do
	awk '{ printf "%d", $1 + 86400; for (i = 0; i < 64; i++) printf ":%s", $2 == "U" ? "U" : 0; print "" }' "$dir/day" |
		xargs -n 96 rrdtool update "$dir/archive/$file.rrd"
done
fill_totals() {
	awk -v ds="$(rrdtool info "$dir/archive/totals.rrd" | sed -n 's/^ds\[\(.*\)\]\.index = \(.*\)/\2 \1/p' | sort -n | awk '{ printf "%s ", $2 }')" '
		BEGIN { n = split(ds, name, " ") }
		{ printf "%d", $1 + 86400
			for (i = 1; i <= n; i++) {
				value = name[i] == "tcp4_probe" ? 320 : name[i] == "known" ? 1 : 0
				printf ":%s", $2 != "U" ? value : name[i] == "known" ? 0 : "U"
			}
			print "" }' "$dir/day" |
		xargs -n 96 rrdtool update "$dir/archive/totals.rrd"
}
fill_totals
awk -v start="$((start + 86400))" '$2 != "U" {
	at = $1 - (start - 86400) - 300
	print "step", start + at, 300
	for (i = 0; i < 1000; i++)
		printf "tcp4 probe %d.%d.%d.%d 192.0.2.1 %d %d rule\n", 1 + i % 200, at / 300 % 256, at / 76800, i / 200, i % 320, i % 7 + 1
}' "$dir/day" | "$sight" "$dir/archive" || check "many sightings can be written" "no"
"$fireplot" graph "$dir/much.html" -s $((start + 86400)) -e $((start + 2 * 86400)) -w 288 -h 640 >/dev/null
sed -n '/^<script type="application.json"/,/<.script>$/p' "$dir/much.html" >"$dir/much.json"
check "what a page tells has a bound of 4 MiB" "$([ "$(wc -c <"$dir/much.json")" -le 4194400 ] || wc -c "$dir/much.json")"
has "it says how many counts it left out" much.html 'counts behind the dots: where a moment has too many'
has "and that of sightings" much.html 'sightings: where a moment has too many'
finish
