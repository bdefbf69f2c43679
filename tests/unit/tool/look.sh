#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Formats, sizes, colours and terminals as a user asks for them: what is in the file, what is printed, what is refused.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

fireplot=$top_builddir/fireplot
[ -x "$fireplot" ] || skip_all "fireplot is not built"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
FIREPLOT_ARCHIVE=$dir/archive
export FIREPLOT_ARCHIVE
start=1700006400
"$fireplot" create --step 10s --exact-ports 64 --bins-per-octave 2 --start $start --retention '10s:10m 1m:1d' >/dev/null ||
	skip_all "no archive could be made"

# graph FILE [OPTION ...]
graph() {
	file=$1
	shift
	"$fireplot" graph "$dir/$file" -s $start -e $((start + 86400)) -w 400 -h 100 "$@" 2>&1
}

# refuses WHAT PATTERN OPTION...: status 1, one line that matches, and no file.
refuses() {
	what=$1 pattern=$2
	shift 2
	rm -f "$dir/none.png"
	output=$(graph none.png "$@")
	status=$?
	check "$what" "$(if [ $status -ne 1 ] || [ -e "$dir/none.png" ] || ! echo "$output" | grep -qE "^ERROR: $pattern"; then
		echo "status $status: $output"
	fi)"
}

# ---- formats ----
for format in png svg pdf eps json; do
	graph "first.$format" >"$dir/$format.size"
	graph "second.$format" >/dev/null
	check "the same window is the same $format" "$(cmp "$dir/first.$format" "$dir/second.$format" 2>&1)"
	graph "plain" -a $format >/dev/null
	check "$format by --imgformat is $format by name" "$(cmp "$dir/first.$format" "$dir/plain" 2>&1)"
	graph "plain" -a "$(echo $format | tr '[:lower:]' '[:upper:]')" >/dev/null
	check "and in capitals, as rrdtool spells it" "$(cmp "$dir/first.$format" "$dir/plain" 2>&1)"
done
size=$(cat "$dir/pdf.size")
check "a size is that of the whole" "$([ "$size" = "$(cat "$dir/png.size")" ] && [ "$size" != 400x100 ] || echo "$size")"
# has FILE PATTERN: a line of the file matches.
has() {
	check "$1 has $2" "$(grep -qaE -e "$2" "$dir/$1" || head -c 300 "$dir/$1" | strings)"
}
has first.pdf '^%PDF-1'
has first.pdf "MediaBox \[ 0 0 ${size%x*} ${size#*x} \]"
has first.pdf 'CreationDate \(20231116000000'
has first.pdf '/FontFile2|/FontFile3'
has first.eps '^%!PS-Adobe-3.0 EPSF'
has first.eps "^%%BoundingBox: 0 0 ${size%x*} ${size#*x}\$"
check "first.eps tells no time of day" "$(grep -a 'CreationDate' "$dir/first.eps")"
refuses "an unknown format is told" 'option --imgformat: expected PNG, SVG, PDF, EPS, HTML or JSON, not "gif"' -a gif

# ---- sizes ----
# sized WHAT EXPECTED OPTION...: the size that is printed.
sized() {
	what=$1 expected=$2
	shift 2
	output=$(graph sized.json "$@")
	check "$what" "$([ "$output" = "$expected" ] || echo "$output")"
}
sized "--only-graph is the area with the dots" 400x100 -j
sized "--only-graph may be a thumbnail" 64x16 -j -w 64 -h 16
sized "--full-size-mode is the size of the whole" 800x400 -D -w 800 -h 400
sized "whatever else is in it" 800x400 -D -w 800 -h 400 -W foot -v side --border 9 -t 'two<br/>lines' --mark noon:x --mark-port 22:ssh
sized "of a thumbnail too" 40x20 -D -j -w 40 -h 20
sized "--zoom with --only-graph" 800x200 -j -m 2
sized "a smaller zoom" 200x50 -j -m 0.5
sized "a zoomed whole" 800x600 -D -m 2 -w 400 -h 300
refuses "no room is told" '100x60 has no room for dots .*expected at least 100x[0-9]+, or --only-graph' -D -w 100 -h 60
refuses "a zoom that is too small is told" 'option --zoom: .*not 40x10' -m 0.1
refuses "one that is too large too" 'option --zoom: .*not 20000x5000' -m 50
graph plain.json >/dev/null
graph none.json -g >/dev/null
check "--no-legend leaves the legend out" "$(grep 'TCP/IPv4' "$dir/none.json"; grep -q 'TCP/IPv4' "$dir/plain.json" || echo "there is none anyway")"

