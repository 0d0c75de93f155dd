# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# --keep-attached: ended, and it tracks on, for the next one.

for hooks in "--hook xdp --tx-hook tcx" "--hook tc --tx-hook clsact"; do
	# shellcheck disable=SC2086
	! skips_hooks "--keep-attached $hooks" $hooks || continue
	rm -f "$WORK/events"
	# shellcheck disable=SC2086
	run_daemon -i server0 --keep-attached $hooks
	hold held 8002 2 open
	flows >"$WORK/flows"
	stop run TERM
	equal "--keep-attached $hooks: status 0" 0 $?
	# On stderr; on stdout is the status.
	says "status says so" 1 'xdp-tcpstate run.* goes on with it' eval '"$XT" status --pin "$PIN" >/dev/null'
	says "watch leaves it alone" 1 'left attached for the next one' in_server "$XT" watch -i server0 --pin "$PIN" --hook tc
	check "the flows are there" diff "$WORK/flows" <(flows)
	connect 8001 4
	equal "it tracks without anybody" 6 "$(counter flows_opened)"
	# shellcheck disable=SC2086
	run_daemon -i server0 --keep-attached $hooks
	equal "the next one goes on" "6 1" "$(counter flows_opened) $(status .adoptions)"
	equal "and has the events of the time between" 4 "$(grep -c '"port":8001.*"cause":"syn"' "$WORK/events")"
	# From another namespace: the filters are not there, and only the owner can tell where they are.
	check "detach takes it all down" in_client "$XT" detach --pin "$PIN"
	await eval '! runs "${pid_of[run]}"'
	stop run
	check "nothing left" is_as_before
	stop held TERM
done

# A start that fails leaves alone what it found.
run_daemon -i server0 --keep-attached
stop run TERM
says "a failed start" 1 'there is no file|No such file|cannot|can.t' in_server "$XT" run -i server0 --pin "$PIN" --listen none \
	--events-file "$WORK/no/such/dir"
says "or a bad address" 1 'listen' in_server "$XT" run -i server0 --pin "$PIN" --listen 192.0.2.77:9436
connect 8001
equal "it still tracks" 1 "$(counter flows_opened)"
check "detach" in_server "$XT" detach --pin "$PIN"
check "nothing left at the end" is_as_before
