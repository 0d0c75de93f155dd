# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# --pin: other commands on a running instance, and after its death.

serve 8002
snapshot >"$WORK/before"
watch pinned --json -i server0 --pin "$PIN" --msl 60
connect 8002 3
await_line "$WORK/pinned.out" '"state":"TIME_WAIT"' pinned
prints "status: who, where" 'server0 receive XDP \(native\), program id [0-9]+' "$XT" status --pin "$PIN"
prints "status --json" '"hook":"xdp-native"' "$XT" status --pin "$PIN" --json
check "status --json is JSON" jq -e '.alive and (.hooks | length == 2) and .table.closing == 3 and .events.emitted > 10' "$WORK/prints.out"
prints "states" '^TIME_WAIT +3 +0$' "$XT" states --pin "$PIN"
prints "states --json" '^\{"state":"CLOSED","initiator":0,"responder":3\}$' "$XT" states --pin "$PIN" --json
says "its directory is in use" 1 "$PIN is in use by a running xdp-tcpstate \(pid [0-9]+\).*detach" \
	in_server "$XT" watch -i server0 --pin "$PIN"
offered() {
	bash --norc -c '. user/shipped/completion/xdp-tcpstate
		COMP_WORDS=(xdp-tcpstate flows --pin "${1%/*}/") COMP_CWORD=3
		_xdp_tcpstate 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}" | grep -qxF "$1"' bash "$PIN"
}
check "bash completes its directory" offered
in_client "$XT" status --pin "$PIN" | grep -q 'server0 receive' && ok "status from another network namespace" ||
	not_ok "status from another network namespace" "no server0"
stop pinned && [ ! -e "$PIN" ] && ok "unpinned at its end" || not_ok "unpinned at its end" "$PIN is still there"
check "pinned: interface as before" is_as_before

watch pinned --json -i server0 --pin "$PIN" --tx-hook clsact
prints "detach ends a running one" 'detached the instance' in_client "$XT" detach --pin "$PIN"
await eval '! runs "${pid_of[pinned]}"'
stop pinned && ok "which ends with status 0" || not_ok "which ends with status 0" "it failed"
check "detach: interface as before" is_as_before
prints "detach again" 'nothing to detach' "$XT" detach --pin "$PIN"

# killed HOOKS: what is pinned stays attached until detach.
for hooks in "--tx-hook tcx" "--tx-hook clsact --hook tc"; do
	# shellcheck disable=SC2086
	! skips_hooks "SIGKILL $hooks" $hooks || continue
	# shellcheck disable=SC2086
	watch pinned --json -i server0 --pin "$PIN" $hooks
	connect 8002
	stop pinned KILL
	"$XT" status --pin "$PIN" >"$WORK/out" 2>"$WORK/err"
	[ $? -eq 1 ] && grep -q 'was left behind' "$WORK/err" && grep -q 'left behind by a process that is gone' "$WORK/out" &&
		ok "SIGKILL $hooks: status says so" || not_ok "SIGKILL $hooks: status says so" "$(cat "$WORK/err")"
	prints "SIGKILL $hooks: flows still lists" '10.77.0.2:8002' "$XT" flows --pin "$PIN"
	prints "SIGKILL $hooks: detach cleans" 'detached' in_server "$XT" detach --pin "$PIN"
	check "SIGKILL $hooks: interface as before" is_as_before
	[ ! -e "$PIN" ] && ok "SIGKILL $hooks: no pins" || not_ok "SIGKILL $hooks: no pins" "$PIN is still there"
done

watch pinned --json -i server0 --pin "$PIN"
stop pinned KILL
watch pinned --json -i server0 --pin "$PIN"
grep -q 'taking down what an xdp-tcpstate left behind' "$WORK/pinned.err" && ok "watch --pin takes over what a crash left" ||
	not_ok "watch --pin takes over what a crash left" "$(tail -n 1 "$WORK/pinned.err")"

# Another version's layout: the first word of the instance map is its number.
mapfile -t -d ' ' value < <(bpftool map dump pinned "$PIN/maps/instance" -j | jq -j '.[0].value | join(" ")')
bpftool map update pinned "$PIN/maps/instance" key 0 0 0 0 value 0xff "${value[@]:1}"
for command in flows states status; do
	says "another version: $command" 1 'belongs to another version of xdp-tcpstate' "$XT" $command --pin "$PIN"
done
prints "another version: detach" 'detached' "$XT" detach --pin "$PIN"
await eval '! runs "${pid_of[pinned]}"'
stop pinned
check "another version: interface as before" is_as_before

mkdir -p "$PIN-other/something"
says "a directory of somebody else" 1 'holds things that xdp-tcpstate did not pin' in_server "$XT" watch -i server0 --pin "$PIN-other"
rmdir "$PIN-other/something" "$PIN-other"
stop server8002 TERM
