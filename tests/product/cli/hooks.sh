# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Every hook: attach, see a connection, detach, and the interface is as it was.

serve 8001

# hook NAME READY SIGNAL ARGUMENTS...
hook() {
	local name=$1 ready=$2 signal=$3 status
	shift 3
	! skips_hooks "$name" "$@" || return
	snapshot >"$WORK/before"
	watch hook --json "$@" || { not_ok "$name" "it does not start"; stop hook; return; }
	if ! grep -q "$ready" "$WORK/hook.err"; then
		not_ok "$name" "attached otherwise: $(cat "$WORK/hook.err")"
		stop hook
		return
	fi
	if is_as_before >/dev/null; then
		not_ok "$name" "nothing was attached"
		stop hook
		return
	fi
	connect 8001
	await_line "$WORK/hook.out" '"state":"TIME_WAIT"' hook
	stop hook "$signal"
	status=$?
	if [ $status -ne 0 ]; then
		not_ok "$name" "exit status $status"
	elif ! grep -q '"cause":"syn_ack"' "$WORK/hook.out"; then
		not_ok "$name" "it did not see the handshake"
	else
		check "$name" is_as_before
	fi
}

hook "xdp: native" "receive XDP (native), transmit $AUTO" INT -i server0
hook "xdp-native, TCX, SIGTERM" 'receive XDP (native), transmit TCX' TERM -i server0 --hook xdp-native --tx-hook tcx
hook "xdp-generic, SIGHUP" "receive XDP (generic), transmit $AUTO" HUP -i server0 --hook xdp-generic
hook "tc" "receive $AUTO, transmit $AUTO" INT -i server0 --hook tc
hook "tc, clsact" 'receive tc clsact, transmit tc clsact' INT -i server0 --hook tc --tx-hook clsact
hook "xdp, clsact, SIGTERM" 'receive XDP (native), transmit tc clsact' TERM -i server0 --tx-hook clsact
hook "two interfaces" "server0: receive XDP (native), transmit $AUTO; lo: receive XDP (generic)" INT -i server0,lo

# One direction only.
snapshot >"$WORK/before"
watch one --json -i server0 --direction tx
grep -q "server0: transmit $AUTO\. " "$WORK/one.err" && ok "--direction tx hooks transmit only" ||
	not_ok "--direction tx hooks transmit only" "$(cat "$WORK/one.err")"
stop one
watch one --json -i server0 --direction rx
grep -q 'server0: receive XDP (native)\. ' "$WORK/one.err" && ok "--direction rx hooks receive only" ||
	not_ok "--direction rx hooks receive only" "$(cat "$WORK/one.err")"
stop one
check "--direction rx, tx: as before" is_as_before

# lo takes no native program: generic, with a notice, on receive only.
watch lo -i lo
if grep -q 'lo: its driver takes no native XDP program' "$WORK/lo.err" &&
	grep -q 'watching lo: receive XDP (generic)\.' "$WORK/lo.err"; then
	ok "no native XDP: generic, with a notice"
else
	not_ok "no native XDP: generic, with a notice" "$(tail -n 1 "$WORK/lo.err")"
fi
stop lo
says "xdp-native where there is none" 1 'lo: its driver takes no native XDP program.*--hook tc' \
	in_server "$XT" watch -i lo --hook xdp-native

# All or nothing: lo comes second, and refuses.
says "the second of two fails" 1 'lo: its driver' in_server "$XT" watch -i server0,lo --hook xdp-native
check "the first is detached again" is_as_before
says "the second of two fails, clsact" 1 'lo: its driver' in_server "$XT" watch -i server0,lo --hook xdp-native --tx-hook clsact
check "the first is detached again, clsact" is_as_before

# A clsact qdisc that was there stays.
tc -n "$SERVER_NS" qdisc add dev server0 clsact
hook "clsact that was there stays" 'transmit tc clsact' INT -i server0 --tx-hook clsact
tc -n "$SERVER_NS" qdisc del dev server0 clsact

# Two instances on one clsact: whoever ends last takes it away.
snapshot >"$WORK/before"
watch first --json -i server0 --hook tc --tx-hook clsact
watch second --json -i server0 --hook tc --tx-hook clsact
stop first
[ "$(tc -n "$SERVER_NS" filter show dev server0 egress | grep -c tcpstate_tc_egr)" -eq 1 ] &&
	ok "two instances: the second stays" || not_ok "two instances: the second stays" "its filter is gone"
stop second
check "two instances: the last takes the qdisc along" is_as_before

# Killed: what is a bpf_link goes by itself.
for hooks in "--hook xdp-native --tx-hook tcx" "--hook xdp-generic --direction rx" "--hook tc --tx-hook tcx"; do
	# shellcheck disable=SC2086
	! skips_hooks "SIGKILL: $hooks" $hooks || continue
	# shellcheck disable=SC2086
	watch killed --json -i server0 $hooks
	stop killed KILL
	check "SIGKILL: $hooks" await is_as_before
done
# A clsact filter does not; detach -i finds it by its name.
watch killed --json -i server0 --hook tc --tx-hook clsact
stop killed KILL
if is_as_before >/dev/null; then
	not_ok "SIGKILL: clsact stays" "it went"
else
	ok "SIGKILL: clsact stays"
fi
prints "detach -i cleans it" '2 tc filters that had been left behind' in_server "$XT" detach --pin "$PIN-none" -i server0
check "and the qdisc with it" is_as_before
prints "detach -i again" 'nothing to detach' in_server "$XT" detach --pin "$PIN-none" -i server0

# An interface that goes away under it.
ip -n "$SERVER_NS" link add gone0 type veth peer name gone1
ip -n "$SERVER_NS" link set gone0 up
watch gone --json -i gone0
ip -n "$SERVER_NS" link del gone0
await eval '! runs "${pid_of[gone]}"'
stop gone
[ $? -eq 1 ] && grep -q 'no interface is left to watch' "$WORK/gone.err" && ok "the interface goes away: said, status 1" ||
	not_ok "the interface goes away: said, status 1" "$(tail -n 1 "$WORK/gone.err")"
stop server8001 TERM

# A bridge and its port: where what is above has an XDP program, the kernel takes none below.
in_server ip link add br9 type bridge
in_server ip link add port9 type veth peer name far9
in_server ip link set port9 master br9
says "a bridge before its port: what the kernel refuses, and what to do" 1 \
	'^xdp-tcpstate: port9: an interface above it .* has an XDP program.*Name it before that one \(-i port9,' \
	in_server timeout -k 5 20 "$XT" watch -i br9,port9 --hook xdp-generic --direction rx
watch ports -i port9,br9 --hook xdp-generic --direction rx
grep -q 'port9: receive XDP (generic); br9: receive XDP (generic)' "$WORK/ports.err" && ok "the port first: both" ||
	not_ok "the port first: both" "$(cat "$WORK/ports.err")"
stop ports
in_server ip link del br9
in_server ip link del port9
