#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A page of fireplot in a real browser: its script runs under its own rules, the panel tells of each dot what was recorded and covers
# no dot it tells of, and nothing that came from the network becomes markup.
needed='chromium'
# shellcheck disable=SC2119 # lib.sh has functions with words and without
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"
sight=$top_builddir/tests/unit/tool/sight
[ -x "$sight" ] || skip_all "tests/unit/tool/sight is not built"

# dom FILE [SIZE]: what the browser has made of it when nothing more happens.
dom() {
	HOME=$dir timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --user-data-dir="$dir/profile" \
		--window-size="${2:-1500,900}" --virtual-time-budget=2000 --dump-dom "file://$dir/$1" 2>>"$dir/chromium.log"
}
echo '<!DOCTYPE html><p id="a">no</p><script>document.getElementById("a").textContent = "ye" + "s"</script>' >"$dir/try.html"
dom try.html | grep -q '<p id="a">yes</p>' || skip_all "chromium can't start here: $(tail -n 1 "$dir/chromium.log" | cut -c 1-200)"

make_archive --step 5m --retention '5m:1d 1h:7d'
fill_day
at=$((start + 50100))
cat >"$dir/seen" <<EOF2
step $((start + 49800)) 300
tcp4 probe 198.51.100.7 192.0.2.1 22 1 ssh: </script><img src=x onerror=document.title=1>
tcp4 backscatter 203.0.113.5 192.0.2.1 22 1 ]]>\xe2\x80\xa8"'\x5c<!--
tcp4 probe 198.51.100.8 192.0.2.1 22 2
udp4 probe 198.51.100.9 192.0.2.1 53 1 dns
step $((at)) 300 5 2
tcp4 probe 198.51.100.7 192.0.2.1 22 1
step $((at + 300)) 300
$(i=1; while [ $i -le 23 ]; do echo "tcp4 probe 10.0.0.$i 192.0.2.1 22 $i"; i=$((i + 1)); done)
EOF2
"$sight" "$dir/archive" <"$dir/seen" 2>"$dir/said" || skip_all "$(cat "$dir/said")"
TZ=Europe/Oslo "$fireplot" graph "$dir/day.html" -s $start -e $((start + 86400)) -w 1440 -h 640 \
	-t '</title><img src=x onerror=document.title=2>' >/dev/null

# ---- as it is ----
dom day.html >"$dir/day.dom"
check "its script runs under its own rules" "$(grep -q '<html lang="en" class="live">' "$dir/day.dom" || head -c 1000 "$dir/day.dom")"
same "the title is the user's" "$(sed -n 's/.*<title>\(.*\)<.title>.*/\1/p' "$dir/day.dom")" '&lt;/title&gt;&lt;img src=x onerror=document.title=2&gt;'
same "it has one image" "$(grep -o '<img' "$dir/day.dom" | wc -l)" 1

# ---- with a script beside it that points, and tells ----
# Where the picture has its marks: of its calls, the places of those of udp4 (port 53) and of the lower ones of tcp4 (port 22).
TZ=Europe/Oslo "$fireplot" graph - -a JSON -s $start -e $((start + 86400)) -w 1440 -h 640 >"$dir/calls"
mark_y() {
	sed -n "s/.*\"call\": \"mark\", .*\"y\": \([0-9]*\), .*\"series\": \"$1\".*/\1/p" "$dir/calls" | sort -n | tail -n 1
}

# ask NAME SCRIPT [SIZE]: what the script tells with say(), in a page (that of the day, or $page) whose rules are taken away so that it
# may be there.
ask() {
	sed '/Content-Security-Policy/d' "$dir/${page:-day}.html" >"$dir/$1.html"
	cat >>"$dir/$1.html" <<EOF2
<pre id="said"></pre>
<script>
const said = document.getElementById('said'), picture = document.getElementById('picture'), panel = document.querySelector('.panel');
const data = JSON.parse(document.getElementById('spots').textContent), rows = { 53: $(mark_y udp4), 22: $(mark_y tcp4), 7: 500 };
const say = (text) => said.textContent += text + '\n', isShown = () => getComputedStyle(panel).display !== 'none';
// The middle of a step of 5 minutes, a minute a pixel, and the row of a port.
function place(seconds, port) {
	const box = picture.getBoundingClientRect(), scale = box.width / data.width;
	return { clientX: box.left + (data.areas[0][0] + seconds / 60 + 2.5) * scale, clientY: box.top + (data.areas[0][1] + rows[port] + 0.5) * scale };
}
function point(seconds, port, type) {
	const at = { ...place(seconds, port), bubbles: true, pointerType: 'mouse' };
	picture.dispatchEvent(type === 'click' ? new MouseEvent(type, at) : new PointerEvent(type || 'pointermove', at));
}
const press = (key) => picture.dispatchEvent(new KeyboardEvent('keydown', { key: key, bubbles: true }));
function tell() {
	const texts = (e) => e.childElementCount ? [...e.children].map((c) => c.textContent).filter((t) => t).join(' ~ ') : e.textContent;
	say(isShown() ? [...panel.querySelectorAll('p, li')].map(texts).join('\n') : 'nothing');
}
$2
</script>
EOF2
	dom "$1.html" "${3:-1500,900}" | sed -n '/<pre id="said">/,/<.pre>/p' | sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | sed '/^$/d'
}

