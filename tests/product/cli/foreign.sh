# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Other people's programs on the hooks: never replaced, never detached, always named.

FOREIGN=$BUILD/tests/foreign.bpf.o

for mode in xdpdrv xdpgeneric; do
	if ! ip -n "$SERVER_NS" link set dev server0 $mode obj "$FOREIGN" sec xdp 2>"$WORK/foreign.err"; then
		skip "foreign XDP program ($mode)" "$(tail -n 1 "$WORK/foreign.err")"
		continue
	fi
	snapshot >"$WORK/before"
	for hook in xdp xdp-native xdp-generic; do
		says "$mode taken, --hook $hook: named, with what to do" 1 \
			'server0: its XDP hook is taken by program "foreign_xdp" \(id [0-9]+\).*--hook tc.*ip link set dev server0 xdp' \
			in_server "$XT" watch -i server0 --hook $hook
		check "$mode taken, --hook $hook: it stays" is_as_before
	done
	watch beside --json -i server0 --hook tc
	stop beside && check "$mode taken, --hook tc: beside it" is_as_before
	ip -n "$SERVER_NS" link set dev server0 $mode off
done

watch other --json -i server0
says "taken by another xdp-tcpstate" 1 'another xdp-tcpstate \(program tcpstate_xdp' in_server "$XT" watch -i server0
stop other

# tc filters of others, at the first priority and behind it.
for priority in 1 10; do
	tc -n "$SERVER_NS" qdisc add dev server0 clsact
	for side in ingress egress; do
		tc -n "$SERVER_NS" filter add dev server0 $side prio $priority bpf da obj "$FOREIGN" sec tc
	done
	snapshot >"$WORK/before"
	grep -q foreign "$WORK/before" || not_ok "foreign filter, prio $priority" "could not be attached"
	watch beside --json -i server0 --hook tc --tx-hook clsact
	for side in ingress egress; do
		tc -n "$SERVER_NS" filter show dev server0 $side >"$WORK/filters"
		if [ "$(grep -c foreign_tc "$WORK/filters")" -eq 1 ] && [ "$(grep -c tcpstate_tc_ "$WORK/filters")" -eq 1 ] &&
			grep -oE 'foreign_tc|tcpstate_tc_' "$WORK/filters" | head -n 1 | grep -q tcpstate; then
			ok "foreign filter, prio $priority, $side: both there, ours first"
		else
			not_ok "foreign filter, prio $priority, $side: both there, ours first" "$(tr '\n' '|' <"$WORK/filters")"
		fi
	done
	stop beside
	check "foreign filter, prio $priority: as before" is_as_before
	watch beside --json -i server0 --hook tc --tx-hook clsact
	stop beside KILL
	in_server "$XT" detach --pin "$PIN-none" -i server0 >/dev/null
	check "foreign filter, prio $priority: as before, after SIGKILL and detach" is_as_before
	tc -n "$SERVER_NS" qdisc del dev server0 clsact
done

# Somebody puts a filter on the qdisc that we made: then it is not ours to remove.
watch made --json -i server0 --tx-hook clsact
tc -n "$SERVER_NS" filter add dev server0 ingress bpf da obj "$FOREIGN" sec tc
stop made
tc -n "$SERVER_NS" filter show dev server0 ingress | grep -q foreign_tc && ok "a filter on the qdisc that we made: both stay" ||
	not_ok "a filter on the qdisc that we made: both stay" "it went with the qdisc"
tc -n "$SERVER_NS" qdisc del dev server0 clsact
