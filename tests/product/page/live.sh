#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The page of a real daemon in a real browser, while connections open and close.
# SHOTS=DIRECTORY: screenshots of it are left there.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

if ! command -v chromium >/dev/null; then
	skip "the page of a daemon" "there is no chromium here"
	tap_done
	exit
fi

PINS=/sys/fs/bpf/tcpstate-page-$$
ADDRESS=127.0.0.1:9436
CONNECTIONS=${CONNECTIONS:-4000}
# Any name without a blank or a slash is one that an interface may have.
ODD_NAME='<b>odd"&'

# start_in_server NAME COMMAND...
start_in_server() { start "$1" nsenter --net="/run/netns/$SERVER_NS" -- "${@:2}"; }
look() { in_server tests/product/page/live.py "http://$ADDRESS/" "$@"; }

PATTERNS=client_close,server_close,half_close,server_half_close,client_reset,server_reset,refused,data_with_fin
PATTERNS+=,no_data,prompt_close,close_unread,simultaneous_close

# A way that takes its time, and loses or doubles some: so there are retransmissions and strays.
make_relayed_path --delay 15 --drop '/400:tcp' --duplicate '/40:tcp'
in_server ip link add "$ODD_NAME" type veth peer name odd-peer || exit 1
in_server ip link set "$ODD_NAME" up

# TIME_WAITs end while the test looks.
start_in_server daemon "$BUILD/xdp-tcpstate" run -i server0 -i "$ODD_NAME" --pin "$PINS" --listen "$ADDRESS" --msl 4
await_line "$WORK/daemon.err" 'a page at' daemon || exit 1

# Connections that stay open, and such as the server's program never closes.
hold() { start "$1" nsenter --net="/run/netns/$2" -- /usr/bin/python3 tests/product/cli/hold.py "${@:3}" && await_line "$WORK/$1.out" '^ready' "$1"; }
hold keeper "$SERVER_NS" --serve 7700 && hold open "$CLIENT_NS" 10.77.0.2 7700 30 open &&
	hold shut "$CLIENT_NS" 10.77.0.2 7700 20 shut || exit 1
check "with connections that stay open: the page, the API and flows agree" \
	look still "$BUILD/xdp-tcpstate" flows --json --pin "$PINS"

start moving "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" --family both \
	--pattern "$PATTERNS" --count "$CONNECTIONS" --parallel 24
check "while connections open and close: each number is the API's, each rate that of two answers" look moving
check "the name of an interface is shown as text" look named "$ODD_NAME"
stop moving TERM

check "kill -9, and a page that says so; the next daemon is shown again" \
	look killed "${pid_of[daemon]}" "$BUILD/xdp-tcpstate" run -i server0 -i "$ODD_NAME" --pin "$PINS" --listen "$ADDRESS" --msl 4
"$BUILD/xdp-tcpstate" detach --pin "$PINS" >/dev/null 2>&1
tap_done
