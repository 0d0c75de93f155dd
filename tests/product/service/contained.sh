# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Where it has been given less to begin with, as in a container or a systemd unit.

# contained NAME CAPABILITIES: run with only these.
contained() {
	start run nsenter --net="/run/netns/$SERVER_NS" -- setpriv --bounding-set "-all,$2" --inh-caps -all \
		"$XT" run --pin "$PIN" --listen 127.0.0.1:0 -i server0 "${@:3}"
	await_line "$WORK/run.err" 'metrics at |needs|permission' run
}

contained unit +bpf,+perfmon,+net_admin,+setpcap
said 'metrics at ' && ok "with the capabilities of its unit" || not_ok "with the capabilities of its unit" "$(tail -n 1 "$WORK/run.err")"
said 'bounding set' && not_ok "nothing to complain about" "$(grep bounding "$WORK/run.err")" || ok "nothing to complain about"
equal "and gives up the bounding set" 0000000000000000 "$(of_status "${pid_of[run]}" CapBnd)"
stop run TERM

contained none +bpf,+perfmon,+net_admin
said 'metrics at ' && ok "without CAP_SETPCAP" || not_ok "without CAP_SETPCAP" "$(tail -n 1 "$WORK/run.err")"
said 'without CAP_SETPCAP the capability bounding set' && ok "tells what it can't give up" ||
	not_ok "tells what it can't give up" "$(cat "$WORK/run.err")"
equal "has no capability all the same" "$([ -n "$HAS_TCX" ] && echo 0000000000000000 || echo 0000000000001000)" \
	"$(of_status "${pid_of[run]}" CapEff)"
equal "nor can get one" 1 "$(of_status "${pid_of[run]}" NoNewPrivs)"
stop run TERM

contained little +net_admin
stop run TERM
equal "too little to load programs: fails" 1 $?
said 'no permission.*CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN' && ok "and says what is missing" ||
	not_ok "and says what is missing" "$(tail -n 1 "$WORK/run.err")"
