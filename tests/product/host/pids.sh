# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The owner in one PID namespace, detach in another: it ends the right process, or none and says so. In each there is a
# stranger that has the owner's PID, and its name.

PIN=$BPFFS/pids
cp /bin/sleep "$WORK/xdp-tcpstate"

# apart NAME PID COMMAND...: in a PID namespace of its own, where it gets that PID.
apart() {
	local name=$1 pid=$2
	shift 2
	start "$name" nsenter --net="/run/netns/$SERVER_NS" -- unshare --pid --fork --kill-child --mount-proc bash -c '
		echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
		"${@:2}" &
		echo "$!"
		wait "$!"' apart "$pid" "$@"
	await_line "$WORK/$name.out" "^$pid\$" "$name"
}
# In the PID namespace of "apart NAME": that of the child of its unshare.
with() {
	local child
	child=$(pgrep -P "${pid_of[$1]}")
	shift
	nsenter --target "$child" --pid --mount --net -- "$@"
}
stranger_lives() { runs "${pid_of[stranger]}"; }
is_pinned() { [ -e "$PIN/maps/instance" ] && [ "$(snapshot 2>/dev/null)" = "$attached" ]; }

if [ ! -w /proc/sys/kernel/ns_last_pid ]; then
	skip "PID namespaces" "this kernel gives no PID that is asked for (CONFIG_CHECKPOINT_RESTORE)"
	return 0
fi

# ---- the owner is further inside ----
start stranger "$WORK/xdp-tcpstate" 1000
pid=${pid_of[stranger]}
apart inner "$pid" "$XT" run -i server0 --listen none --pin "$PIN"
await_line "$WORK/inner.err" 'watching ' inner
seen=$(pgrep -P "$(pgrep -P "${pid_of[inner]}")")
equal "status from outside tells its PID there" "$seen" "$("$XT" status --pin "$PIN" --json | jq .pid)"
equal "from inside, its PID in there" "$pid" "$(with inner "$XT" status --pin "$PIN" --json | jq .pid)"
says "its directory is in use, by that" 1 "in use by a running xdp-tcpstate \(pid $seen\)" \
	in_server "$XT" watch -i server0 --pin "$PIN"
check "detach from outside" in_server "$XT" detach --pin "$PIN"
check "ends the right one" eval '! runs "$seen"'
check "and takes its pins away" test ! -e "$PIN"
check "no stranger" stranger_lives
stop inner KILL

# ---- the owner is outside ----
run_daemon -i server0 --listen none --pin "$PIN"
attached=$(snapshot 2>/dev/null)
pid=${pid_of[run]}
stop stranger TERM
apart inner "$pid" "$WORK/xdp-tcpstate" 1000
says "detach from inside says that it can't see it" 1 "can't be seen from this PID namespace \(in its own it is pid $pid\).*nothing was changed" \
	with inner "$XT" detach --pin "$PIN"
check "which changes nothing" is_pinned
check "and ends nobody" eval 'runs "$pid" && [ "$(pgrep -P "$(pgrep -P "${pid_of[inner]}")" -x xdp-tcpstate)" ]'
equal "status from inside" "true null" "$(with inner "$XT" status --pin "$PIN" --json | jq -r '"\(.alive) \(.pid)"')"
check "in text" grep -q 'running, in another PID namespace' <(with inner "$XT" status --pin "$PIN")
says "in use, by somebody unseen" 1 "in use by a running xdp-tcpstate \(in another PID namespace\)" \
	with inner "$XT" watch -i server0 --pin "$PIN"
stop inner KILL

# ---- another /proc than that of the PID namespace ----
says "nor is a wrong /proc believed" 1 "can't be seen from this PID namespace" \
	unshare --pid --fork "$XT" detach --pin "$PIN"
check "and nothing is changed" is_pinned
start unseeing unshare --pid --fork --kill-child --mount-proc "$XT" top --json --interval 0.1 --pin "$PIN"
await_line "$WORK/unseeing.out" '"event":"top"' unseeing
check "detach beside it" in_server "$XT" detach --pin "$PIN"
await eval '! runs "$pid"'
stop run TERM
check "ends it" test ! -e "$PIN"
check "top, which can't see it, says whose end that was" \
	await eval 'grep -q "(in another PID namespace) has ended" "$WORK/unseeing.err"'
stop unseeing TERM
