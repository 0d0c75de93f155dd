# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What systemd is told.

start systemd $PYTHON tests/product/service/notify.py "$WORK/notify"
await_line "$WORK/systemd.out" listening systemd
notified() { grep -qE -- "$1" "$WORK/systemd.out"; }
count() { grep -cE -- "$1" "$WORK/systemd.out"; }

export NOTIFY_SOCKET=$WORK/notify WATCHDOG_USEC=3000000
run_daemon -i server0
await notified ' READY=1( |$)'
equal "ready, once" 1 "$(count ' READY=1( |$)')"
notified ' READY=1 STATUS=watching_server0:' && ok "with what it watches" ||
	not_ok "with what it watches" "$(grep READY "$WORK/systemd.out")"
sleep 4
alive=$(count WATCHDOG=1)
[ "$alive" -ge 3 ] && ok "alive within the watchdog's limit" || not_ok "alive within the watchdog's limit" "$alive times in 4 s"
gap=$(awk '/WATCHDOG=1/ { if (last && $1 - last > gap) gap = $1 - last; last = $1 } END { print (gap < 1.5) }' "$WORK/systemd.out")
equal "never half of the limit apart" 1 "$gap"

before=$($PYTHON -c 'import time; print(int(time.monotonic() * 1e6))')
kill -HUP "${pid_of[run]}"
await eval '[ "$(count " READY=1( |$)")" = 2 ]'
after=$($PYTHON -c 'import time; print(int(time.monotonic() * 1e6))')
reloading=$(grep -oE 'RELOADING=1 MONOTONIC_USEC=[0-9]+' "$WORK/systemd.out" | grep -oE '[0-9]+$')
[ "${reloading:-0}" -ge "$before" ] && [ "$reloading" -le "$after" ] && ok "SIGHUP: reloading, and when" ||
	not_ok "SIGHUP: reloading, and when" "$reloading is not between $before and $after"
equal "in that order" "READY=1 RELOADING=1 READY=1" "$(grep -oE 'READY=1|RELOADING=1' "$WORK/systemd.out" | xargs)"
stop run TERM
await notified ' STOPPING=1'
equal "SIGTERM: stopping, last" STOPPING=1 "$(tail -n 1 "$WORK/systemd.out" | cut -d ' ' -f 2)"

# A loop that hangs is not alive.
: >"$WORK/systemd.out"
run_daemon -i server0
await notified ' WATCHDOG=1'
kill -STOP "${pid_of[run]}"
: >"$WORK/systemd.out"
sleep 2
equal "stopped: silent" 0 "$(count WATCHDOG=1)"
kill -CONT "${pid_of[run]}"
await notified ' WATCHDOG=1' && ok "and alive again" || not_ok "and alive again" "no word"
stop run TERM
unset NOTIFY_SOCKET WATCHDOG_USEC

run_daemon -i server0
stop run TERM
equal "without systemd it is the same" 0 $?
stop systemd TERM
