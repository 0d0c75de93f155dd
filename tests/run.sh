#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# run.sh SUITE...: runs `make test-SUITE` for each, keeps its output in
# build/test-logs/SUITE.log, shows what did not pass, and ends with the sum
# of all results: "N passed, N failed, N skipped".
#
# A suite counts by the last such line of its own. One that ends without it, or
# fails without a failed test, counts as a failed test.

cd "$(dirname "$0")/.." || exit 1
logs=build/test-logs
mkdir -p "$logs"

passed=0 failed=0 skipped=0
for suite in "$@"; do
	log=$logs/$suite.log
	began=$SECONDS
	make --no-print-directory "test-$suite" >"$log" 2>&1
	status=$?
	counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" |
		awk '{ p += $1; f += $3; s += $5; n++ } END { print n + 0, p + 0, f + 0, s + 0 }')
	read -r lines p f s <<<"$counts"
	if [ "$lines" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then
		echo "not ok $suite: ended with status $status and these last lines:"
		tail -n 15 "$log" | sed 's/^/    /'
		f=$((f + 1))
	fi
	grep -E -A 20 '^not ok' "$log" | grep -vE '^(ok|skip) ' | head -n 60
	grep -E '^skip ' "$log" | head -n 20
	printf '%-10s %5d passed %3d failed %3d skipped   %4d s   %s\n' \
		"$suite" "$p" "$f" "$s" $((SECONDS - began)) "$log"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
