#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [COUNT]: COUNT real connections in every pattern of the traffic
# program, IPv4 and IPv6, watched once at the server's end and once at the
# client's, and compared with what the kernel's own sockets did (compare.py).
# Before that the same with fewer, on a path that loses some of the segments.
# Variables: KEEP_WORK=DIR keeps what was compared, PATTERNS=A,B takes only some,
# WATCH_OPTIONS are given to watch.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh
count=${1:-1000}
patterns=${PATTERNS:-$("$BUILD/tests/traffic" --list | awk '{ print $1 }' | paste -sd,)}

# $1: which end; $2: its namespace; $3: its interface
watch_and_compare() {
	local compared
	start sockets "$BUILD/tests/socket-states" "$CLIENT_NS" "$SERVER_NS" 3>&-
	start watch nsenter --net="/run/netns/$2" -- "$BUILD/xdp-tcpstate" watch -i "$3" --json --events state --unconfirmed-events unlimited \
		$WATCH_OPTIONS 3>&-
	await_line "$WORK/sockets.err" '^tracing' sockets || return
	await_line "$WORK/watch.err" "$WATCHING" watch || return
	"$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" --pattern "$patterns" \
		--count "$count" --parallel $parallel --patience $patience >"$WORK/traffic.out" || return
	stop watch || { cat "$WORK/watch.err"; echo "watch failed"; return 1; }
	stop sockets || { cat "$WORK/sockets.err"; return 1; }
	[ -z "$KEEP_WORK" ] || for said in traffic sockets watch; do
		cp "$WORK/$said.out" "$KEEP_WORK/$1-$count-$said"
	done
	tests/kernel/oracle/compare.py "$WORK/traffic.out" "$WORK/sockets.out" "$WORK/watch.out" >"$WORK/compared"
	compared=$?
	cat "$WORK/compared" >&3 # the table by pattern, also when all is well
	tail -n 1 "$WORK/compared"
	return $compared
}

exec 3>&1 # for the tables by pattern
# run_at END WHAT RULE...: on a path of its own, with these rules for the relay.
run_at() {
	local netns end=$1 what=$2
	shift 2
	make_relayed_path "$@"
	netns=$CLIENT_NS
	[ "$end" = client ] || netns=$SERVER_NS
	echo "# $count $what, watched at the $end's end"
	check "both ends of $count $what, watched at the $end's end, agree with the kernel's sockets" \
		watch_and_compare "$end" "$netns" "${end}0"
	stop relay TERM
}

# With loss: SYNs, FINs and ACKs are sent again or never seen. Not lost is RST,
# which nothing would repeat. Where FINs cross, loss adds what no observer can
# know: whether an end whose FIN is lost had the other's when it sent its own.
# A connection without a measured round trip waits 3, 6, 12... seconds for what
# is lost again and again: patience.
all_patterns=$patterns all_count=$count
patterns=$(tr , '\n' <<<"$patterns" | grep -v '^simultaneous_' | paste -sd,)
count=$(((count + 3) / 4)) parallel=32 patience=200
for end in server client; do
	[ -z "$patterns" ] ||
		run_at $end "connections on a path that loses one segment in 20" \
			--drop '/20:tcp[13] & 4 = 0 or (ip6 proto 6 and ip6[53] & 4 = 0)'
done

patterns=$all_patterns count=$all_count parallel=4 patience=20
for end in server client; do
	run_at $end connections
done
exec 3>&-

# A comparison that cannot fail proves nothing: with one thing wrong in what
# watch said, it must.
finds() { # WHAT SED-SCRIPT
	sed -E "$2" "$WORK/watch.out" >"$WORK/wrong"
	if cmp -s "$WORK/watch.out" "$WORK/wrong"; then
		not_ok "the comparison finds $1" "there was nothing to make wrong"
	elif tests/kernel/oracle/compare.py "$WORK/traffic.out" "$WORK/sockets.out" "$WORK/wrong" >/dev/null; then
		not_ok "the comparison finds $1" "it agreed"
	else
		ok "the comparison finds $1"
	fi
}
if [ -s "$WORK/watch.out" ]; then
	finds "a lost event" '0,/ack_of_fin/{/ack_of_fin/d}'
	finds "a wrong state" '0,/"CLOSING"/s/"CLOSING"/"LAST_ACK"/'
	finds "TIME_WAIT where the kernel has CLOSED" '0,/"state":"CLOSED"/s/"state":"CLOSED"/"state":"TIME_WAIT"/'
	finds "CLOSED where the kernel has TIME_WAIT" '0,/"state":"TIME_WAIT"/s/"state":"TIME_WAIT"/"state":"CLOSED"/'
	finds "FIN_WAIT_2 left out after an ACK of its own" '/"was":"FIN_WAIT_1".*"ack_of_fin"/d; s/"was":"FIN_WAIT_2"/"was":"FIN_WAIT_1"/'
	finds "a connection nobody made" '1{p; s/"port":2[0-9]+/"port":19999/; s/"flow":"./"flow":"z/}'
	finds "events that were lost" '$a {"event":"lost"}'
fi
tap_done