# ---- colours, texts ----
graph look.json -c BACK#102030 -c FONT#ffff0080 --theme light -W 'at the foot' -v 'at the left' -n WATERMARK:9:Serif >/dev/null
has look.json '"begin".*"ground": "#102030"'
has look.json '"text": "at the foot", "face": "Serif"'
has look.json '"anchor": "upwards".*"em": .*"text": "at the left"'
refuses "an unknown tag is told with all there are" 'option --color: unknown tag "FOO", expected BACK, CANVAS, .* UNKNOWN or LOST' -c FOO#112233
refuses "a wrong colour is told" 'option --color: expected TCP4#rrggbb or TCP4#rrggbbaa.*"#11"|option --color: .*"11"' -c TCP4#11
refuses "a wrong font is told" 'option --font: expected TAG:SIZE' -n HEAD:8
refuses "a watermark in another charset is told" 'option --watermark: .*UTF-8' -W "$(printf '\303')"
refuses "a time that is none is told" 'option --mark: expected TIME:TEXT.*"someday:x"' --mark someday:x
refuses "a port that is none is told" 'option --mark-port: expected PORT:TEXT.*"ssh:x"' --mark-port ssh:x
graph rules.json --mark 'noon 20231115:half \: past' --mark 'end+1d:outside' --mark-port 22:ssh >/dev/null
has rules.json '"text": "half : past"'
has rules.json '"text": "ssh"'
check "a line outside of the window is not told" "$(grep outside "$dir/rules.json")"
graph rules.json --mark 'end+1d:outside' -F >/dev/null
has rules.json '"text": "2023-11-17 00:00: outside"'
graph fonts.png -R mono -B 20 -G mono >/dev/null
check "--font-render-mode mono leaves few colours" "$([ "$(wc -c <"$dir/fonts.png")" -lt "$(wc -c <"$dir/first.png")" ] ||
	echo "no smaller than the picture with smooth letters")"

# ---- terminals ----
check "no file and no terminal is told" "$("$fireplot" graph 2>&1 >"$dir/out" </dev/null | grep -v '^ERROR: expected a FILE to draw into, or - for the standard output$'
	cat "$dir/out")"
refuses "an unknown kind of terminal is told" 'option --terminal: expected auto, sixel, kitty, iterm2 or symbols, not "tty"' --terminal tty
if "$fireplot" graph --terminal auto 2>&1 >/dev/null | grep -q 'built without libchafa'; then
	skip "pictures on a terminal" "built without libchafa"
	finish
fi
# The variables by which a terminal is known, so that the one that runs this test changes nothing.
unset COLORTERM TERM_PROGRAM TERM_PROGRAM_VERSION VTE_VERSION KITTY_PID LC_TERMINAL COLUMNS LINES TERMINAL_NAME
draw() {
	"$fireplot" graph -s $start -e $((start + 86400)) "$@"
}
# letters FILE: without what sets colours.
letters() {
	sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g' "$1" | tr -d '\r'
}
# Lines that have not so many letters.
other_than() {
	sed 's/./x/g' "$dir/letters" | awk -v wanted="$1" 'length($0) != wanted { print NR ": " length($0) }'
}
TERM=xterm-256color COLUMNS=100 LINES=40 draw --terminal symbols >"$dir/symbols"
letters "$dir/symbols" >"$dir/letters"
check "characters have the texts as letters" "$(for text in 'Rejected packets by destination port' 65535 12:00; do
	grep -q "$text" "$dir/letters" || echo "no $text"
done)"
check "they are as many lines as there are, but two for the shell" "$([ "$(wc -l <"$dir/letters")" -eq 38 ] || wc -l <"$dir/letters")"
check "and as wide" "$(other_than 100)"
TERM=xterm-256color COLUMNS=100 LINES=40 draw --terminal symbols >"$dir/again"
check "twice the same" "$(cmp "$dir/symbols" "$dir/again" 2>&1)"
check "a picture that is too wide for letters is told" "$(TERM=xterm COLUMNS=80 draw --terminal symbols -w 400 -h 100 2>&1 >/dev/null |
	grep -vE '^ERROR: the picture takes [0-9]+ columns, and the terminal has 80: expected a smaller --width$')"
check "a terminal that is too small is told" "$(TERM=xterm COLUMNS=20 LINES=8 draw --terminal symbols 2>&1 >/dev/null |
	grep -vE '^ERROR: .* has no room for dots')"
check "sixels are sixels" "$(TERM=xterm draw --terminal sixel | head -c 200 | grep -qa "$(printf '\033P')" || echo "no DCS")"
check "kitty's are kitty's" "$(TERM=xterm draw --terminal kitty | head -c 200 | grep -qa "$(printf '\033_G')" || echo "no APC G")"
check "iTerm2's are iTerm2's" "$(TERM=xterm draw --terminal iterm2 | head -c 200 | grep -qa "$(printf '\033]1337;File=')" || echo "no OSC 1337")"

if ! command -v script >/dev/null; then
	skip "a terminal is used where there is no file" "no script(1) here"
	finish
fi
# on TERM: what is written to a terminal of that kind with 90 columns and 30 rows.
on() {
	TERM=$1 script -qec "stty cols 90 rows 30; '$fireplot' graph -s $start -e $((start + 86400))" /dev/null </dev/null
}
on xterm-256color >"$dir/tty"
letters "$dir/tty" >"$dir/letters"
check "where there is no file, a terminal gets the picture" "$(grep -q 'Rejected packets' "$dir/letters" || cat "$dir/letters")"
check "in its size" "$(other_than 90
	[ "$(wc -l <"$dir/letters")" -eq 28 ] || wc -l <"$dir/letters")"
check "and no size is printed" "$(grep -E '^[0-9]+x[0-9]+$' "$dir/letters")"
check "a kitty gets pixels" "$(on xterm-kitty | head -c 200 | grep -qa "$(printf '\033_G')" || echo "no APC G")"
finish
