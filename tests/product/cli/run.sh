#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The command as its users meet it: what it says to bad input, what it does to
# interfaces, to other people's programs, and to itself after a crash.
# run.sh [PART...]: only these parts; each is a file beside this one.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/lib/command.sh

PIN=/sys/fs/bpf/tcpstate-cli-$$
PARTS=(bad-input filter filters hooks foreign pins track events flows reports)

# What a second of an ordinary machine is on this one, in ms. It is more where, say, the CPU is
# emulated: awk there takes longer than 400 ms to write half a million lines.
SECOND_MS=$(($(tests/product/cli/took.py awk 'BEGIN { for (i = 524288; i; i--) printf "%016x  %-21s %-13s\n",
	i * 40503, "10.9." i % 256 ":1024", "SYN_SENT" }') * 1000 / 400))
[ "$SECOND_MS" -gt 1000 ] || SECOND_MS=1000
[ "$SECOND_MS" -lt 20000 ] || SECOND_MS=20000 # but nothing may take for ever
[ "$SECOND_MS" -eq 1000 ] || echo "# this machine is slow: it gets $SECOND_MS ms for what may take a second"

unpin() {
	local dir
	for dir in "$PIN"*; do
		[ ! -d "$dir" ] || "$XT" detach --pin "$dir" >/dev/null 2>&1
	done
}
trap 'unpin; cleanup' EXIT

# prints NAME REGEX COMMAND...: it succeeds, and one line on stdout fits.
prints() {
	local name=$1 regex=$2
	shift 2
	if ! "$@" >"$WORK/prints.out" 2>"$WORK/prints.err"; then
		not_ok "$name" "failed: $(tail -n 1 "$WORK/prints.err")"
	elif ! grep -qE -- "$regex" "$WORK/prints.out"; then
		not_ok "$name" "printed: $(head -n 3 "$WORK/prints.out" | tr '\n' '|')"
	else
		ok "$name"
	fi
}

# watch NAME ARGUMENTS...: started in the server's namespace, and ready.
watch() {
	local name=$1
	shift
	rm -f "$WORK/$name.out" "$WORK/$name.err" # of one before, which would look ready
	start "$name" nsenter --net="/run/netns/$SERVER_NS" -- "$XT" watch "$@"
	await_line "$WORK/$name.err" 'watching ' "$name"
}

make_path
run_parts tests/product/cli "$@"
tap_done
