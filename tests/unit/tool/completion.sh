#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A bash and a zsh at a terminal offer, behind a tab, what the programs' tables have: their --help says the same.
# shellcheck source=tests/lint/tap.sh
. "$top_srcdir/tests/lint/tap.sh"

for program in fireplot fireplotd; do
	[ -x "$top_builddir/$program" ] || skip_all "$program is not built"
done
script --version 2>/dev/null | grep -q util-linux || skip_all "no script(1) of util-linux here, to give a shell a terminal"

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/place" "$dir/fpath"
: >"$dir/place/picture.png"
mkdir "$dir/place/pictures"

# ---- what is typed, and what --help says of it ----

# typed LINE...: each line gets a tab and a return.
typed() {
	printf '%s\n' "$@" >>"$dir/lines"
}

# options_of COMMAND...: all options of its --help. values_of: those with a value.
options_of() {
	grep -oE '^  +(-[a-zA-Z], )?--?[a-zA-Z][-a-z]*' "$dir/help.$*" | grep -oE -e '--?[a-zA-Z][-a-z]*' | sort -u
}
values_of() {
	sed -nE 's/^  +(-[a-zA-Z], )?(--[a-z][-a-z]*) [A-Z].*/\2/p' "$dir/help.$*"
}

PATH=$top_builddir:$PATH
export PATH
commands=$(fireplot --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' | grep -vx fireplot)
check "--help lists commands" "$([ "$(echo "$commands" | wc -w)" -ge 4 ] || echo "$commands")"
typed 'fireplot ' 'fireplot -' 'fireplot gr' 'fireplot help ' 'fireplot --completion ' 'fireplotd -' 'fireplotd --kern'
fireplotd --help >"$dir/help.fireplotd"
for command in $commands; do
	fireplot "$command" --help >"$dir/help.fireplot $command"
	typed "fireplot $command -"
	for option in $(values_of fireplot "$command"); do typed "fireplot $command $option "; done
done
for option in $(values_of fireplotd); do typed "fireplotd $option "; done
typed 'fireplot graph -a ' 'fireplot graph --imgformat=PN' 'fireplot graph --day to' 'fireplot fetch --series tcp4,u' \
	'fireplot fetch --series tcp4,udp6,icmp6' 'fireplot graph pict' 'fireplot graph --archive pict' 'fireplotd --archive pict' \
	'fireplotd -c picture.' 'fireplotd --user roo' 'fireplotd --watch t' 'fireplotd --profile=sm'

# ---- the shells ----

# run SHELL COMMAND: the lines go to the command on a terminal in raw mode, where nothing but the shell touches them; they are
# sent when it is in that mode. Afterwards $dir/SHELL has, for each line, what was offered and then "@@" and the arguments.
run() {
	tab_return=$(printf '\t\r')
	mkfifo "$dir/ready.$1" || exit 1
	{
		read -r _ <"$dir/ready.$1"
		sed "s/\$/$tab_return/" "$dir/lines"
		printf 'exit\r'
	} | (cd "$dir/place" && HOME=$dir ZDOTDIR=$dir TERM=dumb TMPDIR=$dir timeout 120 \
		script -qec "stty raw -echo rows 24 cols 200; echo >$dir/ready.$1; exec $2" /dev/null) | tr -d '\r' >"$dir/screen.$1"
}

start_bash() {
	fireplot --completion bash >"$dir/fireplot.bash"
	fireplotd --completion bash >"$dir/fireplotd.bash"
	cat >"$dir/bashrc" <<-'END'
		bind 'set completion-query-items 0'
		bind 'set page-completions off'
		bind 'set completion-display-width 0'
		bind 'set show-all-if-ambiguous on'
		bind 'set enable-bracketed-paste off'
		. "$HOME/fireplot.bash"
		. "$HOME/fireplotd.bash"
		told() { printf '\n@@'; printf '<%s>' "$@"; echo; }
		fireplot() { told "$@"; }
		fireplotd() { told "$@"; }
		PS1=
		echo '@@ begin'
	END
	run bash "bash --noprofile --rcfile $dir/bashrc -i"
	sed -n '/^@@ begin/,$p' "$dir/screen.bash" | sed 1d >"$dir/bash"
}

# The one program is loaded by its name, as if installed, the other is sourced.
start_zsh() {
	fireplot --completion zsh >"$dir/fpath/_fireplot"
	fireplotd --completion zsh >"$dir/fireplotd.zsh"
	cat >"$dir/.zshrc" <<-'END'
		unset zle_bracketed_paste
		setopt no_beep no_auto_remove_slash
		PS1= PROMPT_EOL_MARK=
		fpath=($HOME/fpath $fpath)
		autoload -Uz compinit
		compinit -u -D
		source $HOME/fireplotd.zsh
		# Tells the matches that the completion adds; with these three options it only asks for them.
		compadd() {
			if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
				typeset -a matches
				builtin compadd -A matches "$@"
				print -l -- $matches >>$HOME/zsh
			fi
			builtin compadd "$@"
		}
		told() { print -r -- "@@${(j::)${(@)argv/(#m)*/<$MATCH>}}" >>$HOME/zsh }
		setopt extended_glob
		fireplot() { told "$@" }
		fireplotd() { told "$@" }
	END
	: >"$dir/zsh"
	run zsh 'zsh -d -i'
}

# split SHELL: a file for what was offered behind each line, and one for what became of it.
split() {
	mkdir "$dir/$1.offered" "$dir/$1.became"
	awk -v dir="$dir/$1" 'BEGIN { line = 1 }
		/^@@/ { print substr($0, 3) >(dir ".became/" line); line++; next }
		NF { print >(dir ".offered/" line) }' "$dir/$1"
}
offered() {
	file=$dir/$1.offered/$(grep -nxF -m 1 -e "$2" "$dir/lines" | cut -d: -f1)
	[ ! -f "$file" ] || sort -u "$file"
}
became() {
	cat "$dir/$1.became/$(grep -nxF -m 1 -e "$2" "$dir/lines" | cut -d: -f1)"
}

# same WHAT EXPECTED GOT
same() {
	check "$1" "$([ "$2" = "$3" ] || printf 'expected:\n%s\nnot:\n%s\n' "$2" "$3")"
}
words() {
	printf '%s\n' "$@" | sort -u
}

try() {
	shell=$1
	split "$shell"
	answered=$(grep -c '^@@' "$dir/$shell")
	same "$shell answered each line" "$(wc -l <"$dir/lines")" "$answered"
	# One word a line; no name of ours has a blank.
	# shellcheck disable=SC2086
	same "$shell offers the commands" "$(words $commands help)" "$(offered "$shell" 'fireplot ')"
	same "$shell offers the options of the program itself" "$(words -h --help -V --version --completion)" "$(offered "$shell" 'fireplot -')"
	# shellcheck disable=SC2086
	same "$shell offers the commands that help is for" "$(words $commands)" "$(offered "$shell" 'fireplot help ')"
	same "$shell offers the shells" "$(words bash zsh)" "$(offered "$shell" 'fireplot --completion ')"
	for command in $commands; do
		same "$shell offers the options of fireplot $command" "$(options_of fireplot "$command")" \
			"$(offered "$shell" "fireplot $command -")"
		for option in $(values_of fireplot "$command"); do
			check "$shell knows that fireplot $command $option has a value" \
				"$(offered "$shell" "fireplot $command $option " | grep -e '^-')"
		done
	done
	same "$shell offers the options of fireplotd" "$(options_of fireplotd)" "$(offered "$shell" 'fireplotd -')"
	for option in $(values_of fireplotd); do
		check "$shell knows that fireplotd $option has a value" "$(offered "$shell" "fireplotd $option " | grep -e '^-')"
	done
	same "$shell offers formats" "$(words PNG SVG PDF EPS HTML JSON)" "$(offered "$shell" 'fireplot graph -a ')"
	same "$shell offers profiles" "$(words default small)" "$(offered "$shell" 'fireplot create --profile ')"
	same "$shell offers classes" "$(words probe backscatter late)" "$(offered "$shell" 'fireplotd --count ')"
	same "$shell offers series behind a comma" "$(words udp4 udp6)" \
		"$(offered "$shell" 'fireplot fetch --series tcp4,u' | sed 's/.*,//')"
	while IFS='|' read -r line result; do
		same "$shell makes of \"$line\" $result" "$result" "$(became "$shell" "$line")"
	done <<-'END'
		fireplot gr|<graph>
		fireplotd --kern|<--kernel-buffer>
		fireplot graph --imgformat=PN|<graph><--imgformat=PNG>
		fireplot graph --day to|<graph><--day><today>
		fireplot fetch --series tcp4,u|<fetch><--series><tcp4,udp>
		fireplot fetch --series tcp4,udp6,icmp6|<fetch><--series><tcp4,udp6,icmp6>
		fireplot graph --archive pict|<graph><--archive><pictures/>
		fireplotd --archive pict|<--archive><pictures/>
		fireplotd -c picture.|<-c><picture.png>
		fireplotd --user roo|<--user><root>
		fireplotd --watch t|<--watch><tcp/>
		fireplotd --profile=sm|<--profile=small>
	END
	same "$shell offers files to draw into" "$(words picture.png pictures)" "$(offered "$shell" 'fireplot graph pict' | tr -d /)"
}

# ---- what is offered is right, and the scripts are sound ----

accepted() {
	check "what is offered behind fireplot $* is taken" "$(fireplot "$@" --archive "$dir/none" 2>&1 >/dev/null | grep -v 'no archive here')"
}
values_are_right() {
	for time in $(offered bash 'fireplot graph --start '); do accepted graph --start "$time" "$dir/x.png"; done
	for time in $(offered bash 'fireplot graph --end '); do accepted graph --end "$time" "$dir/x.png"; done
	for day in $(offered bash 'fireplot graph --day '); do accepted graph --day "$day" "$dir/x.png"; done
	for format in $(offered bash 'fireplot graph -a '); do accepted graph -a "$format" "$dir/x.png"; done
	for time in $(offered bash 'fireplot fetch --start '); do accepted fetch --start "$time"; done
	for time in $(offered bash 'fireplot fetch --end '); do accepted fetch --end "$time"; done
	accepted fetch --series "$(offered bash 'fireplot fetch --series ' | paste -sd,)"
	for profile in $(offered bash 'fireplot create --profile '); do
		accepted create --dry-run --profile "$profile"
		check "the profile $profile is one" "$(fireplotd -t -c /dev/null --profile "$profile" 2>&1 >/dev/null)"
	done
	check "the classes are classes" \
		"$(fireplotd -t -c /dev/null --count "$(offered bash 'fireplotd --count ' | tr '\n' ' ')" 2>&1 >/dev/null)"
}

if command -v bash >/dev/null; then
	start_bash
	try bash
	values_are_right
	if command -v shellcheck >/dev/null; then
		check "shellcheck has nothing to say of the scripts for bash" "$(shellcheck -s bash "$dir/fireplot.bash" "$dir/fireplotd.bash")"
	else
		skip "shellcheck has nothing to say of the scripts for bash" "no shellcheck here"
	fi
else
	skip "bash completes" "no bash here"
fi
if command -v zsh >/dev/null; then
	start_zsh
	try zsh
else
	skip "zsh completes" "no zsh here"
fi
for program in fireplot fireplotd; do
	check "$program names the shells that it knows" "$("$program" --completion fish 2>&1 | grep -q 'expected bash or zsh, not "fish"' ||
		"$program" --completion fish 2>&1)"
	check "$program says that output was lost" "$(! "$program" --completion zsh 2>/dev/null >/dev/full || echo "status 0")"
done
finish
