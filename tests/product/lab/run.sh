#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The lab of `sudo make run`: two hosts made of network namespaces, real
# connections between them, and xdp-tcpstate watching at the server's interface.
# With an interface as argument there is no lab: it is watched.
cd "$(dirname "$0")/../../.." || exit 1
BUILD=${BUILD:-build}
TCPSTATE=$BUILD/xdp-tcpstate

if [ -n "$1" ]; then
	exec "$TCPSTATE" watch -i "$1"
fi

. tests/lib/netns.sh
PINS=/sys/fs/bpf/xdp-tcpstate-lab-$$
READING_PAUSE=${READING_PAUSE:-1.2} # seconds; nothing but the reader waits for it

bold='' plain=''
if [ -t 1 ] && [ -z "$NO_COLOR" ]; then
	bold=$'\033[1m' plain=$'\033[0m'
fi

say() { printf '%s\n' "$@"; }
caption() { printf '\n%s# %s%s\n' "$bold" "$1" "$plain"; }

next_port=40000
# connect FAMILY PATTERN CAPTION: one connection.
connect() {
	caption "$3"
	"$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" --family "$1" \
		--pattern "$2" --first-port $((next_port++)) >"$WORK/traffic.out" || exit 1
	sleep "$READING_PAUSE"
}

# show WORD...: a command of xdp-tcpstate, as one would type it.
show() {
	printf '\n%s$ xdp-tcpstate %s%s\n' "$bold" "$*" "$plain"
	"$TCPSTATE" "$@" --pin "$PINS"
}

say "The lab: a client (10.77.0.1, fd77::1) and a server (10.77.0.2, fd77::2), two network namespaces" \
    "with a wire between them. Their sockets are real, and so are the connections. xdp-tcpstate sits at" \
    "the server's interface: it sees packets only, and tells the state of the sockets at both ends." \
    "A line is a segment that changed a state: who opened the connection, to whom, which of the two sent" \
    "the segment (the arrow leads from there), and what it made of either end."

make_relayed_path
printf '\n%s$ xdp-tcpstate watch -i server0%s\n' "$bold" "$plain"
nsenter --net="/run/netns/$SERVER_NS" -- "$TCPSTATE" watch -i server0 --pin "$PINS" \
	2> >(tee "$WORK/watch.err" >&2) &
pid_of[watch]=$!
await_line "$WORK/watch.err" "$WATCHING" watch || exit 1

connect 4 client_close "The client closes first, so the client must wait in TIME_WAIT."
connect 4 server_close "The server closes first: now it is the server that waits."
connect 4 half_close "Half-close: the client has said all it will, the server still sends for a while."
connect 4 simultaneous_close "Both close at the same time, and the FINs cross on the wire: CLOSING, and both wait."
connect 4 refused "Nobody listens on that port: the server's host refuses by RST."
connect 4 client_reset "The client aborts: RST, no goodbye, nobody waits."
connect 4 close_unread "The server closes without having read everything: that is an RST, too."
connect 6 client_close "The same over IPv6."
connect 6 simultaneous_open "Both connect, to each other, at the same time: rare, and legal. There is no listener in it."

caption "One connection stays open, and in one the client has closed, but the server's program never does."
start held "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" --family 4 \
	--pattern stay_open,close_wait --first-port $((next_port += 10)) --hold
await_line "$WORK/held.err" '^holding' held || exit 1
sleep "$READING_PAUSE"

caption "While watch runs, other commands read its table. How many are there in which state?"
show states
sleep "$READING_PAUSE"
caption "And which ones are they? The CLOSE_WAIT is the leak: whoever owns that socket forgot to close it."
show flows
sleep "$READING_PAUSE"

stop watch
stop held TERM
caption "That was it. watch has detached, and the lab goes now. On an interface of yours:"
say "sudo make run IFACE=eth0     (or: sudo $TCPSTATE watch -i eth0; see $TCPSTATE --help)"
