#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every recipe of doc/dashboards/README.md, taken out of the page and run on a day whose counts are known, each by what reads it: sh,
# cron's command, systemd, collectd, promtool. A picture must be one, and its legend right.
# shellcheck disable=SC2119 # lib.sh has functions with words and without
# shellcheck source=tests/dashboards/lib.sh
. "$top_srcdir/tests/dashboards/lib.sh"

page=$top_srcdir/doc/dashboards/README.md
mkdir "$dir/recipes" "$dir/out" "$dir/cache" "$dir/plugins" "$dir/state" "$dir/share"
chmod 777 "$dir/state"
cp "$top_srcdir"/contrib/dashboards/* "$dir/share"
make_archive --step 5m --retention '5m:1d 1h:7d'
fill_day

# The fenced blocks, each in a file named after its place and its language; then the paths of a real machine become ours, and the day
# that was filled the last one.
awk -v out="$dir/recipes/" '
	/^```[a-z]/ { file = sprintf("%s%02d.%s", out, ++n, substr($0, 4)); printf "" >file; next }
	/^```$/ { file = "" }
	file { print >file }' "$page"
sed -i -e "s|/tmp/|$dir/out/|g; s|/var/lib/fireplot|$dir/archive|g; s|/usr/local/share/fireplot/dashboards|$dir/share|g" \
	-e "s|/usr/local/bin|$dir/bin|g; s|/var/www/html|$dir/out|g; s|/var/lib/prometheus/node-exporter|$dir/out|g; s|/var/lib/cacti|$dir/out|g" \
	-e "s|/var/cache/fireplot|$dir/cache|g; s|/usr/lib/cgi-bin|$dir/cgi-bin|g; s|/etc/munin/plugins|$dir/plugins|g" \
	-e "s|-s end-1d|-s $start -e $((start + 86400))|" "$dir"/recipes/*

# In place of programs that would reach into the machine.
user=$(id -un) group=$(id -gn)
printf '#!/bin/sh\n' >"$dir/bin/lighty-enable-mod"
cat >"$dir/bin/munin-run" <<EOF2
#!/bin/sh
exec $(command -v munin-run) --ignore-systemd-properties --servicedir "$dir/plugins" --sconffile "$dir/plugin.conf" "\$@"
EOF2
printf '[fireplot]\nenv.archive %s\nenv.fireplot %s\nenv.MUNIN_PLUGSTATE %s\nenv.ASAN_OPTIONS %s\n' \
	"$dir/archive" "$fireplot" "$dir/state" "$ASAN_OPTIONS" >"$dir/plugin.conf"
[ "$user" = root ] || printf 'user %s\ngroup %s\n' "$user" "$group" >>"$dir/plugin.conf"
chmod +x "$dir"/bin/*

runs() {
	check "$1 runs" "$(sh -e "$2" >"$dir/output" 2>&1 || cat "$dir/output")"
}

# What the legends of the pictures must say; the page has these and no others.
legend_of() {
	case $1 in
	protocols.png) echo '828 packets|276 packets|276 packets|0 packets|0 packets|0 packets' ;;
	services.png) echo '0.007/s on average 552 packets|0.003/s on average 276 packets|0.003/s on average 276 packets' ;;
	backscatter.png) echo '276 of|1380 packets' ;;
	losses.png) echo '4 packets|0 packets|0 packets' ;;
	sources.png) echo 'average 5|maximum 5' ;;
	ssh.png) echo '552 packets' ;;
	picture.png) ;;
	*) echo "no such picture is known to this test" ;;
	esac
}

shell_recipe() {
	file=$1
	png=$(grep -oE "$dir/out/[a-z]+\.png" "$file" | head -n 1)
	case $(cat "$file") in
	*lighty-enable-mod*) sed -i 's/ -o www-data -g www-data//' "$file" ;;
	*munin-run*) [ -x /usr/sbin/munin-run ] || {
		skip "$name of the page runs" "no munin-run here"
		return
	} ;;
	esac
	runs "$name of the page" "$file"
	[ -n "$png" ] || return 0
	check "$(basename "$png") is a picture" "$(is_png "$png" "$(sed -n 's/x.*//p' "$dir/output")" "$(sed -n 's/.*x//p' "$dir/output")")"
	sed 's/GPRINT/PRINT/g' "$file" >"$dir/printing"
	same "the legend of $(basename "$png") is right" \
		"$(sh -e "$dir/printing" | sed '1d; s/\\l//; s/  */ /g; s/^ //' | paste -sd'|')" "$(legend_of "$(basename "$png")")"
}

