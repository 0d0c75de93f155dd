#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What the daemon serves: to Prometheus while there is traffic, to all who ask
# for what there is not, and to clients that are slow or hostile.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

HERE=tests/product/metrics
PINS=/sys/fs/bpf/tcpstate-metrics-$$
CONNECTIONS=${CONNECTIONS:-10000}
SCRAPES=${SCRAPES:-200}
ADDRESS=127.0.0.1:9436
PROMETHEUS=127.0.0.1:9090

# start_in_server NAME COMMAND...
start_in_server() { start "$1" nsenter --net="/run/netns/$SERVER_NS" -- "${@:2}"; }

# TIME_WAITs outlast the test.
start_daemon() {
	start_in_server daemon "$BUILD/xdp-tcpstate" run -i server0 --pin "$PINS" --msl 600 --api-peers "$@"
	await answers || { cat "$WORK/daemon.err" >&2; return 1; }
}
answers() { in_server curl -sfo /dev/null "http://$ADDRESS/metrics"; }

traffic() { "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" "$@"; }

# in, out, and sent again: by the client's own kernel
segments() {
	in_client nstat -asz TcpInSegs TcpOutSegs TcpRetransSegs | awk '/^Tcp/ { n += $2 } END { print n }'
}

make_path

# ---- the formats -------------------------------------------------------------------

start_daemon || exit 1

promtool_is_silent() {
	in_server curl -sf "http://$ADDRESS/metrics" | promtool check metrics >"$WORK/promtool" 2>&1 &&
		! [ -s "$WORK/promtool" ] || { cat "$WORK/promtool"; return 1; }
}
check "promtool check metrics is silent, before any traffic" promtool_is_silent

# ---- Prometheus --------------------------------------------------------------------

cat >"$WORK/prometheus.yml" <<END
global: { scrape_interval: 2s, scrape_timeout: 2s }
scrape_configs:
  - job_name: tcpstate
    static_configs: [ { targets: [ "$ADDRESS" ] } ]
END
if command -v prometheus >/dev/null; then
	start_in_server prometheus prometheus --config.file="$WORK/prometheus.yml" \
		--storage.tsdb.path="$WORK/prometheus" --web.listen-address="$PROMETHEUS"
	await_line "$WORK/prometheus.err" 'Server is ready' prometheus || exit 1
	before=$(segments)
	PATTERNS=client_close,server_close,half_close,server_half_close,client_reset,server_reset,refused,data_with_fin,no_data
	make_connections() { traffic --pattern $PATTERNS --count "$CONNECTIONS" --parallel 16 >"$WORK/traffic"; }
	check "$CONNECTIONS connections" make_connections
	check "Prometheus has what the traffic was: closes, transitions, segments, to the unit" \
		in_server $HERE/queried.py "$WORK/traffic" "$PROMETHEUS" $(($(segments) - before))
	stop prometheus TERM
else
	skip "Prometheus has what the traffic was" "there is no prometheus here"
	traffic --pattern client_close,server_close --count 1000 >"$WORK/traffic"
fi

check "gauges and /api/summary are what flows --json counts" \
	in_server $HERE/gauges.py "$ADDRESS" "$BUILD/xdp-tcpstate" flows --json --pin "$PINS"
check "promtool check metrics is silent, after it" promtool_is_silent
check "OpenMetrics by content negotiation; both formats are valid and agree" in_server $HERE/formats.py "$ADDRESS"

# Half of each pattern are IPv4. They have lingered long enough when this is looked at.
start hold "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" --hold --pattern close_wait,stay_open \
	--count 40 --first-port 40000
await_line "$WORK/hold.err" holding hold || exit 1
# Clients on this machine, whose range of ports was another when the daemon began: some wait, some are open.
in_server sysctl -qw net.ipv4.ip_local_port_range="20000 20999"
start peer nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/connect.py --serve 8102
await_line "$WORK/peer.out" ready peer || exit 1
in_server /usr/bin/python3 tests/product/cli/connect.py 10.77.0.1 8102 70
start_in_server open /usr/bin/python3 tests/product/cli/hold.py 10.77.0.1 8102 30 open
await_line "$WORK/open.out" ready open || exit 1

