#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Tests the traffic program and the relay themselves: do the kernel's sockets
# go through what each pattern promises (expected.tsv)?
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

traffic() { "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" "$@"; }
patterns=$("$BUILD/tests/traffic" --list | awk '{ print $1 }')

make_relayed_path
start sockets "$BUILD/tests/socket-states" "$CLIENT_NS" "$SERVER_NS"
await_line "$WORK/sockets.err" '^tracing' sockets || exit 1

make_connections() {
	traffic --pattern "$(paste -sd, <<<"$patterns")" --count 170 --parallel 4 >"$WORK/traffic"
}
check "every pattern runs to its end, IPv4 and IPv6" make_connections
check "no change of a socket's state is lost" stop sockets
check "sockets go through what the patterns promise" \
	tests/kernel/traffic/expect.py "$WORK/traffic" --sockets "$WORK/sockets.out"
stop relay TERM
check "the relay has nothing to complain of" diff - "$WORK/relay.err" <<<relaying

# What the relay is told to lose or double comes again, or twice.
counter() { # NETNS NAME: of snmp, since the namespace was made
	inside "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}
is_at_least() { [ "$(counter "$1" "$2")" -ge "$3" ]; }

make_relayed_path --drop '1:tcp port 8000 and greater 90' --duplicate '1:tcp port 7000'
traffic --pattern client_close,refused --family 4 >"$WORK/traffic"
check "a dropped segment is sent again" is_at_least "$CLIENT_NS" TcpRetransSegs 1
check "a duplicated SYN is refused twice" await is_at_least "$SERVER_NS" TcpOutRsts 2

tap_done
