# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run --journal, with a journal of the test's own: a mount namespace hides the machine's.

start answers nsenter --net="/run/netns/$SERVER_NS" -- $PYTHON tests/product/cli/connect.py --serve 8001
await_line "$WORK/answers.out" ready answers

# run_journaled ARGUMENTS...: the listener ends with it.
run_journaled() {
	# shellcheck disable=SC2016
	start run nsenter --net="/run/netns/$SERVER_NS" -- unshare --mount sh -c '
		mount -t tmpfs none /run && mkdir -p /run/systemd/journal || exit 1
		out=$1
		shift
		setpriv --pdeathsig KILL '$PYTHON' tests/product/service/notify.py /run/systemd/journal/socket >"$out" &
		until [ -S /run/systemd/journal/socket ]; do sleep 0.02; done
		exec "$@"' sh "$WORK/journal" "$XT" run --pin "$PIN" --listen none -i server0 --journal "$@"
	await_line "$WORK/run.err" 'watching ' run
}

# entries REGEX: how many the journal has.
entries() { grep -cE -- "$1" "$WORK/journal"; }

run_journaled --events state,flow --msl 0.5
in_client $PYTHON tests/product/cli/connect.py 10.77.0.2 8001 20
await eval '[ "$(entries " TCPSTATE_EVENT=flow ")" -ge 20 ]'
equal "20 connections, each opened once" 20 "$(entries ' TCPSTATE_EVENT=state .*"cause":"syn"')"
equal "and each told of once" 20 "$(entries ' TCPSTATE_EVENT=flow ')"
equal "by its ends" 20 "$(entries ' TCPSTATE_EVENT=flow TCPSTATE_FLOW=[0-9a-f]{16} TCPSTATE_INITIATOR=10\.77\.0\.1:[0-9]+ TCPSTATE_RESPONDER=10\.77\.0\.2:8001 MESSAGE=')"
equal "under one name" "$(entries .)" $(($(entries ' SYSLOG_IDENTIFIER=xdp-tcpstate PRIORITY=6 ') + 1)) # "listening"
stop run TERM
equal "and it ends as always" 0 $?
stop answers TERM

start run nsenter --net="/run/netns/$SERVER_NS" -- unshare --mount sh -c 'mount -t tmpfs none /run && exec "$@"' sh \
	"$XT" run --pin "$PIN" --listen none -i server0 --journal
await eval '! runs "${pid_of[run]}"'
stop run
equal "no journal: fails" 1 $?
said 'no journal takes entries at /run/systemd/journal/socket.*--events-file' && ok "and says what to do" ||
	not_ok "and says what to do" "$(tail -n 1 "$WORK/run.err")"
