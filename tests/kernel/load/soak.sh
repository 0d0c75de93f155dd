#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# soak.sh [SECONDS [RATE]]: that many connections a second, for as long; then the
# table drains, and soak.py judges. Variables: SOAK_EVENTS: kinds of events that are
# written (all); SOAK_LOG: where the samples go (kept; else only looked at).
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/load/path.sh
seconds=${1:-600} rate=${2:-20000}
workers=$(nproc)
[ "$workers" -le 2 ] || workers=2

make_wide_path
# 2 MSL is 2 s here: what is over leaves the table soon, and is replaced as fast.
start_run --listen 127.0.0.1:9436 --events-file "$WORK/events" --msl 1 --events "${SOAK_EVENTS:-state,time_wait,stray,flow}" \
	|| { not_ok "run starts" "$(tail -n 1 "$WORK/run.err")"; tap_done; exit; }
start_load --seconds "$seconds" --rate "$rate" --workers "$workers" --hold 500 --report 1 --at-once 100 --patience 60
in_server tests/kernel/load/soak.py --daemon "${pid_of[run]}" --metrics $METRICS --events "$WORK/events" \
	--load "${pid_of[load]}" --load-output "$WORK/load.out" --seconds "$seconds" ${SOAK_LOG:+--log "$SOAK_LOG"}
judged=$?
check "the load generator is content" stop load
check "the daemon is still there, and ends well" stop run TERM
! [ -s "$WORK/load.err" ] || sed 's/^/    /' "$WORK/load.err"
tap_done && [ $judged -eq 0 ]
