#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [PART...]: whose a connection is. A host with two containers (network, PID and cgroup namespaces, in
# cgroups as Docker with systemd and containerd under Kubernetes lay them out), and processes of its own.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

export XDP_TCPSTATE=${XDP_TCPSTATE:-$PWD/$BUILD/xdp-tcpstate} PYTHONDONTWRITEBYTECODE=1
PYTHON=/usr/bin/python3
PARTS=(containers own gone)
PINS=/sys/fs/bpf/tcpstate-whose-$$
APP=$PWD/tests/kernel/whose/app.py
DOCKER_ID=3f2a9c0b1d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8091a2b3c4d5e6f7
POD_ID=a81bc81dead4e5d0abff90865d1e13b1a81bc81dead4e5d0abff90865d1e13b1
POD_UID=8a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9

# The second is where Docker and the kubelet have cgroup v2 beside v1.
for CGROUPS in /sys/fs/cgroup /sys/fs/cgroup/unified none; do
	[ ! -f "$CGROUPS/cgroup.procs" ] || break
done
cgroups_made=()

# make_cgroup PATH: with the directories above it, of which those that are new go afterwards.
make_cgroup() {
	local path=$CGROUPS name
	for name in ${1//\// }; do
		path+=/$name
		[ -d "$path" ] || { mkdir "$path" 2>"$WORK/mkdir" && cgroups_made=("$path" "${cgroups_made[@]}"); } || return 1
	done
}

tidy() {
	local dir
	for dir in "$PINS"-*; do
		[ ! -d "$dir" ] || "$XDP_TCPSTATE" detach --pin "$dir" >/dev/null 2>&1
	done
	for dir in "${!pid_of[@]}"; do
		stop "$dir" KILL 2>/dev/null # unshare(1) and process 1 take no other
	done
	for dir in "${cgroups_made[@]}"; do
		await rmdir "$dir" 2>/dev/null
	done
}
trap 'tidy; cleanup' EXIT

# host NAME PEER ADDRESS: a namespace of that name with eth0, and NAMEh in the host's.
attach_box() {
	ip link add "$2h" netns "$HOST_NS" type veth peer name eth0 netns "$1" || exit 1
	ip -n "$HOST_NS" address add "$3.1/24" dev "$2h"
	ip -n "$1" address add "$3.2/24" dev eth0
	ip -n "$HOST_NS" link set "$2h" up
	ip -n "$1" link set eth0 up
}

make_netns HOST_NS host
make_netns BOX1_NS box1
make_netns BOX2_NS box2
attach_box "$BOX1_NS" box1 10.88.1
attach_box "$BOX2_NS" box2 10.88.2
await_links "$HOST_NS" "$BOX1_NS" "$BOX2_NS"
in_host() { inside "$HOST_NS" "$@"; }

# observe NAME OPTION...: the daemon of the host, ready, its events in $WORK/NAME.events. It looks at processes each second.
observe() {
	local name=$1
	shift
	start "$name" nsenter --net="/run/netns/$HOST_NS" -- "$XDP_TCPSTATE" run -i box1h -i box2h --listen none \
		--events-file "$WORK/$name.events" --pin "$PINS-$name" --max-flows 4096 "$@"
	await_line "$WORK/$name.err" "$WATCHING" "$name"
}

# app NAME NETNS ARGUMENT...: app.py, ready.
app() {
	local name=$1 netns=$2
	shift 2
	start "$name" nsenter --net="/run/netns/$netns" -- "$PYTHON" "$APP" "$@"
	await_line "$WORK/$name.out" ready "$name"
}

# report NAME WORD...: of the instance NAME.
report() {
	local name=$1 command=$2
	shift 2
	in_host "$XDP_TCPSTATE" "$command" --pin "$PINS-$name" "$@"
}

# rows KEY...: what rows.py makes of the JSON lines on stdin.
rows() { "$PYTHON" tests/kernel/whose/rows.py "$@"; }

run_parts tests/kernel/whose "$@"
tap_done
