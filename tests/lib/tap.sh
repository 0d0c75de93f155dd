# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Results, one line each; source this, call tap_done last.

tap_passed=0 tap_failed=0 tap_skipped=0

ok() {
	echo "ok $1"
	tap_passed=$((tap_passed + 1))
}

not_ok() {
	echo "not ok $1: $2"
	tap_failed=$((tap_failed + 1))
}

skip() {
	echo "skip $1: $2"
	tap_skipped=$((tap_skipped + 1))
}

# check NAME COMMAND...: ok if it succeeds; else its last line of output says why.
check() {
	# Names that the command, which may be a function, does not use itself.
	local tap_name=$1 tap_output tap_status
	tap_output=$(mktemp /tmp/tcpstate-check.XXXXXX)
	shift
	"$@" >"$tap_output" 2>&1 # in this shell: it may stop programs that this one started
	tap_status=$?
	if [ $tap_status -eq 0 ]; then
		ok "$tap_name"
	else
		not_ok "$tap_name" "$(tail -n 1 "$tap_output")"
		head -n -1 "$tap_output" | head -n 40 | sed 's/^/    /'
	fi
	rm -f "$tap_output"
	return $tap_status
}

# run_parts DIRECTORY [PART...]: the files of a suite, DIRECTORY/PART.sh; all that PARTS names, unless some are given.
run_parts() {
	local directory=$1 part
	shift
	[ $# -gt 0 ] || set -- "${PARTS[@]}"
	for part; do
		if [ ! -r "$directory/$part.sh" ]; then
			echo "no such part: $part; there are: ${PARTS[*]}" >&2
			exit 1
		fi
		set --
		. "$directory/$part.sh"
	done
}

# equal NAME WANTED GOT
equal() {
	[ "$2" = "$3" ] && ok "$1" || not_ok "$1" "it is $(head -c 400 <<<"$3"), not $(head -c 400 <<<"$2")"
}

# The last line, and the exit status of the test.
tap_done() {
	echo "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	[ "$tap_failed" -eq 0 ]
}
