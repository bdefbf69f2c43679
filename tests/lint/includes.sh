#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every #include in src against the table in src/README, and libraries only where their one user is.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

# file:line:header, with the quotes or angles still on
includes=$(grep -nE '^[[:space:]]*#[[:space:]]*include' src/*/*.[ch] |
	sed -E 's/^([^:]*:[0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*/\1:/; s/([">])[^">]*$/\1/')

# stage|stages it may include
table=$(awk -F'|' '/\|/ && $1 !~ /^stage/ { gsub(/ /, "", $1); print $1 "|" $4 }' src/README)

check "src/README names every stage" "$(for dir in src/*/; do
	stage=$(basename "$dir")
	printf '%s\n' "$table" | grep -q "^$stage|" || echo "src/README has no line for $stage"
done)"

for line in $(printf '%s\n' "$table" | tr ' ' ','); do
	stage=${line%%|*}
	allowed=$(printf '%s' "${line#*|}" | tr ',' ' ')
	[ -d "src/$stage" ] || continue
	check "$stage includes only its own stage and those that src/README allows" "$(
		printf '%s\n' "$includes" | grep "^src/$stage/" | awk -F: -v allowed="$allowed" '
			BEGIN { n = split(allowed, stages, " "); for (i = 1; i <= n; i++) may[stages[i]] = 1 }
			$3 ~ /^"/ {
				name = substr($3, 2, length($3) - 2)
				slash = index(name, "/")
				if (!slash) print $1 ":" $2 ": \"" name "\" is not written as \"stage/name.h\""
				else if (!(substr(name, 1, slash - 1) in may)) print $1 ":" $2 ": " name " is out of reach of this stage"
			}'
	)"
done

# only HEADERS FILES WHAT: includes whose header matches stand in files that match.
only() {
	check "$3" "$(printf '%s\n' "$includes" | grep -E "^[^:]*:[0-9]+:<$1" | grep -vE "^src/$2:")"
}
only 'rrd' 'archive/rrd\.c' "only archive/rrd.c includes librrd's headers"
only 'netinet/tcp\.h' 'archive/rrdcached\.c' "only archive/rrdcached.c connects to other machines"
only 'netdb\.h' '(archive/rrdcached|tool/lists|tool/services|tool/target)\.c' "only names of hosts, services and protocols are looked up"
only 'lib(mnl|netfilter_log|nfnetlink)/' 'nfnl/nfsock\.c' "only nfnl/nfsock.c includes libmnl's and libnetfilter_log's headers"
only '(cairo|pango|fontconfig)' 'plot/canvas_cairo[a-z_]*\.[ch]' "only plot/canvas_cairo includes cairo's and pango's headers"
only 'jansson' 'import/json_line\.c' "only import/json_line.c includes jansson's header"
only 'chafa' 'plot/terminal\.c' "only plot/terminal.c includes libchafa's header"
only 'png\.h' 'plot/pngfile\.c' "only plot/pngfile.c includes libpng's header"
only 'zlib\.h' '(plot/pngfile|import/gunzip)\.c' "only plot/pngfile.c and import/gunzip.c include zlib's header"
only 'archive(_entry)?\.h' 'import/unpack\.c' "only import/unpack.c includes libarchive's headers"
only 'cap-ng|<sys/capability' 'common/privileges\.c' "only common/privileges.c includes libcap-ng's headers"
only 'sqlite3' 'archive/sightings[a-z_]*\.[ch]' "only archive/sightings includes SQLite's header"
only 'pcap' 'import/pcapfile\.c' "only import/pcapfile.c includes libpcap's headers"
only 'systemd/' 'none' "nothing includes systemd's headers"

finish
