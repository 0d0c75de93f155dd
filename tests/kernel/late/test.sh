#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [PART...]: what comes after the close, with real kernels: the times of
# TIME_WAIT against the kernel's own timers, its restarts, reuse and
# assassination, segments that the path held back, and what the reports find.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

XDP_TCPSTATE=${XDP_TCPSTATE:-$PWD/$BUILD/xdp-tcpstate}
PYTHON=/usr/bin/python3
PARTS=(timers last-ack reuse assassination held-back leaks halfopen)
PINS=/sys/fs/bpf/tcpstate-late-$$
declare -A watched_in=()
export XDP_TCPSTATE CLIENT_NS SERVER_NS RELAY_NS PYTHONDONTWRITEBYTECODE=1

unpin() {
	local dir
	for dir in "$PINS"-*; do
		[ ! -d "$dir" ] || "$XDP_TCPSTATE" detach --pin "$dir" >/dev/null 2>&1
	done
}
trap 'unpin; cleanup' EXIT

# watch_at NAME NETNS INTERFACE ARGUMENTS...: started, and ready.
watch_at() {
	local name=$1 netns=$2 interface=$3
	shift 3
	watched_in[$name]=$netns
	start "$name" nsenter --net="/run/netns/$netns" -- "$XDP_TCPSTATE" watch --json -i "$interface" \
		--pin "$PINS-$name" --max-flows 8192 --events state,time_wait,stray,flow "$@"
	await_line "$WORK/$name.err" "$WATCHING" "$name" && return
	not_ok "$name" "watch does not start: $(tail -n 1 "$WORK/$name.err")"
	return 1
}

# watcher NAME: what lab.Watcher takes.
watcher() {
	echo "${watched_in[$1]},$WORK/$1.out,$PINS-$1"
}

# take_results FILE: what a part printed counts as ours.
take_results() {
	cat "$1"
	tap_passed=$((tap_passed + $(grep -c '^ok ' "$1")))
	tap_failed=$((tap_failed + $(grep -c '^not ok ' "$1")))
	tap_skipped=$((tap_skipped + $(grep -c '^skip ' "$1")))
}

# ends NAME: it does; fails once it has printed nothing for $PATIENCE seconds.
ends() {
	local size last= deadline
	while runs "${pid_of[$1]}"; do
		size=$(stat -c %s "$WORK/$1.out")
		if [ "$size" != "$last" ]; then
			last=$size deadline=$((SECONDS + PATIENCE))
		fi
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
}

# run_part NAME PROGRAM ARGUMENTS...: one that ends in any other way than by its results has failed.
run_part() {
	local name=$1 program=$2
	shift 2
	echo "# $name"
	start "$name" "$PYTHON" "tests/kernel/late/$program" "$@"
	ends "$name" || not_ok "$name" "it goes no further for $PATIENCE s"
	finish_part "$name"
}
finish_part() {
	stop "$1" TERM # bash has its background ignore SIGINT
	local status=$?
	take_results "$WORK/$1.out"
	if [ $status -ne 0 ] && ! grep -q '^not ok ' "$WORK/$1.out"; then
		not_ok "$1" "ended with status $status: $(tail -n 1 "$WORK/$1.err")"
	fi
}

run_parts tests/kernel/late "$@"
if [ -n "${pid_of[timers]}" ]; then
	finish_timers
fi
tap_done
