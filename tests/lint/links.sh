#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the documents point to is there.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$top_srcdir" || exit 1

for page in README.md CONTRIBUTING SECURITY doc/*.md doc/*/*.md; do
	check "the files that $page names are there" "$(
		grep -oE '(^|[^[:alnum:]/._-])(contrib|doc|src|tests)/[[:alnum:]_./-]*[[:alnum:]]' "$page" |
			sed -E 's/^[^[:alnum:]]//' | sort -u | while read -r name; do
				# Capitals stand for a name to be filled in; tests and programs are named without .c.
				case $name in *[A-Z][A-Z]*) name=${name%%/[A-Z][A-Z]*} ;; esac
				[ -e "$name" ] || [ -e "$name.c" ] || echo "no $name"
			done
	)"
done
check "README and README.md are the same" "$(cmp README README.md 2>&1)"
finish
