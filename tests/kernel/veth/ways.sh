# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The ways to attach, and what an interface must look like before and after.
. tests/lib/tap.sh
. tests/lib/netns.sh

TCPSTATE=$BUILD/xdp-tcpstate
PINS=/sys/fs/bpf/xdp-tcpstate-test-$$

# Receive hook and transmit hook of each way.
WAYS="xdp-native/tcx xdp-generic/tcx tc/tcx xdp-native/clsact xdp-generic/clsact tc/clsact"

# skips_way WAY: where this kernel cannot (TCX came with Linux 6.6), says so.
skips_way() {
	local release
	release=$(uname -r)
	case $1 in
	*/tcx)
		[ "$(printf '%s\n' 6.6 "$release" | sort -V | head -n 1)" = 6.6 ] && return 1
		skip "$1" "Linux $release has no TCX"
		;;
	*) return 1 ;;
	esac
}

# start_watch WAY OPTION...: at the server's interface, in the background.
start_watch() {
	local way=$1
	shift
	start watch nsenter --net="/run/netns/$SERVER_NS" -- "$TCPSTATE" watch -i server0 --json \
		--hook "${way%/*}" --tx-hook "${way#*/}" "$@"
	await_line "$WORK/watch.err" "$WATCHING" watch
}

# What is configured at both ends of the pair: links, queueing, filters, features.
interfaces() {
	local netns
	for netns in "$CLIENT_NS" "$SERVER_NS"; do
		inside "$netns" ip -details link
		inside "$netns" tc qdisc
		for hook in ingress egress; do
			inside "$netns" tc filter show dev "$(interface_in "$netns")" $hook
		done
		inside "$netns" ethtool -k "$(interface_in "$netns")"
		inside "$netns" bpftool net list
	done 2>/dev/null
}

interface_in() {
	[ "$1" = "$CLIENT_NS" ] && echo client0 || echo server0
}

# attached_is WAY: the programs hang where the way says. (tc(8) lists what hangs at
# a clsact; a TCX link it does not know.)
attached_is() {
	local link egress
	link=$(in_server ip -details link show dev server0)
	egress=$(in_server tc filter show dev server0 egress 2>/dev/null)
	case $1 in
	xdp-native/*) [[ $link == *" xdp "* ]] ;;
	xdp-generic/*) [[ $link == *" xdpgeneric "* ]] ;;
	tc/*) [[ $link != *" xdp"* ]] ;;
	esac || { echo "not attached by ${1%/*}: $link"; return 1; }
	case $1 in
	*/clsact) [[ $egress == *bpf* ]] ;;
	*/tcx) [ -z "$egress" ] ;;
	esac || { echo "not attached by ${1#*/}: '$egress'"; return 1; }
}

# while_watching COMMAND...: it succeeds, and watch is still alive after it.
while_watching() {
	"$@" || return
	runs "${pid_of[watch]}" || { cat "$WORK/watch.err"; echo "watch has ended"; return 1; }
}

# unchanged: the interfaces are as interfaces() found them ($WORK/before).
unchanged() {
	interfaces >"$WORK/after"
	diff "$WORK/before" "$WORK/after"
}

traffic() {
	"$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" "$@" >"$WORK/traffic.out"
}
