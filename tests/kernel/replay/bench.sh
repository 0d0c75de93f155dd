#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# bench.sh: packets a second through replay, and its memory for captures of two sizes.
BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-3}
work=$(mktemp -d "$BUILD/bench-replay.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# measure PACKETS OPTION...: the fastest of some rounds.
measure() {
	local packets=$1 best= line seconds
	shift
	for ((round = 0; round < ROUNDS; round++)); do
		line=$(/usr/bin/time -f '%e %U %S %M' "$BUILD/xdp-tcpstate" replay "$@" "$work/$packets.pcap" 2>&1 >/dev/null) || {
			echo "$line" >&2
			exit 1
		}
		if [ -z "$best" ] || [ "$(printf '%s\n%s\n' "${line%% *}" "${best%% *}" | sort -n | head -n 1)" = "${line%% *}" ]; then
			best=$line
		fi
	done
	read -r seconds user system rss <<<"$best"
	awk -v n="$packets" -v s="$seconds" -v u="$user" -v k="$system" -v m="$rss" -v o="$*" 'BEGIN {
		printf "%-22s %9d packets %7.2f s (%.2f user, %.2f kernel) %9.0f packets/s %7.1f MiB\n",
			o, n, s, u, k, n / s, m / 1024 }'
}

for packets in 100000 1000000; do
	"$BUILD/tests/generate" $packets >"$work/$packets.pcap" || exit 1
done
echo "# replay, start included; memory: the most it had resident"
for options in --summary "--json --drain" "--json --events flow"; do
	for packets in 100000 1000000; do
		measure $packets $options
	done
done
