#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# exact.sh [COUNT [RATE]]: 10,000 connections, 1,000 a second, while a real
# Prometheus scrapes the daemon each second. What is queried back from it must be
# what the traffic was, to the unit: the generator says what it did, tcpdump at the
# other end of the path what was on the wire, the interface how many frames it had.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/load/path.sh
count=${1:-10000} rate=${2:-1000}
prometheus=http://127.0.0.1:9090

if ! command -v prometheus >/dev/null; then
	skip "counts queried back from Prometheus" "there is no prometheus; apt-get install prometheus"
	tap_done
	exit
fi

start_prometheus() {
	cat >"$WORK/prometheus.yml" <<-END
		global: { scrape_interval: 1s, scrape_timeout: 1s }
		scrape_configs:
		- { job_name: tcpstate, static_configs: [ targets: [ '127.0.0.1:9436' ] ] }
	END
	start prometheus nsenter --net="/run/netns/$SERVER_NS" -- prometheus --config.file="$WORK/prometheus.yml" \
		--storage.tsdb.path="$WORK/prometheus" --web.listen-address=127.0.0.1:9090 --log.level=warn
	await in_server curl -fs -o "$WORK/answer" $prometheus/-/ready
}

# Received and sent, as JSON.
interface_frames() {
	in_server cat /proc/net/dev | awk '$1 == "server0:" { print "[" $3 - '"$1"' "," $11 - '"$2"' "]" }'
}

# The daemon starts while no frame passes: all that the interface counts from here on is its.
start_run_in_silence() {
	local before try
	for try in 1 2 3; do
		before=$(interface_frames 0 0)
		start_run --listen 127.0.0.1:9436 --events-file "$WORK/events" --msl 300 \
			--events state,time_wait,stray,flow || return
		read -r frames_before < <(tr -d '[],' <<<"${before//,/ }")
		[ "$(interface_frames 0 0)" != "$before" ] || return 0
		stop run
	done
	echo "frames pass while there should be none" >&2
	return 1
}

# tcpdump writes in its own time: until it has every frame of the interface's.
capture_is_complete() {
	interface_frames $frames_before >"$WORK/frames"
	tests/kernel/load/captured.py "$WORK/capture.out" >"$WORK/captured"
	[ "$(jq -s '.[0].frames + 0' "$WORK/captured")" -ge "$(jq 'add' "$WORK/frames")" ]
}

# gather PHASE: what check.py compares, of this moment; nothing moves meanwhile.
gather() {
	await_phase "$1" || return
	await capture_is_complete || { echo "tcpdump: $(cat "$WORK/captured"), interface: $(cat "$WORK/frames")"; return 1; }
	"$TCPSTATE" flows --json --pin "$PINS" >"$WORK/flows" || return
	"$TCPSTATE" status --json --pin "$PINS" >"$WORK/status" || return
	in_server tests/kernel/load/series.py query $prometheus "$(date +%s.%N)" >"$WORK/series"
}

# It did scrape while the connections came and went: the counter was seen on its way.
was_scraped_meanwhile() {
	local values
	in_server tests/kernel/load/series.py during $prometheus $((count / rate + 20)) tcpstate_flows_opened_total >"$WORK/values"
	sort -C -g "$WORK/values" || { echo "flows opened went backwards: $(paste -sd' ' "$WORK/values")"; return 1; }
	values=$(sort -u "$WORK/values" | wc -l)
	[ "$values" -ge 4 ] ||
		{ echo "only $values different values: $(paste -sd' ' "$WORK/values")"; return 1; }
}

# Each event is a line of the file.
all_are_written() {
	local lines events
	lines=$(grep -vc '"event":"lost"' "$WORK/events")
	events=$(jq -s 'map(select(.[0] == "tcpstate_events_total")[2]) | add' "$WORK/series")
	[ "$lines" = "$events" ] || { echo "$lines lines, $events events"; return 1; }
}

make_wide_path
start_prometheus || { not_ok "Prometheus starts" "$(tail -n 1 "$WORK/prometheus.err")"; tap_done; exit; }
start_run_in_silence || { not_ok "run starts" "$(tail -n 1 "$WORK/run.err")"; tap_done; exit; }
start capture nsenter --net="/run/netns/$CLIENT_NS" -- tcpdump -i client0 -s 128 -B 32768 -U -Z root -w -
await_line "$WORK/capture.err" '^(tcpdump: )?listening' capture || exit 1

start_load --count "$count" --rate "$rate" --hold 40 --bytes 700
check "$count connections come and go, 40 stay" gather holding
check "Prometheus scraped meanwhile, and no counter went back" was_scraped_meanwhile
for what in closes transitions segments histograms gauges held nothing_amiss; do
	check "$what: exact, as Prometheus has them" counted $what
done

kill -TERM "${pid_of[load]}"
check "what was held is closed" gather "done"
check "the load generator is content" stop load
for what in closes transitions segments histograms gauges held nothing_amiss; do
	check "$what: exact after the last close" counted $what
done
check "each event is in the file" await all_are_written

# A comparison that cannot fail proves nothing: with one number wrong in what Prometheus
# said, it must.
cp "$WORK/series" "$WORK/right"
finds() { # WHAT METRIC
	jq -c --arg metric "$2" 'if .[0] == $metric and .[2] > 0 and .[1].le != "+Inf" then .[2] -= 1 else . end' \
		"$WORK/right" >"$WORK/series"
	if counted "$1" >/dev/null; then
		not_ok "$1: finds that $2 is wrong" "it agreed"
	else
		ok "$1: finds that $2 is wrong"
	fi
}
finds closes tcpstate_closes_total
finds transitions tcpstate_transitions_total
finds segments tcpstate_segments_total
finds segments tcpstate_payload_bytes_total
finds histograms tcpstate_connection_duration_seconds_count
finds gauges tcpstate_endpoints
finds gauges tcpstate_table_entries

stop capture
check "tcpdump has missed nothing" grep -q '^0 packets dropped by kernel' "$WORK/capture.err"
check "the daemon ends well" stop run TERM
tap_done
