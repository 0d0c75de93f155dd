# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# kill -9, and started again: no flow lost, no connection untracked, not a segment missed.

# How many events are in the log, and how many it tells as lost.
written() { sort -u "$WORK/events" | jq -rs '"\(map(select(.event != "lost")) | length) \(map(select(.event == "lost").count) | add // 0)"'; }

# adopted TIMES OPTIONS...: killed and started again that often, under load.
adopted() {
	local times=$1 name held before after links found resent i
	shift
	name="kill -9, $*"
	! skips_hooks "$name" "$@" || return
	rm -f "$WORK/events"
	resent=$(resent)
	run_daemon -i server0 "$@"
	hold talking 8002 4 talk
	hold shut 8002 2 shut
	await eval '[ "$(flows ".responder.port == 8002" | grep -c "FIN_WAIT_2.CLOSE_WAIT")" -eq 2 ]'
	start load nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/daemon/load.py 10.77.0.2 8001
	await_line "$WORK/load.out" ready load
	held=$(flows '.responder.port == 8002')
	links=$(ids)
	before=$(counter flows_opened)
	i=0
	while [ $i -lt "$times" ]; do
		i=$((i + 1))
		stop run KILL
		[ $i -gt 1 ] || hold meanwhile 8002 3 open # nobody is there
		run_daemon -i server0 "$@"
	done
	stop load TERM
	await eval '[ "$(counter payload_bytes)" -ge "$(tail -n 1 "$WORK/load.out" | jq .payload)" ]'

	equal "$name: six connections, and three opened while nobody was there" 9 "$(flows '.responder.port == 8002' | wc -l)"
	found=$(comm -23 <(echo "$held") <(flows '.responder.port == 8002'))
	equal "$name: flow ids, states and times as they were" "" "$found"
	after=$(ids)
	equal "$name: the links are the same ones" "$(cut -d ' ' -f 1,2 <<<"$links")" "$(cut -d ' ' -f 1,2 <<<"$after")"
	equal "$name: with new programs" "" "$(comm -12 <(cut -d ' ' -f 3 <<<"$links" | sort) <(cut -d ' ' -f 3 <<<"$after" | sort))"
	equal "$name: status tells" "$times" "$(status .adoptions)"
	equal "$name: metrics tell" "$times" "$(metric tcpstate_adoptions_total)"
	[ "$(counter flows_opened)" -gt "$before" ] && ok "$name: counters go on" || not_ok "$name: counters go on" "$(counter flows_opened) after $before"
	equal "$name: every connection was seen to open" $(($(tail -n 1 "$WORK/load.out" | jq .connections) + 9)) "$(counter flows_opened)"
	stop talking TERM
	stop shut TERM
	stop meanwhile TERM
	once "$name: each segment was seen once" "$resent"
	# Whoever is killed while it writes leaves a part, which the next one takes out, and writes again.
	await eval '[ "$(written)" = "$(status ".events | \"\(.emitted) \(.lost)\"")" ]'
	equal "$name: every event is written or told as lost" "$(status '.events | "\(.emitted) \(.lost)"')" "$(written)"
	in_client "$XT" detach --pin "$PIN" >/dev/null
	await eval '! runs "${pid_of[run]}"'
	stop run
	equal "$name: ended by detach, status 0" 0 $?
	check "$name: nothing left" is_as_before
}

adopted 3 --hook xdp-native --tx-hook tcx
adopted 1 --hook xdp-generic --tx-hook clsact
adopted 1 --hook tc --tx-hook tcx
adopted 1 --hook tc --tx-hook clsact

# Killed while it starts, whatever it is doing just then.
for hooks in "--hook xdp --tx-hook tcx" "--hook tc --tx-hook clsact"; do
	# shellcheck disable=SC2086
	! skips_hooks "killed while it starts, $hooks" $hooks || continue
	rm -f "$WORK/events"
	resent=$(resent)
	# shellcheck disable=SC2086
	run_daemon -i server0 $hooks
	start load nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/daemon/load.py 10.77.0.2 8001
	await_line "$WORK/load.out" ready load
	for delay in 0.1 0.4 0.7 1; do
		stop run KILL
		start run nsenter --net="/run/netns/$SERVER_NS" -- \
			"$XT" run --no-seed --pin "$PIN" --listen none --events-file "$WORK/events" --events "$EVENTS" -i server0 $hooks
		sleep "$delay"
	done
	stop run KILL
	# shellcheck disable=SC2086
	run_daemon -i server0 $hooks
	stop load TERM
	equal "killed while it starts, $hooks: every connection" "$(tail -n 1 "$WORK/load.out" | jq .connections)" "$(counter flows_opened)"
	once "killed while it starts, $hooks: each segment was seen once" "$resent"
	stop run TERM
	check "killed while it starts, $hooks: nothing left" is_as_before
done

# Killed between the steps in which a filter's program is replaced: before the
# filter has the new one, whose pin lies beside the old one's; or when only that is left.
run_daemon -i server0 --hook tc --tx-hook clsact
stop run KILL
mv "$PIN"/hooks/rx_clsact_* "$(echo "$PIN"/hooks/rx_clsact_*)_new"
bpftool prog pin id "$(bpftool -j prog show pinned "$PIN/programs/tcpstate_tc_ingress" | jq .id)" \
	"$(echo "$PIN"/hooks/tx_clsact_*)_new"
run_daemon -i server0 --hook tc --tx-hook clsact
equal "killed while it replaces: one filter each way" "1 1" "$(for way in ingress egress; do
	tc -n "$SERVER_NS" filter show dev server0 $way | grep -c handle; done | xargs)"
equal "killed while it replaces: and its pin" "rx_clsact tx_clsact" "$(ls "$PIN/hooks" | sed 's/_[0-9]*_[0-9]*$//' | xargs)"
stop run KILL
# Nothing attached at all: the filters went with their qdisc.
tc -n "$SERVER_NS" qdisc del dev server0 clsact
run_daemon -i server0
equal "hooks taken off while nobody was there: attached" 2 "$(ls "$PIN/hooks" | wc -l)"
connect 8001
equal "and tracked" 1 "$(counter flows_opened)"
stop run TERM
check "nothing left of that" is_as_before

# Other hooks than those that are there.
resent=$(resent)
run_daemon -i server0 --hook xdp-native
hold held 8002 3 open
flows >"$WORK/flows"
stop run KILL
run_daemon -i server0 --hook tc --tx-hook clsact
said 'watching server0: receive tc clsact, transmit tc clsact' && ok "adopted with other hooks" ||
	not_ok "adopted with other hooks" "$(cat "$WORK/run.err")"
check "the flows are there" diff "$WORK/flows" <(flows)
connect 8001 5
equal "and it tracks" 8 "$(counter flows_opened)"
once "once each" "$resent"
stop run KILL
run_daemon -i server0,lo --direction rx --zone none
equal "one hook less, another more" "rx_xdp-generic rx_xdp-native" "$(ls "$PIN/hooks" | cut -d _ -f 1,2 | sort | xargs)"
stop run TERM
stop held TERM
check "and nothing is left" is_as_before

# Killed, and then detached.
for hooks in "--hook xdp --tx-hook tcx" "--hook tc --tx-hook clsact"; do
	# shellcheck disable=SC2086
	! skips_hooks "killed, detach $hooks" $hooks || continue
	# shellcheck disable=SC2086
	run_daemon -i server0 $hooks
	stop run KILL
	check "killed, detach $hooks" in_server "$XT" detach --pin "$PIN"
	check "nothing left $hooks" is_as_before
done
