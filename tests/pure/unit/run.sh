#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run.sh PROGRAM [NAME]: a cmocka program's results as all our tests have theirs.
set -u
output=$1.tap
CMOCKA_MESSAGE_OUTPUT=TAP "$@" >"$output" 2>&1
status=$?
awk -v status="$status" '
	/^ok [0-9]+ - /     { sub(/^ok [0-9]+ - /, ""); print "ok " $0; passed++; next }
	/^not ok [0-9]+ - / { sub(/^not ok [0-9]+ - /, ""); print "not ok " $0 ": see below"; failed++; next }
	/^1\.\.[0-9]+$|^# .*(Starting|ok|not ok)/ { next }
	{ print "    " $0 }
	END {
		# A program that died has not failed any test, and yet it has.
		if (status != 0 && !failed) { print "not ok unit: exit status " status; failed++ }
		printf "%d passed, %d failed, 0 skipped\n", passed, failed
		exit failed > 0 || passed == 0
	}' "$output"
