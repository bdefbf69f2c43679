#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Decodes all captures of a collection that is no part of the project: $FIREPLOT_DATA, or shared/data beside it.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"

data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}
if ! [ -d "$data/pcap" ]; then
	echo "1..0 # SKIP no captures in $data/pcap (FIREPLOT_DATA names another place)"
	exit 0
fi
if ! command -v xz >/dev/null; then
	echo "1..0 # SKIP no xz to unpack the captures with"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for archive in "$data"/pcap/*/*.tar.xz; do
	folder=$work/$(basename "$archive" .tar.xz)
	mkdir "$folder"
	tar -xJf "$archive" -C "$folder"
done
find "$data/pcap" "$work" -type f ! -name '*.tar.xz' | sort | "${top_builddir:?}/tests/unit/packet/captures"
