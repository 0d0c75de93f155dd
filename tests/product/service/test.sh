#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [PART...]: what makes run a service that one leaves alone: privileges
# given up, systemd told, the event log, the configuration.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh

XT=$(realpath "$BUILD/xdp-tcpstate")
PYTHON=/usr/bin/python3
PIN=/sys/fs/bpf/tcpstate-service-$$
PARTS=(unit privileges refused contained notify rotate full journal)

# The transmit hook that run takes by itself: TCX came with Linux 6.6.
if [ "$(printf '%s\n' 6.6 "$(uname -r)" | sort -V | head -n 1)" = 6.6 ]; then
	HAS_TCX=1
fi

unpin() {
	[ ! -d "$PIN" ] || in_server "$XT" detach --pin "$PIN" >/dev/null 2>&1
}
trap 'unpin; cleanup' EXIT

said() { grep -qE -- "$1" "$WORK/run.err"; }

# passes LABEL FILE: the TAP lines of a program, as ours.
passes() {
	local line passed=0
	while IFS= read -r line; do
		case $line in
		"ok "*) passed=$((passed + 1)) ;;
		"not ok "*) line=${line#not ok } && not_ok "$1: ${line%%: *}" "${line#*: }" ;;
		esac
	done <"$2"
	tap_passed=$((tap_passed + passed))
	if [ $passed -eq 0 ] || ! grep -qE '^[0-9]+ passed, [0-9]+ failed' "$2"; then
		not_ok "$1" "it did not get to its end: $(tail -n 1 "$2")"
	else
		echo "ok $1: $passed of them"
	fi
}

# of_status PID FIELD: of /proc/PID/status.
of_status() { awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"; }

# run_daemon ARGUMENTS...: started in the server's namespace, and ready.
run_daemon() {
	start run nsenter --net="/run/netns/$SERVER_NS" -- "$XT" run --pin "$PIN" --listen 127.0.0.1:0 \
		--unconfirmed-events unlimited "$@"
	await_line "$WORK/run.err" 'metrics at ' run
}

scrape() {
	local at
	at=$(grep -oE 'http://[0-9.:]+/metrics' "$WORK/run.err" | tail -n 1)
	in_server $PYTHON -c 'import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())' "$at"
}

make_path
run_parts tests/product/service "$@"
tap_done
