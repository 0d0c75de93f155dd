#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh SYNS: a flood of forged segments must not become a flood of words. What the daemon
# tells of it, what it leaves out and what it loses are together what was sent, to the unit;
# and its events file stays below its bound.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/lib/command.sh

SYNS=${1:-300000}
FEW=20000 # as many as are told of one by one
PINS=/sys/fs/bpf/tcpstate-flood-words-$$
LOG=$WORK/log
PATIENCE=${PATIENCE:-120}

unpin() {
	[ ! -d "$PINS" ] || in_server "$XT" detach --pin "$PINS" >/dev/null 2>&1
}
trap 'unpin; cleanup' EXIT

# run_daemon OPTION...: with an empty log, and a time for a SYN that is longer than the flood.
run_daemon() {
	rm -rf "$LOG"
	mkdir "$LOG"
	echo 'timeout = syn_sent=3600' >"$WORK/conf"
	start run nsenter --net="/run/netns/$SERVER_NS" -- "$XT" run -i server0 --hook tc --pin "$PINS" \
		--config "$WORK/conf" --listen 127.0.0.1:0 --events-file "$LOG/events" "$@"
	await_line "$WORK/run.err" 'watching ' run || exit 1
}

# flood KIND COUNT FIRST
flood() { in_server "$BUILD/tests/flood-words" server0 "$@" >>"$WORK/flood" 2>&1; }

status() { "$XT" status --pin "$PINS" --json 2>/dev/null | jq -r "$1"; }
served() {
	local at
	at=$(grep -oE 'http://[0-9.:]+/metrics' "$WORK/run.err" | tail -n 1)
	in_server curl -fs "${at%/metrics}/$1"
}
metric() { served metrics | sed -n "s/^tcpstate_$1 //p"; }
summary() { served api/summary | jq "$1"; }

# Time runs out for all of them, now that the flood is over.
is_empty() { [ "$(status '.counters | .flows_opened - .flows_closed')" = 0 ]; }
expire() {
	echo 'timeout = syn_sent=0.1' >>"$WORK/conf"
	kill -HUP "${pid_of[run]}"
	await is_empty
}

# in_stream KIND: told, left out and lost of that kind, by what the events file alone says.
in_stream() {
	cat "$LOG"/events* | jq -rs --arg kind "$1" 'def sum(f): map(select(f and .kind == $kind).count) | add // 0;
		(map(select(.event == $kind)) | length) + sum(.event == "left_out") + sum(.event == "lost")'
}
adds_up() { [ "$(in_stream "$1")" = "$2" ]; }
counts_all() { # NAME KIND EXPECTED
	await adds_up "$2" "$3"
	equal "$1" "$3" "$(in_stream "$2")"
}
left_out() { cat "$LOG"/events* | jq -s --arg kind "$1" 'map(select(.event == "left_out" and .kind == $kind).count) | add // 0'; }

# ---- as it is by default: records, a budget, and a bound ----

BOUND=$((512 << 10)) PART=$((BOUND / 2))
largest() { stat -c %s "$LOG"/events* | sort -n | tail -n 1; }
all_bytes() { cat "$LOG"/events* | wc -c; }
watch_sizes() {
	local size most=0
	while :; do
		size=$(largest 2>/dev/null)
		[ "${size:-0}" -le "$most" ] || { most=$size; echo "$most"; }
		sleep 0.05
	done
}

bounded() {
	run_daemon --events-max-size 512K --events-keep 1
	watch_sizes >"$WORK/sizes" &
	pid_of[sizes]=$!
	check "$SYNS forged SYNs" flood syn "$SYNS" 0
	tail -n 1 "$WORK/flood" | sed 's/^/# /'
	check "they expire" expire
	sleep 1.2 # the log's own counts are noted once a second
	stop sizes TERM
	equal "each opened a flow" "$SYNS" "$(status .counters.flows_opened)"
	# A SYN that gave way to newer ones has no record, and is counted.
	equal "told, left out and lost are what there was, to the unit" "$SYNS" \
		"$(status '.events.emitted + .events.left_out + .events.lost + .counters.embryos_overwritten')"
	check "few were told" [ "$(status .events.emitted)" -lt $((SYNS / 2)) ]
	check "many were left out" [ "$(status .events.left_out)" -gt 1000 ]
	equal "nothing was lost in writing" 0 "$(status .events.not_written)"
	check "no file was ever larger than its part of the bound" [ "$(tail -n 1 "$WORK/sizes")" -le $PART ]
	check "together they are below it" [ "$(all_bytes)" -le $BOUND ]
	equal "only one is kept" "events events.1 " "$(ls "$LOG" | tr '\n' ' ')"
	check "though more was written" [ "$(status .events.file.bytes)" -gt $BOUND ]
	check "it was rotated, and that is counted" [ "$(status .events.file.rotations)" -gt 1 ]
	for name in events events.1; do
		check "$name: whole lines" jq -es 'length > 0' "$LOG/$name"
	done
	equal "records only" "flow left_out" "$(jq -rs 'map(.event) | unique | join(" ")' "$LOG/events" "$LOG/events.1")"
	equal "all of them are marked: not confirmed" false \
		"$(jq -s 'map(select(.event == "flow").confirmed) | any' "$LOG/events" "$LOG/events.1")"
	equal "metrics: left out" "$(status .events.left_out)" \
		"$(metric 'events_left_out_total{reason="unconfirmed",type="flow"}')"
	equal "/api/summary: left out" "$(status .events.left_out)" "$(summary .losses.left_out.unconfirmed)"
	equal "/api/summary: what closed was not confirmed" 0 "$(summary '[.closes[].confirmed] | add')"
	equal "metrics: rotations" "$(status .events.file.rotations)" "$(metric events_file_rotations_total)"
	equal "metrics: bytes" "$(status .events.file.bytes)" "$(metric events_file_bytes_total)"
	check "its end" stop run TERM
}