# ---- what it answers ---------------------------------------------------------------

status_is() { # STATUS CURL-ARGUMENT...
	local got
	got=$(in_server curl -so /dev/null -w '%{http_code}' "${@:2}")
	[ "$got" = "$1" ] || { echo "status $got instead of $1: curl ${*:2}"; return 1; }
}
has_header() { # REGEX CURL-ARGUMENT...
	in_server curl -si "${@:2}" | tr -d '\r' | grep -qiE "^$1\$" || { echo "no header $1: curl ${*:2}"; return 1; }
}
long() { head -c "$1" /dev/zero | tr '\0' a; }

only_get_and_head() {
	local method
	status_is 200 -I "http://$ADDRESS/metrics" && status_is 200 -I "http://$ADDRESS/" || return
	for method in POST PUT DELETE OPTIONS TRACE PATCH BREW; do
		status_is 405 -X $method "http://$ADDRESS/metrics" &&
			has_header 'Allow: GET, HEAD' -X $method "http://$ADDRESS/" || return
	done
	status_is 405 -d @tests/product/metrics/test.sh "http://$ADDRESS/metrics"
}
check "only GET and HEAD, of whatever path" only_get_and_head

unknown_paths() {
	local path
	for path in /nothing /metrics/ /api /api/summary/x //metrics /../etc/passwd /%00 '/metrics%00x' \
		/..%2f..%2fetc/passwd; do
		status_is 404 --path-as-is "http://$ADDRESS$path" || return
	done
	status_is 200 "http://$ADDRESS/metrics?name=x"
}
check "404 for what there is not" unknown_paths

too_large() {
	status_is 414 "http://$ADDRESS/$(long 30000)" && status_is 431 -H "X: $(long 30000)" "http://$ADDRESS/metrics"
}
check "414 and 431 for what is too large" too_large

safe_in_browsers() {
	local path
	for path in / /metrics /api/summary /nothing; do
		has_header 'X-Content-Type-Options: nosniff' "http://$ADDRESS$path" &&
			has_header "Content-Security-Policy: default-src 'none';.*frame-ancestors 'none'" "http://$ADDRESS$path" &&
			has_header 'Cache-Control: no-store' "http://$ADDRESS$path" || return
	done
	has_header 'Content-Type: application/json' "http://$ADDRESS/api/summary"
}
check "headers that keep a browser from guessing, framing, storing" safe_in_browsers

by_address_only() {
	local host
	for host in evil.example evil.example:9436 127.0.0.1.evil.example localhost.evil.example '[::1' '[::1]x'; do
		status_is 421 -H "Host: $host" "http://$ADDRESS/api/summary" || return
	done
	status_is 421 -H "Host;" "http://$ADDRESS/api/summary" || return
	for host in localhost LOCALHOST:1 127.0.0.1 127.0.0.1:9436 '[::1]:9436'; do
		status_is 200 -H "Host: $host" "http://$ADDRESS/api/summary" || return
	done
}
check "on loopback, not by a name that anybody may point there" by_address_only

stays_on_loopback() { ! in_client curl -sfo /dev/null --connect-timeout 2 "http://10.77.0.2:9436/metrics"; }
check "nobody else reaches it unless --listen says so" stays_on_loopback

# ---- slow and hostile clients --------------------------------------------------------

check "one who asks, or takes the answer, too slowly is cut" in_server $HERE/slow_client.py "$ADDRESS" 10

