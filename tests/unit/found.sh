#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of captures that are no part of the project: $FIREPLOT_DATA, or shared/data beside it. Skips where they are not there.
: "${top_srcdir:?}"

data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}
if ! [ -d "$data/pcap" ]; then
	echo "1..0 # SKIP no captures in $data/pcap (FIREPLOT_DATA names another place)"
	exit 0
fi

# Prints their paths, one a line; those that lie in archives are unpacked to where the test's end removes them.
find_captures() {
	for archive in "$data"/pcap/*/*.tar.xz; do
		folder=$work/$(basename "$archive" .tar.xz)
		mkdir "$folder"
		tar -xJf "$archive" -C "$folder"
	done
	find "$data/pcap" "$work" -type f ! -name '*.tar.xz' | sort
}
if ! command -v xz >/dev/null; then
	echo "1..0 # SKIP no xz to unpack the captures with"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
