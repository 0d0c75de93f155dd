#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [PART...]: that nobody can use the tool against its host: a user who is at the place of its pins first,
# processes of other PID namespaces, whoever asks its HTTP server.
cd "$(dirname "$0")/../../.." || exit 1
# A BPF file system that anybody may write to is only in a mount namespace of our own.
[ -n "$TCPSTATE_OWN_MOUNTS" ] || TCPSTATE_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/lib/command.sh

PARTS=(squat pids listen peers)
PYTHON=/usr/bin/python3
BPFFS=$WORK/bpf
unprivileged() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

# run_daemon ARGUMENTS...: started in the server's namespace, and ready.
run_daemon() {
	start run nsenter --net="/run/netns/$SERVER_NS" -- "$XT" run "$@"
	await_line "$WORK/run.err" 'watching ' run
}

# left_behind DIR: pins and hooks of an instance that was killed.
left_behind() {
	start left nsenter --net="/run/netns/$SERVER_NS" -- "$XT" watch -i server0 --hook xdp --pin "$1"
	await_line "$WORK/left.err" "$WATCHING" left || exit 1
	stop left KILL
}

chmod 711 "$WORK"
mkdir "$BPFFS"
# As "mount -t bpf bpf DIR" does it.
mount -t bpf -o mode=1777 bpf "$BPFFS" || exit 1
trap 'umount -l "$BPFFS"; cleanup' EXIT
make_path
run_parts tests/product/host "$@"
tap_done
