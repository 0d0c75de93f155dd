#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run.sh seeded INPUTS: each target by inputs that are the same in every run.
# run.sh libfuzzer SECONDS: each target by libFuzzer; what it finds new stays in
# build/fuzz/TARGET.corpus for the next time, what breaks it in build/fuzz/.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
BUILD=${BUILD:-build}
FUZZ=$BUILD/fuzz
export UBSAN_OPTIONS=print_stacktrace=1

seeded() {
	# shellcheck disable=SC2046 # a word each
	"$FUZZ/$1-seeded" "$2" "${SEED:-1}" $(find "$FUZZ/$1.seeds" -type f 2>/dev/null | sort)
}

# The last line of what it prints is the reason, if there is one.
libfuzzer() {
	local log=$FUZZ/$1.log seeds= why input
	[ ! -d "$FUZZ/$1.seeds" ] || seeds=$FUZZ/$1.seeds
	mkdir -p "$FUZZ/$1.corpus"
	if "$FUZZ/$1" -max_total_time="$2" -timeout=10 -max_len=2048 -artifact_prefix="$FUZZ/$1-" -print_final_stats=1 \
		"$FUZZ/$1.corpus" $seeds >"$log" 2>&1; then
		return
	fi
	why=$(grep -oE -m 1 'it does not hold that.*|runtime error: .*|ERROR: .*Sanitizer: .*' "$log")
	input=$(grep -oE "$FUZZ/$1-[a-z]+-[0-9a-f]+" "$log" | tail -n 1)
	grep -E '^ +#[0-9]+ .* in .*(tests|bpf|include)/' "$log"
	echo "${why:-see $log}${input:+; again with: $FUZZ/$1 $input}"
	return 1
}

case $1 in
seeded)
	for target in $TARGETS; do
		check "fuzz-$target: $2 inputs" seeded "$target" "$2"
	done
	;;
libfuzzer)
	for target in $TARGETS; do
		check "fuzz-$target: $2 s" libfuzzer "$target" "$2"
		sed -n 's/^stat::number_of_executed_units: /# inputs: /p' "$FUZZ/$target.log"
	done
	;;
*)
	echo "usage: run.sh seeded INPUTS | run.sh libfuzzer SECONDS" >&2
	exit 2
	;;
esac
tap_done
