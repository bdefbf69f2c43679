# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the lint tests: where the sources are, and the Test Anything Protocol.
# shellcheck shell=sh

: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
: "${CC:=cc}"
LC_ALL=C.UTF-8
export LC_ALL
tap_count=0
tap_failed=0

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# Who builds a package may leave out what is about the sources alone.
case $0:${LINT_TESTS:-yes} in
*/lint/*:no) skip_all "LINT_TESTS=no" ;;
esac

# check NAME FINDINGS: passes if there are no findings, and shows them if there are.
check() {
	tap_count=$((tap_count + 1))
	if [ -z "$2" ]; then
		echo "ok $tap_count - $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# skip NAME REASON
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

finish() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

# The text files that people wrote, relative to the sources, one a line. The folders are named because a build or an
# unpacked distribution may lie beside them; samples and expected outputs are what they are.
written_files() (
	cd "$top_srcdir" || exit 1
	find src tests contrib doc .ci m4 -type f 2>/dev/null |
		grep -Ev '^tests/(data|corpus)/|^tests/fuzz/(corpus|.*/corpus)/|^tests/golden/.*\.(txt|json|svg|tree)$' |
		grep -Ev '\.(o|a|gcda|gcno|log|trs|png|svg|pcap|ring|rrd|pyc|xz|gz)$|/\.deps/|/\.dirstamp$|^m4/'
	for file in configure.ac Makefile.am README.md NEWS CONTRIBUTING SECURITY; do
		[ ! -f "$file" ] || echo "$file"
	done
)

# Those of them that a shell runs, by name or by first line.
shell_files() {
	written_files | while read -r file; do
		case $file in
		*.sh | *.bash) echo "$file" ;;
		*.[ch] | *.md | *.inc) ;;
		*) head -n 1 "$top_srcdir/$file" | grep -aqE '^#! ?/(usr/)?bin/(env )?(ba|da)?sh' && echo "$file" ;;
		esac
	done
}
