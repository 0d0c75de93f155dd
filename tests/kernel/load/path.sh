# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A path for the load generator, with as many addresses of the client's as it
# wants; and the daemon at the server's end of it.
. tests/lib/tap.sh
. tests/lib/netns.sh

TCPSTATE=$BUILD/xdp-tcpstate
PINS=/sys/fs/bpf/xdp-tcpstate-load-$$
METRICS=http://127.0.0.1:9436/metrics # in the server's namespace
SOURCES=250

# make_wide_path: make_path, and 10.78.0.0/16 and fd78::/64 are the client's too.
make_wide_path() {
	make_path
	in_client ip route add local 10.78.0.0/16 dev lo || exit 1
	in_client ip -6 route add local fd78::/64 dev lo || exit 1
	in_server ip route add 10.78.0.0/16 via 10.77.0.1 || exit 1
	in_server ip -6 route add fd78::/64 via fd77::1 || exit 1
	one_queue_per_cpu "$CLIENT_NS" client0 || exit 1
	one_queue_per_cpu "$SERVER_NS" server0 || exit 1
	# For a minute's worth of TIME_WAIT (some 300 bytes each). Beyond its limit the kernel
	# does without, in FIN_WAIT_2 too, and answers the peer's FIN with RST.
	in_client sysctl -qw net.ipv4.tcp_max_tw_buckets=2000000 || exit 1
	in_server sysctl -qw net.ipv4.tcp_max_tw_buckets=2000000 || exit 1
}

# one_queue_per_cpu NETNS INTERFACE: what a CPU sends is received on that CPU. Were
# there one queue for all, an end's acknowledgment could overtake its own FIN, and
# the peer, which is gone, would answer with RST: real, but not in the plan.
one_queue_per_cpu() {
	local cpus cpu
	cpus=$(nproc --all)
	[ "$cpus" -gt 1 ] || return 0
	inside "$1" ethtool -L "$2" rx "$cpus" tx "$cpus" || return
	for ((cpu = 0; cpu < cpus; cpu++)); do
		# ip-netns(8)'s exec shows the namespace's own /sys.
		ip netns exec "$1" sh -c "printf %x $((1 << cpu)) >/sys/class/net/$2/queues/tx-$cpu/xps_cpus" || return
	done
}

# start_load OPTION...: the load generator on this path, as "load".
start_load() {
	start load "$BUILD/tests/load" --client "$CLIENT_NS,10.78.0.1,fd78::1" --sources $SOURCES \
		--server "$SERVER_NS,10.77.0.2,fd77::2" "$@"
}

# await_phase PHASE: of the load generator; its totals go to $WORK/totals.
await_phase() {
	await_line "$WORK/load.out" "\"phase\":\"$1\"" load || return
	grep "\"phase\":\"$1\"" "$WORK/load.out" >"$WORK/totals"
}

# launch_run OPTION...: the daemon at the server's interface, as "run"; every event is told, and kept.
launch_run() {
	start run nsenter --net="/run/netns/$SERVER_NS" -- "$TCPSTATE" run --no-seed -i server0 --pin "$PINS" \
		--unconfirmed-events unlimited --events-max-size unlimited "$@"
}

# start_run OPTION...: the same, until it answers.
start_run() {
	launch_run "$@"
	await answers || { echo "run does not answer: $(tail -n 3 "$WORK/run.err")" >&2; return 1; }
}

# Given up at once when it has ended.
answers() {
	runs "${pid_of[run]}" || { PATIENCE=0; return 1; }
	in_server curl -fs -o "$WORK/answer" --max-time 5 $METRICS
}

scrape() { in_server tests/kernel/load/series.py scrape $METRICS >"$WORK/series"; }

# counted WHAT: what check.py finds wrong, if anything.
counted() {
	local netns
	for netns in "$CLIENT_NS" "$SERVER_NS"; do
		inside "$netns" nstat -asz TcpRetransSegs | awk '$1 == "TcpRetransSegs" { print $2 }'
	done >"$WORK/retransmits"
	tests/kernel/load/check.py "$1" "$WORK"
}
