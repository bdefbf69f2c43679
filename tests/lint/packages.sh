#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What make install puts down is in exactly one package for Debian and in one for RPM, and these leave no library to chance.
# shellcheck source=tests/lint/tap.sh
. "$(dirname "$0")/tap.sh"

[ -f "$top_builddir/Makefile" ] || skip_all "not configured"
[ ! -f "$top_srcdir/config.status" ] || skip_all "configured in the sources, so not once more beside them"
rules=$top_srcdir/contrib/debian/debian/rules

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# The macros of RPM that stand for directories.
sed 's|%{_bindir}|/usr/bin|g; s|%{_sbindir}|/usr/sbin|g; s|%{_datadir}|/usr/share|g; s|%{_mandir}|/usr/share/man|g
	s|%{_docdir}|/usr/share/doc|g; s|%{_sysconfdir}|/etc|g; s|%{_unitdir}|/usr/lib/systemd/system|g
	s|%{_sysusersdir}|/usr/lib/sysusers.d|g; s|%{_tmpfilesdir}|/usr/lib/tmpfiles.d|g' \
	"$top_srcdir/contrib/rpm/fireplot.spec" >spec

# ---- libraries ----
sed -n 's/.*PKG_CHECK_MODULES(\[[A-Z0-9]*\], \[\([^]]*\)\].*/\1/p' "$top_srcdir/configure.ac" |
	grep -oE '[a-z][-a-z0-9_]*( >= [0-9.]+)?' | sed 's/^[-a-z0-9_]*/BuildRequires:  pkgconfig(&)/' >modules
check "configure asks for libraries" "$([ "$(wc -l <modules)" -ge 12 ] || cat modules)"
check "the spec asks for the same ones" "$(while read -r line; do grep -qxF "$line" spec || echo "it lacks $line"; done <modules)"
check "a package is not built without a library that is missing" "$(
	sed -n 's/.*\[with_\([a-z0-9]*\)=auto\].*/\1/p' "$top_srcdir/configure.ac" | grep -vx cmocka | while read -r name; do
		for file in "$rules" spec; do grep -qE -e "--with-$name( |\$)" "$file" || echo "${file##*/} lacks --with-$name"; done
	done)"

# ---- files ----
# The programs need not be built to be put somewhere.
mkdir build && cd build || exit 1
"$top_srcdir/configure" -q --disable-dependency-tracking --prefix=/usr --sysconfdir=/etc --with-systemdsystemunitdir=/there >../said 2>&1 ||
	skip_all "$(grep '^configure: error' ../said || echo "configure fails")"
for program in fireplot fireplotd; do printf '#!/bin/sh\n' >$program && chmod +x $program; done
cd ..

# tree_of FILE: what a package is built from, as FILE calls make and configure. It puts the configuration there by itself.
tree_of() {
	rm -rf tree && mkdir -p tree/etc && touch tree/etc/fireplot.conf || return 1
	# shellcheck disable=SC2046 # several directories
	MAKEFLAGS='' make -s -C build -o fireplot -o fireplotd install-exec install-data DESTDIR="$dir/tree" \
		$(grep -oE '[a-z]+dir=/[^ ]+' "$1") >said 2>&1 || cat said
	(cd tree && find . ! -type d) >all
}

# unsound LIST: what the lines "PACKAGE PATTERN" of a list don't name once.
unsound() {
	: >named
	while read -r package pattern; do
		# shellcheck disable=SC2086 # a pattern
		(cd tree && find .$pattern ! -type d) >found 2>/dev/null
		[ -s found ] || echo "nothing is installed as $pattern, which is in $package"
		cat found >>named
	done <"$1"
	sort named | uniq -d | sed 's/^\./more than once in a package: /'
	sort named all all | uniq -c | awk '$1 == 2 { sub(/^\./, "", $2); print "in no package: " $2 }'
}

check "make installs for Debian" "$(tree_of "$rules")"
for list in "$top_srcdir"/contrib/debian/debian/*.install; do
	sed "s|^|$(basename "$list" .install) /|" "$list"
done >debian
check "each file is in one package for Debian" "$(unsound debian)"

check "make installs for RPM" "$(tree_of spec)"
awk '/^%files/ { package = $3 ? $3 : "fireplot"; next }
	/^%/ && !/^%config/ { if (!/^%(doc|license)/) package = ""; next }
	package && NF { print package, $NF }' spec >rpm
check "each file is in one package for RPM" "$(unsound rpm)"
finish
