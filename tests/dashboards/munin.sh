#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The Munin plugin under the real munin-run: what it says of its graphs is sound, and its values are what fireplot fetch counts.
# shellcheck disable=SC2119 # lib.sh has functions with words and without
needed=munin-run
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"

# munin-node's own settings and state stay untouched.
mkdir "$dir/plugins" "$dir/state"
chmod 777 "$dir/state"
cp "$top_srcdir/contrib/dashboards/munin-fireplot" "$dir/plugins/fireplot"
printf '[fireplot]\nenv.archive %s\nenv.fireplot %s\nenv.MUNIN_PLUGSTATE %s\nenv.ASAN_OPTIONS %s\n' \
	"$dir/archive" "$fireplot" "$dir/state" "$ASAN_OPTIONS" >"$dir/plugin.conf"
[ "$(id -u)" = 0 ] || printf 'user %s\ngroup %s\n' "$(id -un)" "$(id -gn)" >>"$dir/plugin.conf"
munin() {
	munin-run --ignore-systemd-properties --servicedir "$dir/plugins" --sconffile "$dir/plugin.conf" fireplot "$@" 2>&1 |
		grep -v "^# Warning: Root privileges"
}

check "without an archive autoconf says no, and why" "$(munin autoconf | grep "^no (.*$dir/archive: no archive here" >/dev/null || munin autoconf)"
make_archive
same "with one it says yes" "$(munin autoconf)" yes
step 10 tcp4_probe=100
munin >"$dir/first"

# ---- config ----
munin config >"$dir/config"
watch tcp3389 udp5060
update watch.rrd 10
munin config >"$dir/config-watched"
check "no graph of watched ports if none is watched" "$(grep fireplot_watched "$dir/config")"
same "else there is one" "$(grep -c '^multigraph fireplot_watched$' "$dir/config-watched")" 1
# Every line is known to Munin, every graph has a title and a category, every field a label and a name that is its own.
check "the config is sound" "$(awk '
	/^multigraph [a-z_]+$/ { graph = $2; if (graph in graphs) print "twice: " graph; graphs[graph] = 1; next }
	/^graph_(title|info|category|args|vlabel|total) ./ { set[graph, $1] = 1; next }
	/^[a-z_][a-z0-9_]*\.label ./ { split($1, name, "."); if ((graph, name[1]) in label) print "twice: " $1; label[graph, name[1]] = 1; next }
	/^[a-z_][a-z0-9_]*\.type (DERIVE|GAUGE)$/ || /^[a-z_][a-z0-9_]*\.(min|warning) [0-9:]+$/ || /^[a-z_][a-z0-9_]*\.info ./ ||
		/^[a-z_][a-z0-9_]*\.draw (LINE1|AREASTACK)$/ || /^[a-z_][a-z0-9_]*\.colour [0-9a-f]+$/ {
		split($1, name, "."); if (!((graph, name[1]) in label)) print "before its label: " $0; next }
	{ print "unknown: " $0 }
	END { for (graph in graphs) { if (!((graph, "graph_title") in set)) print graph " has no title"
		if (!((graph, "graph_category") in set)) print graph " has no category" } }' "$dir/config-watched")"
munin >"$dir/values"
fields() {
	sed -n -e 's/^multigraph //p' -e "s/^\([a-z0-9_]*\)\.$1 .*/ \1/p" "$2"
}
check "every field of the config has a value, and the other way round" "$(fields label "$dir/config-watched" >"$dir/labels"
	fields value "$dir/values" | diff "$dir/labels" -)"

# ---- values ----
# value GRAPH FIELD
value() {
	awk -v graph="$1" -v key="$2.value" '$1 == "multigraph" { now = $2 } now == graph && $1 == key { print $2 }' "$dir/values"
}
same "counting begins at the first run" "$(value fireplot tcp4)" 0
step 20 'tcp4_probe=3 tcp4_backscatter=5 tcp6_late=2 icmp4_backscatter=4 other4_probe=6 lost=9 sources=11'
update watch.rrd 20 'tcp3389=1 udp5060=2'
step 30 'tcp4_probe=4 other4_probe=1 sources=12'
update watch.rrd 30 'tcp3389=1'
munin >"$dir/values"
same "a protocol has the packets of every class" "$(value fireplot tcp4)" 12
same "protocols are told apart" "$(value fireplot tcp6) $(value fireplot icmp4) $(value fireplot udp4)" "2 4 0"
same "a class has the packets of every protocol" \
	"$(value fireplot_class probe) $(value fireplot_class backscatter) $(value fireplot_class late)" "14 9 2"
same "losses" "$(value fireplot_uncounted lost) $(value fireplot_uncounted malformed)" "9 0"
same "watched ports count as fireplot fetch does" "$(value fireplot_watched tcp3389) $(value fireplot_watched udp5060)" \
	"$(fetched tcp3389 10 30) $(fetched udp5060 10 30)"
same "which is not nothing" "$(value fireplot_watched tcp3389)" 2
same "other protocols count as fireplot fetch does" "$(value fireplot other4)" "$(fetched other4 10 30)"
same "the sources are those of the newest step" "$(value fireplot_sources sources)" 12
check "the age is the time since then" "$(age=$(value fireplot_age age); now=$(date +%s)
	[ "$age" -le $((now - start - 30)) ] && [ "$age" -ge $((now - start - 630)) ] || echo "$age")"
cp "$dir/values" "$dir/before"
munin >"$dir/values"
check "another run right behind counts nothing twice" "$(grep -v '^age' "$dir/before" >"$dir/a"; grep -v '^age' "$dir/values" | diff "$dir/a" -)"
update totals.rrd 40 'U=U known=0'
munin >"$dir/values"
same "unknown sources are U" "$(value fireplot_sources sources)" U

# ---- wrong ----
mv "$dir/archive" "$dir/away"
check "an archive that is away is told, and no value given" "$(munin >"$dir/values"
	grep -q '^ERROR: .*no archive here' "$dir/values" || cat "$dir/values"
	grep '\.value' "$dir/values")"
finish
