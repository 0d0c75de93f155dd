# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Started, it attaches, pins, serves and writes; ended, it leaves nothing.

run_daemon -i server0
said "watching server0: receive XDP \(native\), transmit $AUTO\." && ok "attaches" || not_ok "attaches" "$(cat "$WORK/run.err")"
equal "pins maps, programs and hooks" "hooks iterators maps openers programs" "$(cd "$PIN" && echo *)"
equal "pins the hooks" 2 "$(ls "$PIN/hooks" | wc -l)"
connect 8001 3
await_line "$WORK/events" '"event":"time_wait"' run
equal "writes the events" 3 "$(grep -c '"cause":"syn"' "$WORK/events")"
check "as JSON" jq -es 'length > 10' "$WORK/events"
equal "serves metrics" 3 "$(metric tcpstate_flows_opened_total)"
equal "hooks among them" 1 "$(metric "tcpstate_hook_attached{interface=\"server0\",direction=\"rx\",hook=\"xdp-native\"}")"
equal "status: version" "$("$XT" --version)" "xdp-tcpstate $(status .version)"
equal "status: not adopted yet" 0 "$(status .adoptions)"
says "a second one is refused" 1 "$PIN is in use by a running xdp-tcpstate" in_server "$XT" run -i server0 --pin "$PIN" --listen none
stop run TERM
equal "SIGTERM: status 0" 0 $?
check "and nothing left" is_as_before
says "no such interface" 1 'no interface "nowhere0"' in_server "$XT" run -i nowhere0 --pin "$PIN" --listen none
check "nothing left of that" is_as_before
says "two ways for events" 2 'one of them' in_server "$XT" run -i server0 --pin "$PIN" --events-file "$WORK/x" --journal

start taken nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 -m http.server --bind 127.0.0.1 9436
await_line "$WORK/taken.out" . taken || await eval "ss -Hltn -N $SERVER_NS | grep -q :9436"
says "the port is taken" 1 'that port is in use' in_server "$XT" run -i server0 --pin "$PIN"
stop taken TERM
check "nothing left of that, either" is_as_before
