#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run.sh seeded INPUTS: each target by inputs that are the same in every run.
# run.sh for SECONDS: each target by libFuzzer; what it finds new stays in
# build/fuzz/TARGET.corpus for the next time, what breaks it in build/fuzz/.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
BUILD=${BUILD:-build}
FUZZ=$BUILD/fuzz
export UBSAN_OPTIONS=print_stacktrace=1

seeded() {
	"$FUZZ/$1-seeded" "$2" "${SEED:-1}" $(find "$FUZZ/$1.seeds" -type f 2>/dev/null | sort) || return
}

# The last line of what it prints is the reason, if there is one.
libfuzzer() {
	local log=$FUZZ/$1.log seeds=
	[ ! -d "$FUZZ/$1.seeds" ] || seeds=$FUZZ/$1.seeds
	mkdir -p "$FUZZ/$1.corpus"
	if "$FUZZ/$1" -max_total_time="$2" -timeout=10 -max_len=2048 -artifact_prefix="$FUZZ/$1-" -print_final_stats=1 \
		"$FUZZ/$1.corpus" $seeds >"$log" 2>&1; then
		return
	fi
	grep -vE '^(#|INFO|	NEW_FUNC|stat::)' "$log" | tail -n 40
	echo "$(grep -oE -m 1 'it does not hold that.*|(Sanitizer|runtime error): .*' "$log"); the input: $(grep -o "$FUZZ/$1-.*" "$log" | tail -n 1)"
	return 1
}

case $1 in
seeded)
	for target in $TARGETS; do
		check "fuzz-$target: $2 inputs" seeded "$target" "$2"
	done
	;;
for)
	for target in $TARGETS; do
		check "fuzz-$target: $2 s" libfuzzer "$target" "$2"
		sed -n 's/^stat::number_of_executed_units: /# inputs: /p' "$FUZZ/$target.log"
	done
	;;
*)
	echo "usage: run.sh seeded INPUTS | run.sh for SECONDS" >&2
	exit 2
	;;
esac
tap_done
