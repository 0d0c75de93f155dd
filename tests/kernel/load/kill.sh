#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# kill.sh [TIMES [RATE]]: connections come and go while the daemon is killed (-9)
# ten times, and started again each time. The programs go on meanwhile: no flow is
# lost, no connection goes by untracked, and all counters go on.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/load/path.sh
times=${1:-10} rate=${2:-2000}
HELD=200

# Room in the ring for what comes while nobody reads: the next one may take its time to start.
RUN=(--listen 127.0.0.1:9436 --events-file "$WORK/events" --msl 3 --ring 65536 --events "state,time_wait,stray,flow")
run() { start_run "${RUN[@]}"; }

# What is held: its ports, and the flow's id.
held_flows() {
	"$TCPSTATE" flows --json --pin "$PINS" 'src port 2000-9999' | jq -r '[.initiator.addr, .initiator.port, .flow] | @tsv' | sort
}

all_are_held() { [ "$(held_flows | tee "$WORK/held" | wc -l)" -eq $HELD ]; }

kill_and_restart() {
	scrape || return
	mv "$WORK/series" "$WORK/before"
	stop run KILL # its status says so
	sleep "0.$((RANDOM % 5 + 1))"
	# Some are killed again before they are ready.
	if [ $(($1 % 4)) -eq 0 ]; then
		launch_run "${RUN[@]}"
		sleep "0.$((RANDOM % 9 + 1))"
		stop run KILL
	fi
	run || return
	scrape || return
	tests/kernel/load/grown.py "$WORK/before" "$WORK/series" || return
	held_flows >"$WORK/held-now"
	diff "$WORK/held" "$WORK/held-now"
}

metric() { jq -s "map(select(.[0] == \"$1\")[2]) | add" "$WORK/series"; }

adopted_each_time() {
	[ "$(metric tcpstate_adoptions_total)" -ge "$times" ] || { echo "adoptions: $(metric tcpstate_adoptions_total)"; return 1; }
}

# Each event put into the ring is a line of the file: also those that were put there while
# nobody read, and those that a killed one had read. (It may be there twice, if that had
# written it, and not yet taken it off the ring.)
all_are_told() {
	local lines events
	scrape || return
	lines=$(LC_ALL=C sort -u "$WORK/events" | grep -vc '"event":"lost"')
	events=$(metric tcpstate_events_total)
	[ "$lines" = "$events" ] || { echo "$lines different lines, $events events"; return 1; }
}
all_lines_are_whole() { ! grep -vE '^\{.*\}$' "$WORK/events" && ! grep '}{' "$WORK/events"; }

make_wide_path
run || { not_ok "run starts" "$(tail -n 1 "$WORK/run.err")"; tap_done; exit; }
start_load --rate "$rate" --hold $HELD
check "$HELD connections are held" await all_are_held
for ((i = 1; i <= times; i++)); do
	sleep 0.6
	check "killed and started again, $i: counters go on, held flows are the same" kill_and_restart $i || break
done
kill -USR1 "${pid_of[load]}"
check "the connections come to their end" await_phase holding
scrape_again() { scrape && counted "$1"; }
for what in closes untracked payload held; do
	check "$what: equal to the traffic" scrape_again $what
done
check "each restart was an adoption" adopted_each_time
kill -TERM "${pid_of[load]}"
check "what was held is closed" await_phase "done"
check "the load generator is content" stop load
for what in closes untracked payload nothing_amiss; do
	check "$what: equal to the traffic after the last close" scrape_again $what
done
check "each event is in the file" await all_are_told
check "no line is broken" all_lines_are_whole
check "the daemon ends well" stop run TERM
tap_done
