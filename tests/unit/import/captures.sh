#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads all captures of a collection that is no part of the project.
set -eu
# shellcheck source=tests/unit/found.sh
. "${top_srcdir:?}/tests/unit/found.sh"

find_captures | "${top_builddir:?}/tests/unit/import/captures"
