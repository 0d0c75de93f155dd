# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A full table: what it costs.

FLOWS=131072
in_client tests/product/cli/syn-flood.py client0 $FLOWS
terminal 120 40
top_in_terminal --interval 0.1
many_rows() { screen | grep -oE 'of [0-9]+ ─' | awk '{ exit !($2 > 130000) }'; }
check "a full table is shown" await many_rows
check "it says that it looks less often" await shows 'slowed to'

cpu_ms() {
	local line fields
	read -r line <"/proc/$top_pid/stat"
	# shellcheck disable=SC2206 # a word each
	fields=(${line##*) })
	echo $(((fields[11] + fields[12]) * 1000 / $(getconf CLK_TCK)))
}
before=$(cpu_ms) began=$(date +%s%N)
sleep 8
used=$(($(cpu_ms) - before)) took=$((($(date +%s%N) - began) / 1000000))
percent=$((100 * used / took))
[ $percent -le 15 ] && ok "it takes $percent % of a CPU" || not_ok "it takes no more than 15 % of a CPU" "$percent %"
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$top_pid/status")
[ "$rss" -lt 81920 ] && ok "it takes $((rss >> 10)) MiB" || not_ok "it takes less than 80 MiB" "$((rss >> 10)) MiB"
began=$(date +%s%N)
keys End
at_end() { screen | grep -oE '[0-9]+-[0-9]+ of [0-9]+' | awk -F'[- ]' '{ exit !($2 == $4) }'; }
check "End: the last of them" await at_end
keys g
check "by service" await shows 'services by'
quit_top
