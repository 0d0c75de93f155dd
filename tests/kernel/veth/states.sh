#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# For each way to attach: connections of each pattern, IPv4 and IPv6; both ends
# must go through the states of tests/kernel/traffic/expected.tsv, and the interface
# must be as it was when watch ends, however it ends.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/veth/ways.sh

patterns=$("$BUILD/tests/traffic" --list | awk '{ print $1 }' | paste -sd,)
make_relayed_path
interfaces >"$WORK/before"

first_port=20000
for way in $WAYS; do
	! skips_way "$way" || continue
	check "$way: attaches" start_watch "$way" --events state || continue
	check "$way: hangs where it was told to" attached_is "$way"
	check "$way: connections of every pattern pass" \
		while_watching traffic --pattern "$patterns" --first-port $first_port --parallel 2
	check "$way: watch ends well" stop watch
	check "$way: both ends go through the states of each pattern" \
		tests/kernel/traffic/expect.py "$WORK/traffic.out" --watch "$WORK/watch.out"
	check "$way: the interface is as it was" unchanged
	first_port=$((first_port + 100))
done

# Also after SIGTERM, and where the kernel's links clean up by themselves, after SIGKILL.
for way in xdp-native/clsact tc/clsact xdp-native/tcx; do
	! skips_way "$way" || continue
	start_watch "$way" || not_ok "$way: attaches again" "$(tail -n 1 "$WORK/watch.err")"
	check "$way: watch ends well on SIGTERM" stop watch TERM
	check "$way: the interface is as it was after SIGTERM" unchanged
done
if ! skips_way xdp-native/tcx; then
	start_watch xdp-native/tcx || not_ok "xdp-native/tcx: attaches again" "$(tail -n 1 "$WORK/watch.err")"
	stop watch KILL
	check "xdp-native/tcx: the interface is as it was after SIGKILL" await unchanged
fi
tap_done