# A line of /etc/cron.d is five fields, a user, and a command for sh.
cron_recipe() {
	cut -d ' ' -f 7- "$1" >"$1.sh"
	check "$name is a time, a user and a command" "$(grep -vE '^([0-9*/]+ ){5}(root|fireplot) fireplot ' "$1")"
	runs "$name" "$1.sh"
	written=$(grep -oE "$dir/out/[a-z]+\.(png|prom)" "$1")
	check "$name writes $(basename "$written")" "$([ -s "$written" ] || echo "nothing there")"
}

systemd_recipe() {
	case $(cat "$1") in
	*OnCalendar*) unit=$dir/fireplot-picture.timer ;;
	*) unit=$dir/fireplot-picture.service ;;
	esac
	sed "s/^User=fireplot/User=root/" "$1" >"$unit"
	! [ -f "$dir/fireplot-picture.service" ] || ! [ -f "$dir/fireplot-picture.timer" ] || systemd_verifies
}
systemd_verifies() {
	if command -v systemd-analyze >/dev/null; then
		check "systemd has nothing to say of the timer and its service" "$(systemd-analyze verify --man=no "$dir/fireplot-picture.timer" \
			"$dir/fireplot-picture.service" 2>&1 | grep fireplot)"
	else
		skip "systemd has nothing to say of the timer and its service" "no systemd-analyze here"
	fi
	sed -n 's/^ExecStart=//p' "$dir/fireplot-picture.service" >"$dir/service.sh"
	runs "the command of the service" "$dir/service.sh"
}

collectd_recipe() {
	if command -v collectd >/dev/null; then
		check "collectd takes $name" "$(collectd -t -C "$1" >"$dir/output" 2>&1 || cat "$dir/output")"
		check "the script that it names is there" "$(script=$(sed -n 's/.*Exec "[a-z]*" "\(.*\)"/\1/p' "$1"); [ -x "$script" ] || echo "$script")"
	else
		skip "collectd takes $name" "no collectd here"
	fi
}

# Each line is a query; as the expression of a rule promtool reads it. The metrics in them are those that there are.
promql_recipe() {
	"$fireplot" export prometheus -o "$dir/metrics" 2>&1
	check "the metrics in the queries are exported" "$(grep -oE 'fireplot_[a-z_]+' "$1" | sort -u | grep -v watched | while read -r metric; do
		grep -q "^$metric{" "$dir/metrics" || echo "$metric"
	done)"
	if command -v promtool >/dev/null; then
		{
			printf 'groups:\n- name: page\n  rules:\n'
			awk '{ printf "  - record: r%d\n    expr: %s\n", NR, $0 }' "$1"
		} >"$dir/queries.yml"
		check "promtool takes each query" "$(promtool check rules "$dir/queries.yml" 2>&1 >/dev/null)"
	else
		skip "promtool takes each query" "no promtool here"
	fi
}

# The command twice, as the poller does: what it prints must be what came between.
cacti_recipe() {
	rm -f "$dir/out/fireplot.prom"
	sh -e "$1" >"$dir/output"
	rrdtool update "$dir/archive/totals.rrd" -t tcp4_probe:udp6_probe:known "$((start + 86700)):17:2:1"
	sh -e "$1" >"$dir/output" 2>&1
	check "Cacti's command prints names and counters" "$(grep -qxE '([a-z0-9_]+:[0-9]+ )+[a-z0-9_]+:[0-9]+' "$dir/output" || cat "$dir/output")"
	same "what came between two polls, and nothing else" "$(tr ' ' '\n' <"$dir/output" | grep -v ':0$' | paste -sd ' ')" 'tcp4_probe:17 udp6_probe:2'
}

for file in "$dir"/recipes/*.*; do
	name="recipe $(basename "$file")"
	case $file in
	*.sh) shell_recipe "$file" ;;
	*.cron) cron_recipe "$file" ;;
	*.systemd) systemd_recipe "$file" ;;
	*.collectd) collectd_recipe "$file" ;;
	*.promql) promql_recipe "$file" ;;
	*.cacti) cacti_recipe "$file" ;;
	*.lighttpd) ;; # lighttpd.sh runs it
	*) check "somebody knows what to do with $name" "nobody" ;;
	esac
done
same "every kind of recipe was found" "$(for file in "$dir"/recipes/*; do echo "${file##*.}"; done | sort -u | paste -sd ' ')" \
	"cacti collectd cron lighttpd promql sh systemd"
finish
