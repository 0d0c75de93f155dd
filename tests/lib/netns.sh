# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Network namespaces of a test's own, and programs in its background. Source
# this with bash; everything it made goes on exit, also after a signal.

if [ "$(id -u)" -ne 0 ]; then
	echo "${0##*/}: this needs root (network namespaces, BPF); try: sudo $0" >&2
	exit 1
fi

BUILD=${BUILD:-build}
PATIENCE=${PATIENCE:-60} # seconds that anything may take before it counts as failed
WORK=$(mktemp -d /tmp/tcpstate-test.XXXXXX)

netns_made=()
declare -A pid_of=()

cleanup() {
	local name
	trap - EXIT
	PATIENCE=5
	for name in "${!pid_of[@]}"; do
		stop "$name" TERM
	done
	for name in "${netns_made[@]}"; do
		ip netns del "$name"
	done
	[ -z "$PINS" ] || rm -rf "$PINS" # of a watch that had to be killed
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- namespaces ----

# make_netns VARIABLE LABEL: a namespace of a name nobody else has.
make_netns() {
	local name="tcpstate-$$-${#netns_made[@]}-$2"
	ip netns add "$name" || exit 1
	netns_made+=("$name")
	# No neighbour discovery, and multicast reports at once, not within a second: only what the test sends.
	inside "$name" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.addr_gen_mode=1 net.ipv6.conf.default.router_solicitations=0 \
		net.ipv6.conf.default.mldv2_unsolicited_report_interval=1
	inside "$name" ip link set lo up || exit 1
	printf -v "$1" %s "$name"
}

# Addresses (10.77.0.N, fd77::N) for one end, and the way to the other by a fixed
# neighbour: no packet is lost while one is being resolved.
address_end() {
	local netns=$1 interface=$2 own=$3 peer=$4 peer_mac=$5
	inside "$netns" ip -batch - <<-END || exit 1
		address add 10.77.0.$own/24 dev $interface
		address add fd77::$own/64 dev $interface nodad
		link set $interface up
		neighbour replace 10.77.0.$peer lladdr $peer_mac dev $interface nud permanent
		neighbour replace fd77::$peer lladdr $peer_mac dev $interface nud permanent
	END
}

CLIENT_MAC=02:00:00:00:77:01
SERVER_MAC=02:00:00:00:77:02

# The kernel brings a link up in its own time; before that packets are lost.
await_links() {
	local netns
	for netns in "$@"; do
		await links_are_up "$netns" || { echo "a link in $netns does not come up" >&2; exit 1; }
	done
}
links_are_up() { ! inside "$1" ip -o link show type veth | grep -qv 'state UP'; }

# CLIENT_NS with the interface client0, SERVER_NS with server0, one veth pair.
make_path() {
	make_netns CLIENT_NS client
	make_netns SERVER_NS server
	ip link add client0 address $CLIENT_MAC netns "$CLIENT_NS" type veth \
		peer name server0 address $SERVER_MAC netns "$SERVER_NS" || exit 1
	address_end "$CLIENT_NS" client0 1 2 $SERVER_MAC
	address_end "$SERVER_NS" server0 2 1 $CLIENT_MAC
	await_links "$CLIENT_NS" "$SERVER_NS"
}

# The same with a relay between two veth pairs (its rules as arguments), in
# which FINs and SYNs cross where the traffic program needs it (its --help).
make_relayed_path() {
	local side
	make_netns CLIENT_NS client
	make_netns SERVER_NS server
	make_netns RELAY_NS relay
	ip link add client0 address $CLIENT_MAC netns "$CLIENT_NS" type veth \
		peer name to-client netns "$RELAY_NS" || exit 1
	ip link add server0 address $SERVER_MAC netns "$SERVER_NS" type veth \
		peer name to-server netns "$RELAY_NS" || exit 1
	for side in to-client to-server; do
		inside "$RELAY_NS" ip link set "$side" up || exit 1
	done
	address_end "$CLIENT_NS" client0 1 2 $SERVER_MAC
	address_end "$SERVER_NS" server0 2 1 $CLIENT_MAC
	await_links "$CLIENT_NS" "$RELAY_NS" "$SERVER_NS"
	start relay nsenter --net="/run/netns/$RELAY_NS" -- "$BUILD/tests/relay" to-client to-server "$@" \
		"${CROSSING_RULES[@]}"
	await_line "$WORK/relay.err" '^relaying' relay
}

# tcp[13], ip6[53]: the flags. FIN: 1, SYN: 2, ACK: 16.
CROSSING_RULES=(
	--cross 'portrange 9100-9299 and (tcp[13] & 18 = 2 or (ip6 and ip6[53] & 18 = 2))'
	--cross '(portrange 9000-9099 or portrange 9200-9299) and (tcp[13] & 1 = 1 or (ip6 and ip6[53] & 1 = 1))'
)

# What watch says on stderr once it is attached, in text and in JSON.
WATCHING='(^|[ "])watching '

# inside NETNS COMMAND...: unlike ip-netns(8)'s exec it leaves /sys, and so the
# BPF file system, as it is.
inside() {
	local netns=$1
	shift
	nsenter --net="/run/netns/$netns" -- "$@"
}
in_client() { inside "$CLIENT_NS" "$@"; }
in_server() { inside "$SERVER_NS" "$@"; }

# ---- programs in the background ----

# start NAME COMMAND...: its output goes to $WORK/NAME.out and .err. A COMMAND that
# is a shell function could not be stopped: inside would be one.
start() {
	local name=$1
	shift
	[ -z "${pid_of[$name]}" ] || stop "$name"
	# Here, not only in the child: nobody may read what an earlier one said.
	: >"$WORK/$name.out"
	: >"$WORK/$name.err"
	"$@" >"$WORK/$name.out" 2>"$WORK/$name.err" </dev/null &
	pid_of[$name]=$!
}

# stop NAME [SIGNAL]: ends it (by force, if it takes too long) and returns its
# exit status.
stop() {
	local pid=${pid_of[$1]} deadline=$((SECONDS + PATIENCE)) forced=
	if [ -z "$pid" ]; then
		echo "stop: $1 was not started, or was stopped before" >&2
		return 1
	fi
	unset "pid_of[$1]"
	{ # bash tells of killed children wherever it notices
		kill -"${2:-INT}" "$pid"
		while runs "$pid"; do
			if [ $SECONDS -ge $deadline ]; then
				forced=1
				kill -KILL "$pid"
			fi
			sleep 0.02
		done
		wait "$pid"
	} 2>/dev/null
	local status=$?
	[ -z "$forced" ] || echo "$1 did not end on SIG${2:-INT}; killed" >&2
	return $status
}

# True while the process is neither gone nor only waiting to be reaped.
runs() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	line=${line##*) }
	[ "${line%% *}" != Z ]
}

# await COMMAND...: until it succeeds; fails after $PATIENCE seconds.
await() {
	local deadline=$((SECONDS + PATIENCE))
	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.02
	done
}

# await_line FILE REGEX [NAME]: until the file has such a line; fails when the
# program of that name has ended without it.
await_line() {
	local deadline=$((SECONDS + PATIENCE)) ended=0
	until grep -qE -- "$2" "$1" 2>/dev/null; do
		if [ $ended = 1 ] || [ $SECONDS -ge $deadline ]; then
			echo "${3:-$1}: no line like '$2' came; the last ones:" >&2
			tail -n 5 "$1" >&2
			return 1
		fi
		[ -z "$3" ] || runs "${pid_of[$3]}" || ended=1
		sleep 0.02
	done
}
