# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# However it ends, the terminal is as it was: its modes, its content, its cursor.

# What the terminal is set to.
modes() {
	tells 'alternate #{alternate_on} cursor #{cursor_flag} keypad #{keypad_flag} #{keypad_cursor_flag} insert #{insert_flag} wrap #{wrap_flag} mouse #{mouse_any_flag}'
	stty -a -F "$(tells '#{pane_tty}')"
}
# Where the line was too long for the terminal, too.
is_typed() { tm capture-pane -t $pane -p -J | grep -qF 'echo status=$?'; }

# leaves NAME STATUS COMMAND...: top runs, then COMMAND makes it end with that status.
leaves() {
	local name=$1 status=$2
	shift 2
	terminal 100 30
	run_line 'echo what was there before; seq 3'
	await shows '^3$'
	modes >"$WORK/modes"
	types "$XT top --pin $PIN --interval 0.3; echo status=\$?"
	await is_typed # and not run yet
	screen >"$WORK/screen"
	keys Enter
	await shows 'tcpstate top +(every|slowed)' || { not_ok "$name" "it did not start"; return; }
	top_pid=$(pgrep -n -f "^$XT top --pin $PIN")
	[ "$(tells '#{alternate_on}')" = 1 ] || not_ok "$name" "not on the alternate screen"
	sleep 0.4
	"$@"
	if ! await shows '^status=[0-9]'; then
		not_ok "$name" "it does not end"
		return
	fi
	screen | grep -vE '^(xdp-tcpstate: |status=[0-9]+|\$ *$)' | sed -E '/^ *$/d' >"$WORK/after"
	sed -E '/^ *$/d' "$WORK/screen" >"$WORK/before"
	modes >"$WORK/modes-after"
	if ! shows "^status=$status\$"; then
		not_ok "$name" "$(screen | grep '^status=[0-9]')"
	elif ! diff "$WORK/before" "$WORK/after" >"$WORK/diff"; then
		not_ok "$name" "the screen differs: $(sed -n 2p "$WORK/diff")"
	elif ! diff "$WORK/modes" "$WORK/modes-after" >"$WORK/diff"; then
		not_ok "$name" "the modes differ: $(sed -n 2,4p "$WORK/diff" | tr '\n' '|')"
	else
		ok "$name"
	fi
}
send_signal() { kill "-$1" "$top_pid"; }

leaves "q leaves the terminal as it was" 0 keys q
leaves "Ctrl-C, too" 0 keys C-c
leaves "Ctrl-\\, too" 0 keys 'C-\'
leaves "SIGTERM, too" 0 send_signal TERM
leaves "SIGHUP, too" 0 send_signal HUP
leaves "SIGINT, too" 0 send_signal INT
typing_then_quit() {
	keys / state
	sleep 0.2
	keys C-c
}
leaves "Ctrl-C while a FILTER is typed, too" 0 typing_then_quit

# Ctrl-Z: the shell has the terminal meanwhile, as it was; afterwards it is drawn again.
terminal 100 30
top_in_terminal --interval 0.3
keys C-z
check "Ctrl-Z gives the terminal back" await shows 'Stopped'
[ "$(tells '#{alternate_on}')" = 0 ] && ok "and its content" || not_ok "and its content" "still the alternate screen"
run_line fg
check "fg: drawn again" await shows 'tcpstate top .*every'
keys q
check "and ends" await shows '^status=[0-9]'

terminal 100 30
run_line "$XT top --pin $PIN --interval 0.2 --count 3; echo status=\$?"
check "--count N: N looks" await shows '^status=0'

# The terminal itself goes.
terminal 100 30
top_in_terminal --interval 0.3
tm kill-session -t $pane
pane=
has_ended() { ! runs "$top_pid"; }
check "the terminal is closed: it ends" await has_ended
terminal 100 30

# A terminal that nobody knows, or that is none.
run_line "TERM=nonsense $XT top --pin $PIN; echo status=\$?"
check "an unknown terminal: says what it is" await shows 'terminals of the type "nonsense" .*TERM'
run_line "clear; $XT top --pin $PIN | cat"
check "a pipe is no terminal" await shows 'standard output is none'

# Without colour, without UTF-8.
terminal 100 34
run_line "clear; NO_COLOR=1 $XT top --pin $PIN --interval 0.3"
await shows 'tcpstate top +(every|slowed)'
tm capture-pane -t $pane -p -e | grep -qE $'\e''\[[0-9;]*(3[0-7]|4[0-7])m' && not_ok "NO_COLOR" "there is colour" || ok "NO_COLOR"
keys q
await shows_not 'tcpstate top .*every'
run_line "clear; LC_ALL=C $XT top --pin $PIN --interval 0.3"
check "without UTF-8: bars of #" await shows '^ESTABLISHED +6 .*##'
keys q
await shows_not 'tcpstate top .*every'
