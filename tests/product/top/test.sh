#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# top in a real terminal (tmux's), over a live watch and real connections.
# test.sh [PART...]: only these parts; each is a file beside this one.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh

XT=$PWD/$BUILD/xdp-tcpstate
PIN=/sys/fs/bpf/tcpstate-top-$$
PARTS=(unit json numbers keys resize leaving ending large)
# UTF-8, whatever the machine's own is.
export LC_ALL=C.UTF-8
unset NO_COLOR

if ! command -v tmux >/dev/null; then
	skip "top in a terminal" "tmux is not installed"
	tap_done
	exit
fi

# ---- the terminal ----

# A server of our own, with nobody's configuration; one session in it keeps it alive.
unset TMUX
export TMUX_TMPDIR=$WORK
tm() { tmux -u -L "tcpstate-top-$$" -f /dev/null "$@"; }
pane="" terminals=0

# terminal COLUMNS ROWS: a new one, in which a shell waits.
terminal() {
	[ -z "$pane" ] || tm kill-session -t "$pane"
	terminals=$((terminals + 1))
	pane=terminal$terminals
	tm new-session -d -s $pane -x "$1" -y "$2" "PS1='\$ ' TERM=screen-256color exec bash --norc --noprofile"
	await shows '^\$ *$'
}
screen() { tm capture-pane -t $pane -p; }
tells() { tm display-message -t $pane -p "$1"; }
shows() { screen | grep -qE -- "$1"; }
shows_not() { ! shows "$1"; }
keys() { tm send-keys -t $pane "$@"; }
types() { tm send-keys -t $pane -l -- "$1"; }

# Its keys go to the shell: the line is run there.
run_line() {
	types "$1"
	keys Enter
}

# top_in_terminal [OPTION...]: started, and drawn.
top_in_terminal() {
	run_line "clear; $XT top --pin $PIN $*; echo status=\$?"
	await shows 'tcpstate top .*(every|slowed|PAUSED)' || { screen; return 1; }
	top_pid=$(pgrep -n -f "^$XT top --pin $PIN")
}

quit_top() {
	keys q
	await shows '^status=[0-9]'
}

# What the list shows: rows below its heads, up to the next rule or the foot.
rows() {
	screen | awk '/ 1 busiest /{ inside = 1; next } inside && /^(─|q quit)/ { exit } inside && NF' | tail -n +2
}

# ---- the instance ----

unpin() { [ ! -d "$PIN" ] || "$XT" detach --pin "$PIN" >/dev/null 2>&1; }
trap 'tm kill-server 2>/dev/null; unpin; cleanup' EXIT

watch() {
	start watch nsenter --net="/run/netns/$SERVER_NS" -- "$XT" watch -i server0 --hook tc --json --pin "$PIN" --max-embryos 0 "$@"
	await_line "$WORK/watch.err" 'watching ' watch
}

# connections NAME COUNT HOW [PORT]: to the server that holds them. They end by stop NAME TERM: what bash
# starts in the background ignores SIGINT, unless it sees to that itself.
connections() {
	start "$1" nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/hold.py 10.77.0.2 "${4:-9003}" "$2" "$3"
	await_line "$WORK/$1.out" ready "$1"
}

# serve PORT HOW: a server that does with its connections what HOW.py says.
serve() {
	start "server$1" nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 "tests/product/cli/$2.py" --serve "$1"
	await_line "$WORK/server$1.out" ready "server$1"
}

tm new-session -d -s keeper 'exec sleep infinity'
make_path
watch
# What stays as it is: nine connections to port 9001, of which three are half closed.
serve 9001 hold
serve 9002 connect
serve 9003 hold
connections open 6 open 9001
connections shut 3 shut 9001
run_parts tests/product/top "$@"
tap_done
