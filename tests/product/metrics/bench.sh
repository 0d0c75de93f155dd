#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What a scrape costs with 1 flow in the table, and with 100,000.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh

PINS=/sys/fs/bpf/tcpstate-metrics-$$
ADDRESS=127.0.0.1:9436
FLOWS=100000
SCRAPES=${SCRAPES:-1000}

make_path
start daemon nsenter --net="/run/netns/$SERVER_NS" -- "$BUILD/xdp-tcpstate" run -i server0 --pin "$PINS" \
	--max-flows 200000
answers() { in_server curl -sfo /dev/null "http://$ADDRESS/metrics"; }
await answers || { cat "$WORK/daemon.err" >&2; exit 1; }

table_entries() {
	in_server curl -s "http://$ADDRESS/metrics" | awk '/^tcpstate_table_entries/ { n += $2 } END { print n }'
}

# Microseconds of the server's thread for each of the scrapes.
cost() {
	in_server tests/product/metrics/scrapes.py "$ADDRESS" 20 >/dev/null # warm
	in_server tests/product/metrics/cost.py "$ADDRESS" "$SCRAPES" "${pid_of[daemon]}"
}

in_client tests/product/cli/syn-flood.py client0 1
few=$(table_entries) few_cost=$(cost)
in_client tests/product/cli/syn-flood.py client0 $FLOWS
many=$(table_entries) many_cost=$(cost)
awk -v few="$few" -v many="$many" -v few_cost="$few_cost" -v many_cost="$many_cost" 'BEGIN {
	printf "%8s flows: %s us of CPU a scrape\n%8s flows: %s us of CPU a scrape, %.2f times as much\n",
	       few, few_cost, many, many_cost, many_cost / few_cost
}'
