# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Interfaces that go and come back.

# A pair beside the path, from the client's namespace to the server's.
make_pair() {
	ip link add pair0 address 02:00:00:00:77:03 netns "$CLIENT_NS" type veth \
		peer name "$1" address 02:00:00:00:77:04 netns "$SERVER_NS"
	inside "$CLIENT_NS" ip address add 10.78.0.1/24 dev pair0
	inside "$SERVER_NS" ip address add 10.78.0.2/24 dev "$1"
	inside "$CLIENT_NS" ip link set pair0 up
	inside "$SERVER_NS" ip link set "$1" up
	await_links "$CLIENT_NS" "$SERVER_NS"
}
through_pair() { in_client /usr/bin/python3 tests/product/cli/connect.py 10.78.0.2 8001; }

# returns OPTIONS...
returns() {
	local name="deleted and made again, $*"
	! skips_hooks "$name" "$@" || return
	make_pair pair1
	run_daemon -i pair1 "$@"
	through_pair
	equal "$name: tracked" 1 "$(counter flows_opened)"
	ip -n "$SERVER_NS" link del pair1
	hears 'pair1: the interface is gone' && ok "$name: gone, and said" || not_ok "$name: gone, and said" "$(cat "$WORK/run.err")"
	equal "$name: its pins are gone" 0 "$(ls "$PIN/hooks" | wc -l)"
	runs "${pid_of[run]}" && ok "$name: run waits" || not_ok "$name: run waits" "it ended"
	make_pair pair1
	hears 'pair1: attached again: transmit'
	through_pair
	equal "$name: tracked again" 2 "$(counter flows_opened)"
	equal "$name: both hooks, to the metrics" 2 "$(metric tcpstate_reattachments_total)"
	equal "$name: pinned" 2 "$(ls "$PIN/hooks" | wc -l)"
	stop run TERM
	equal "$name: status 0" 0 $?
	[ ! -e "$PIN" ] && ok "$name: nothing left" || not_ok "$name: nothing left" "$PIN is there"
	ip -n "$SERVER_NS" link del pair1
}
returns --hook xdp-native --tx-hook tcx
returns --hook tc --tx-hook clsact

# Called otherwise for a while; and one that is away while the daemon is, too.
make_pair pair1
run_daemon -i pair1,server0
ip -n "$SERVER_NS" link set pair1 down
ip -n "$SERVER_NS" link set pair1 name other1
hears 'pair1: the interface is called other1 now' && ok "renamed: let go" || not_ok "renamed: let go" "$(cat "$WORK/run.err")"
equal "nothing on it" "" "$(ip -n "$SERVER_NS" link show other1 | grep -o prog/xdp)"
ip -n "$SERVER_NS" link set other1 name pair1
ip -n "$SERVER_NS" link set pair1 up
hears 'pair1: attached again: transmit' && ok "and watched again" || not_ok "and watched again" "$(cat "$WORK/run.err")"
# In another network namespace for a while.
ip -n "$SERVER_NS" link set pair1 netns "$CLIENT_NS"
hears 'pair1: the interface is gone' && ok "moved elsewhere: let go" || not_ok "moved elsewhere: let go" "$(cat "$WORK/run.err")"
equal "nothing on it there" "" "$(ip -n "$CLIENT_NS" link show pair1 | grep -o prog/xdp)$(in_client "$BUILD/tests/list-tcx" pair1)"
ip -n "$CLIENT_NS" link set pair1 netns "$SERVER_NS"
await eval '[ "$(grep -c "pair1: attached again: transmit" "$WORK/run.err")" -eq 2 ]' && ok "and back: watched again" ||
	not_ok "and back: watched again" "$(cat "$WORK/run.err")"
connect 8001
stop run KILL
ip -n "$SERVER_NS" link del pair1
run_daemon -i pair1,server0
said 'pair1: there is no such interface now' && ok "away at an adoption: waited for" ||
	not_ok "away at an adoption: waited for" "$(cat "$WORK/run.err")"
equal "the rest goes on" 1 "$(counter flows_opened)"
make_pair pair1
hears 'pair1: attached again: transmit'
await_links "$CLIENT_NS" "$SERVER_NS"
through_pair
equal "and it is watched when it returns" 2 "$(counter flows_opened)"
stop run KILL
# Deleted and made again while nobody is there: the pinned links are of one that is gone.
ip -n "$SERVER_NS" link del pair1
make_pair pair1
run_daemon -i pair1,server0
through_pair
equal "made again while nobody was there" 3 "$(counter flows_opened)"
equal "four hooks, no pin more" 4 "$(ls "$PIN/hooks" | wc -l)"
stop run TERM
ip -n "$SERVER_NS" link del pair1
check "nothing left" is_as_before

# Somebody else takes the qdisc with our filters off.
run_daemon -i server0 --hook tc --tx-hook clsact
tc -n "$SERVER_NS" qdisc del dev server0 clsact
hears 'server0: attached again: transmit' && ok "taken off by somebody: attached again" ||
	not_ok "taken off by somebody: attached again" "$(cat "$WORK/run.err")"
connect 8001
equal "and tracked" 1 "$(counter flows_opened)"
stop run TERM
check "nothing left of it" is_as_before