ask tells '
	say("== both");
	point(49800, 22); tell(); point(49800, 53); tell();
	say("== sample");
	point(50100, 22); tell();
	say("== many");
	point(50400, 22); tell();
	say("== bins");
	point(60000, 22); tell();
	say("== none");
	point(60000, 22); point(60000, 7); tell(); point(60000, 22); point(0, 7, "pointerleave"); tell();
	say("== click");
	point(50100, 22, "click"); point(60000, 7); say(isShown()); press("Escape"); say(isShown());
	say("== keys");
	point(49800, 22);
	for (const key of ["ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowRight"]) {
	press(key);
	say(panel.querySelector(".time").textContent.slice(15, 20) + " " + panel.querySelector(".mark strong").textContent);
	}
	say("== markup");
	point(49800, 22);
	say(document.images.length + " " + document.scripts.length + " " + panel.querySelectorAll("img, script").length + " " + document.title);
	' >"$dir/told"
# of NAME: what was said after that.
of() {
	sed -n "/^== $1\$/,/^==/p" "$dir/told" | grep -v '^=='
}
same "two ports, three sources and their rules of one moment are each told" "$(of both)" \
	"Wed 2023-11-15 14:50 – 14:55 CET
TCP/IPv4 port 22 ssh ~ 2 packets
2 ~ 198.51.100.8 → 192.0.2.1
1 ~ 198.51.100.7 → 192.0.2.1 ~ ssh: </script><img src=x onerror=document.title=1>
1 ~ 203.0.113.5 → 192.0.2.1 ~ backscatter ~ ]]>$(printf '\342\200\250')\"'\\<!--
Wed 2023-11-15 14:50 – 14:55 CET
UDP/IPv4 port 53 domain ~ 1 packet
1 ~ 198.51.100.9 → 192.0.2.1 ~ dns"
same "a sample is told to be one" "$(of sample | tail -n 2)" "1 ~ 198.51.100.7 → 192.0.2.1
A sample: who sent 5 more packets of this time was not recorded."
same "of 23 sources the 20 with most packets are told, and how many more" "$(of many | sed -n '3p; 22p; $p')" \
	"23 ~ 10.0.0.23 → 192.0.2.1
4 ~ 10.0.0.4 → 192.0.2.1
and 3 more, with 6 packets"
same "where nothing was recorded it says so, and tells what the archive has" "$(of bins)" \
	"Wed 2023-11-15 17:40 – 17:45 CET
TCP/IPv4 port 22 ssh ~ 2 packets
Who sent them was not recorded."
same "where no dot is it tells nothing" "$(of none)" \
	"nothing
nothing"
same "a click keeps it, Escape lets it go" "$(of click)" \
	"true
false"
same "the keys go from dot to dot, and the ends of a moment are ends" "$(of keys)" "14:50 TCP/IPv4 port 22 ssh
14:50 TCP/IPv4 port 23 telnet
14:50 UDP/IPv4 port 53 domain
14:50 UDP/IPv4 port 53 domain
14:55 UDP/IPv4 port 53 domain"

same "no text of the network became markup" "$(of markup)" \
	"1 3 0 </title><img src=x onerror=document.title=2>"
# On screens of any size, from one edge of the picture to the other, scrolled to where the dot is.
for size in 1500,900 800,600 500,400; do
	same "the panel covers no dot and leaves no window of $size" "$(ask cover 'let wrong = 0, tried = 0;
		for (let seconds = 7200; seconds < 86400; seconds += 900)
			for (const port of [22, 53]) {
				scrollTo(0, place(seconds, port).clientY + scrollY - innerHeight * (seconds % 7200) / 7200);
				document.querySelector(".scroll").scrollLeft = seconds / 60 / 1600 * picture.offsetWidth - innerWidth / 2;
				point(seconds, port);
				const at = place(seconds, port), box = panel.getBoundingClientRect();
				if (!isShown() || at.clientX < 0 || at.clientX > innerWidth || at.clientY < 0 || at.clientY > innerHeight)
					continue;
				tried++;
				wrong += at.clientX >= box.left && at.clientX <= box.right && at.clientY >= box.top && at.clientY <= box.bottom;
				wrong += box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
			}
		say(tried > 100 ? wrong + " wrong" : "only " + tried + " tried");' $size)" "0 wrong"
done
# ---- of seconds ----
printf 'time,source,protocol,port\n%s,192.0.2.1,tcp,22\n%s,192.0.2.1,tcp,22\n' $((start + 59)) $((start + 60)) >"$dir/fine.csv"
"$fireplot" import --archive "$dir/fine" --step 1s --retention '1s:1h 1m:1d' "$dir/fine.csv" >/dev/null
TZ=UTC "$fireplot" graph "$dir/fine.html" --archive "$dir/fine" -s $((start + 40)) -e $((start + 80)) -w 400 -h 150 >/dev/null
same "a moment that begins or ends within a minute has seconds at both ends" "$(page=fine ask seconds '
	for (let i = 0; i < 2; i++) {
		press("ArrowRight");
		say(panel.querySelector(".time").textContent);
	}')" "Wed 2023-11-15 00:00:59 – 00:01:00 UTC
Wed 2023-11-15 00:01:00 – 00:01:01 UTC"
check "the browser had nothing to complain about" "$(grep -iE 'CONSOLE.*(error|refused|violat)' "$dir/chromium.log")"
finish
