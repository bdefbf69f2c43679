#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Compares what we and ulogd2 say of the same packets, which are no part of the project: $FIREPLOT_DATA, or shared/data beside it.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"

data=${FIREPLOT_DATA:-$top_srcdir/../shared/data}/oracle/set1
if ! [ -r "$data/ulogd2.json.gz" ]; then
	echo "1..0 # SKIP no $data/ulogd2.json.gz (FIREPLOT_DATA names another place)"
	exit 0
fi
gzip -dc "$data/ulogd2.json.gz" | "${top_builddir:?}/tests/unit/packet/oracle" "$data/nflog.pcap"
