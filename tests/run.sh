#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# run.sh SUITE...: runs `make test-SUITE` for each, keeps its output in
# build/test-logs/SUITE.log, shows what did not pass, and ends with the sum
# of all results: "N passed, N failed, N skipped".
#
# A suite counts by the last such line of its own. One that ends without it, or
# fails without a failed test, counts as a failed test.
#
# Most suites wait most of the time, so two run at once, each in namespaces of
# its own; AT_ONCE=1 runs them one by one.

cd "$(dirname "$0")/.." || exit 1
logs=build/test-logs
mkdir -p "$logs"
suites=("$@")
at_once=${AT_ONCE:-2}

# What the targets $@ are made from, as make knows it: that of test-* targets among them, too.
needs() {
	local target database
	database=$(make -pq 2>/dev/null)
	while [ $# -gt 0 ]; do
		target=$1
		shift
		# shellcheck disable=SC2046
		set -- "$@" $(sed -n "s/^$target: //p" <<<"$database" | tr ' ' '\n' | grep '^test-')
		sed -n "s/^$target: //p" <<<"$database" | tr ' ' '\n' | grep -v '^test-\||'
	done | sort -u
}

# Built before, by one make: two at once would write the same files.
build() {
	local target
	# shellcheck disable=SC2046
	make --no-print-directory -j"$(nproc)" all $(needs "${suites[@]/#/test-}") >"$logs/build.log" 2>&1 && return
	echo "not ok build: what the tests need could not be built:"
	tail -n 25 "$logs/build.log" | sed 's/^/    /'
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# The suite's counts go to $logs/SUITE.counts, the rest is for people.
run_suite() {
	local suite=$1 log=$logs/$1.log began=$SECONDS status lines p f s
	make --no-print-directory "test-$suite" >"$log" 2>&1
	status=$?
	read -r lines p f s < <(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" |
		awk '{ p += $1; f += $3; s += $5; n++ } END { print n + 0, p + 0, f + 0, s + 0 }')
	{
		if [ "$status" -eq 0 ] && [ $((p + f + s)) -eq 0 ]; then
			echo "not ok $suite: nothing was run${PART:+: has it a part $PART?}"
			f=1
		elif [ "$lines" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then
			echo "not ok $suite: ended with status $status and these last lines:"
			tail -n 15 "$log" | sed 's/^/    /'
			f=$((f + 1))
		fi
		grep -E -A 20 '^not ok' "$log" | grep -vE '^(ok|skip) ' | head -n 60
		grep -E '^skip ' "$log" | head -n 20
		printf '%-10s %5d passed %3d failed %3d skipped   %4d s   %s\n' \
			"$suite" "$p" "$f" "$s" $((SECONDS - began)) "$log"
	} >"$logs/$suite.report"
	cat "$logs/$suite.report"
	echo "$p $f $s" >"$logs/$suite.counts"
}

build
rm -f "$logs"/*.counts
# Each suite is a job with a process group of its own, which can be told to end: it then cleans up after itself.
set -m
end_all() {
	trap - INT TERM
	for job in $(jobs -p); do
		kill -TERM -- -"$job" 2>/dev/null
	done
	wait
	echo "interrupted: what ran has been ended"
	exit 130
}
trap end_all INT TERM
for suite in "${suites[@]}"; do
	while [ "$(jobs -pr | wc -l)" -ge "$at_once" ]; do
		wait -n
	done
	run_suite "$suite" &
done
wait
set +m

for suite in "${suites[@]}"; do
	cat "$logs/$suite.counts" 2>/dev/null || echo 0 1 0
done | awk '{ p += $1; f += $2; s += $3 } END { print p " passed, " f " failed, " s " skipped"; exit f > 0 }'