# ---- every kind, by what the stream alone says ----

# choose LINE...: a new events file, and these options, while it runs.
choose() {
	mv "$LOG/events" "$WORK/earlier"
	printf '%s\n' 'timeout = syn_sent=3600' "$@" >"$WORK/conf"
	kill -HUP "${pid_of[run]}"
	await [ -e "$LOG/events" ] && await_line "$WORK/run.err" 'changed: .*unconfirmed-events' run
	: >"$WORK/run.err"
}

streamed() {
	choose 'events = state,stray,flow' 'unconfirmed-events = 500'
	check "$FEW SYNs" flood syn $FEW 0
	check "$FEW RSTs of nothing" flood rst $FEW 100000
	took=$(sed -n '$s/.* in \([0-9]*\)\..*/\1/p' "$WORK/flood")
	expire
	counts_all "flow: the stream adds up" flow $FEW
	counts_all "state: the SYN, and its end" state $((2 * FEW))
	counts_all "stray: each RST" stray $FEW
	# A second that is begun counts, and so does the one that it ends in.
	check "strays have a budget of their own: 500 a second" [ $((FEW - $(left_out stray))) -le $((500 * (took + 2))) ]
}

none_told() {
	choose 'events = flow' 'unconfirmed-events = 0'
	flood syn $FEW 0
	expire
	counts_all "a budget of 0: all are left out" flow $FEW
	equal "and none is told" $FEW "$(left_out flow)"
}

# Without a budget the ring overflows: that is "lost".
lost() {
	choose 'events = state,flow' 'unconfirmed-events = unlimited'
	flood syn $FEW 0
	expire
	counts_all "without a budget: told and lost add up" flow $FEW
	counts_all "states too" state $((2 * FEW))
	equal "nothing is left out" 0 "$(left_out flow)"
	check "much is lost" [ "$(status .events.lost)" -gt 0 ]
}

# Real connections are told of in the middle of a flood.
in_a_flood() {
	choose 'events = flow' 'unconfirmed-events = 10' 'msl = 0.2'
	serve 8001
	flood syn $FEW 0 &
	pid_of[flood]=$!
	connect 8001 20
	wait "${pid_of[flood]}"
	unset "pid_of[flood]"
	real() { cat "$LOG"/events* | jq -s 'map(select(.event == "flow" and .confirmed)) | length'; }
	all_real() { [ "$(real)" = 20 ]; }
	await all_real
	equal "20 real connections in a flood: all told, and marked confirmed" 20 "$(real)"
}

# A capture has its own time, and no budget unless one is asked for.
replayed() {
	local events
	tests/product/flood-words/capture.py 1000 "$WORK/flood.pcap"
	events() { "$XT" replay --json --events state "$@" "$WORK/flood.pcap" | jq -s "$COUNT"; }
	COUNT='map(select(.event == "state")) | length'
	equal "replay: all are told" 1000 "$(events)"
	equal "replay with a budget of 10: as many in the capture's second" 10 "$(events --unconfirmed-events 10)"
	COUNT='map(select(.event == "left_out" and .reason == "unconfirmed").count) | add'
	equal "and it says how many it has left out" 990 "$(events --unconfirmed-events 10)"
}

make_path
replayed
bounded
run_daemon --ring 64 --max-embryos 262144 # so many that none gives way
streamed
none_told
lost
in_a_flood
check "its end" stop run TERM
tap_done
