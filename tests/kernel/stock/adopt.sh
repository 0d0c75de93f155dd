#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# The daemon killed and started again, on the host and in the guest alike: it
# goes on with the pinned maps, its programs take the old ones' places (in an
# XDP link, and in a clsact filter), and it attaches again, without privileges,
# to an interface that returns.

. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/kernel/stock/hooked.sh

pins=/sys/fs/bpf/tcpstate-test-$$
tool=$BUILD/xdp-tcpstate

start_run()
{
	start run nsenter --net="/run/netns/$SERVER_NS" -- "$tool" run -i server0 --hook xdp-native --tx-hook clsact --msl 600 \
		--pin $pins --listen 127.0.0.1:0 --events-file "$WORK/events" --events state,time_wait,stray,flow
	await_line "$WORK/run.err" 'watching ' run
}

start_held()
{
	start held "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" \
		--hold --pattern stay_open,close_wait
	await_line "$WORK/held.err" holding held
}

# knock: two connections that nobody answers but with RST. traffic, which holds its own, can't run twice.
knock()
{
	local i
	for i in 1 2; do
		in_client bash -c ': </dev/tcp/10.77.0.2/7000' 2>/dev/null && return 1
	done
	return 0
}

# ids: of all flows, a line each.
ids() { in_server "$tool" flows --json --pin $pins 2>/dev/null | grep -o '"flow":"[0-9a-f]*"' | sort; }

kills()
{
	local before after
	ids > "$WORK/before"
	hooked > "$WORK/hooked-before"
	stop run KILL
	knock || return
	hooked | diff "$WORK/hooked-before" - || return # nobody is there, and it tracks
	start_run || return
	hooked | diff "$WORK/hooked-before" - || return
	ids > "$WORK/after"
	before=$(wc -l < "$WORK/before") after=$(wc -l < "$WORK/after")
	[ "$before" -gt 2 ] && [ "$after" -eq $((before + 2)) ] || { echo "$before flows before, $after after"; return 1; }
	[ -z "$(comm -23 "$WORK/before" "$WORK/after")" ] || { echo "other flow ids than before"; return 1; }
	in_server "$tool" status --json --pin $pins | grep -q '"adoptions":1' || { echo "status does not tell"; return 1; }
}

tracks()
{
	local before after
	before=$(ids | wc -l)
	knock || { echo "somebody answered"; return 1; }
	after=$(ids | wc -l)
	[ "$after" -eq $((before + 2)) ] || { echo "$before flows before, $after after"; return 1; }
}

returns()
{
	ip -n "$SERVER_NS" link del server0 || return
	await_line "$WORK/run.err" 'server0: the interface is gone' run || return
	ip link add client0 address $CLIENT_MAC netns "$CLIENT_NS" type veth \
		peer name server0 address $SERVER_MAC netns "$SERVER_NS" || return
	address_end "$CLIENT_NS" client0 1 2 $SERVER_MAC
	address_end "$SERVER_NS" server0 2 1 $CLIENT_MAC
	await_links "$CLIENT_NS" "$SERVER_NS"
	await_line "$WORK/run.err" 'server0: attached again: transmit' run
}

ends()
{
	local left
	stop run TERM || return
	left="$(hooked | paste -sd' ' -)$(ls -d $pins 2>/dev/null)"
	[ -z "$left" ] || { echo "left behind: $left"; return 1; }
}

make_path
check "run: starts" start_run
check "run: connections that stay" start_held
check "run: killed and started again, all flows are there" kills
check "run: tracks" tracks
stop held TERM
check "run: an interface returns" returns
check "run: tracks there" tracks
check "run: ends, and leaves nothing" ends
tap_done