open_files() { ls "/proc/${pid_of[daemon]}/fd" | wc -l; }
idle_files=$(open_files)
start_in_server hostile $HERE/hostile.py "$ADDRESS" 100
await_line "$WORK/hostile.err" 'at it' hostile || exit 1
scrapes() { # and says how long they took
	in_server $HERE/scrapes.py "$@" >"$WORK/scrapes" || { cat "$WORK/scrapes"; return 1; }
}
check "$SCRAPES scrapes among 100 slow or hostile clients: half within 100 ms" scrapes "$ADDRESS" "$SCRAPES" 100
echo "# $(cat "$WORK/scrapes")"
start_in_server more $HERE/hostile.py "$ADDRESS" 300
await_line "$WORK/more.err" 'at it' more || exit 1
check "$SCRAPES scrapes among 400, more than there is room for: half within 100 ms" scrapes "$ADDRESS" "$SCRAPES" 100
echo "# $(cat "$WORK/scrapes")"
held=$(open_files)
check "no more connections than it allows" [ $((held - idle_files)) -le 160 ]
stop hostile TERM
stop more TERM
back_to_idle() { [ "$(open_files)" -le "$idle_files" ]; }
check "afterwards it holds none" await back_to_idle
check "and goes on" answers

# ---- the survey -------------------------------------------------------------------------

check "timewait, leaks, top, /api/summary and the metrics say the same of ports and half-closed ends" \
	in_server $HERE/surveyed.py "$ADDRESS" 20 "$BUILD/xdp-tcpstate" -- --pin "$PINS"
stop hold TERM
stop open TERM
stop peer TERM

# ---- where it listens ------------------------------------------------------------------

port_in_use() {
	in_server "$BUILD/xdp-tcpstate" run -i server0 --pin "$PINS-2" --listen "$ADDRESS" >"$WORK/second" 2>&1
	[ $? -eq 1 ] && grep -q "$ADDRESS: that port is in use" "$WORK/second" || { cat "$WORK/second"; return 1; }
}
check "a port in use is an error that says so" port_in_use
bad_addresses() {
	local bad
	for bad in '' : 127.0.0.1 127.0.0.1: 127.0.0.1:x 127.0.0.1:70000 ::1:9436 '[::1]' '[::1]9436' \
		host.example:80 1.2.3:80 -1; do
		in_server "$BUILD/xdp-tcpstate" run -i server0 --pin "$PINS-2" --listen "$bad" >"$WORK/second" 2>&1
		[ $? -eq 2 ] || { echo "--listen '$bad':"; cat "$WORK/second"; return 1; }
	done
}
check "a bad address is a usage error" bad_addresses
stop daemon TERM

listens_at() { # LISTEN, URLs
	local url
	start_in_server daemon "$BUILD/xdp-tcpstate" run -i server0 --pin "$PINS" --listen "$1"
	for url in "${@:2}"; do
		await in_server curl -gsfo /dev/null "http://$url/metrics" && continue
		echo "--listen $1: no $url"; cat "$WORK/daemon.err"
		return 1
	done
	stop daemon TERM
}
addresses() {
	listens_at 9437 127.0.0.1:9437 && listens_at localhost:9437 127.0.0.1:9437 && listens_at '[::1]:9438' '[::1]:9438' &&
		listens_at :9439 127.0.0.1:9439 '[::1]:9439' 10.77.0.2:9439 '[fd77::2]:9439' &&
		listens_at 10.77.0.2:9440 10.77.0.2:9440
}
check "it listens where --listen says: IPv4, IPv6, all, a port alone" addresses

# ---- the same server with the sanitizers ---------------------------------------------------

start_daemon || exit 1
start_in_server sanitized "$BUILD/tests/serve-asan" "$PINS" 127.0.0.1:9441
await_line "$WORK/sanitized.out" listening sanitized || exit 1
start_in_server hostile $HERE/hostile.py 127.0.0.1:9441 200
await_line "$WORK/hostile.err" 'at it' hostile || exit 1
check "AddressSanitizer: scrapes among 200 slow or hostile clients" in_server $HERE/scrapes.py 127.0.0.1:9441 200
check "AddressSanitizer: both formats, with a name that has to be escaped" in_server $HERE/formats.py 127.0.0.1:9441
stop hostile TERM
ends_clean() { stop sanitized TERM && ! [ -s "$WORK/sanitized.err" ] || { head -40 "$WORK/sanitized.err"; return 1; }; }
check "AddressSanitizer: nothing to complain of, no leak" ends_clean

tap_done
