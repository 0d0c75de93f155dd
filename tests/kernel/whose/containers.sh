# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Two containers with a server each; one of them never closes. The host's daemon has given up its capabilities before either starts.

DOCKER_PATH=/system.slice/docker-$DOCKER_ID.scope
POD_PATH=/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_UID//-/_}.slice/cri-containerd-$POD_ID.scope
if ! make_cgroup $DOCKER_PATH || ! make_cgroup $POD_PATH; then
	skip containers "cgroups of v2 can't be made here: $(tail -n 1 "$WORK/mkdir" 2>/dev/null || echo 'it is not mounted')"
	return
fi

# box NAME NETNS CGROUP ARGUMENT...: app.py in namespaces of its own, as process 1.
box() {
	local name=$1 netns=$2 cgroup=$3
	shift 3
	start "$name" bash -c 'echo $$ >"$1" && exec unshare --cgroup --pid --fork --kill-child=KILL nsenter --net="$2" -- "${@:3}"' \
		bash "$CGROUPS$cgroup/cgroup.procs" "/run/netns/$netns" "$PYTHON" "$APP" "$@"
	await_line "$WORK/$name.out" ready "$name"
}
# The pid on the host of what runs inside: the child of unshare.
pid_inside() { pgrep -P "${pid_of[$1]}"; }

observe boxes || { not_ok containers "the daemon does not start"; return; }

equal "containers: the daemon has no capability" 0000000000000000 \
	"$(sed -n 's/^CapEff:\t//p' "/proc/${pid_of[boxes]}/status")"
box docker "$BOX1_NS" $DOCKER_PATH web serve 10.88.1.2 80 hold
box pod "$BOX2_NS" "$POD_PATH" leaky serve 10.88.2.2 80 hold
app keeps "$HOST_NS" visitor connect 10.88.1.2 80 2
app leaves "$HOST_NS" guest connect 10.88.2.2 80 3 close

# What the daemon itself has found out: without a walk of ours.
known() { report boxes flows --json container "${POD_ID:0:12}" and state CLOSE_WAIT | grep -q .; }
check "containers: known within some seconds" await known
leaks() { report boxes leaks --older 0.001 "$@" state CLOSE_WAIT; }
await eval '[ -n "$(leaks --json)" ]'
equal "containers: one leak, named by process, container and pod" \
	"3 leaky $(pid_inside pod) $POD_ID containerd $POD_UID $POD_PATH" \
	"$(leaks --json | grep CLOSE_WAIT | rows count process.comm process.pid container.id container.runtime pod.uid cgroup)"
check "containers: the same in text" grep -q "leaky ($(pid_inside pod)) in containerd ${POD_ID:0:12} of pod $POD_UID" <(leaks)
equal "containers: flows of the other one" "web docker $DOCKER_ID $(stat -L -c %i "/run/netns/$BOX1_NS") ~" \
	"$(report boxes flows --json container "$DOCKER_ID" | rows responder.process.comm responder.container.runtime responder.container.id responder.netns responder.pod)"
equal "containers: by process, pid, pod and cgroup" "2 2 3 3 5 0 0" "$(for words in 'process web' "pid $(pid_inside docker)" \
	"pod ${POD_UID:0:8}" 'cgroup /kubepods.slice' 'not process nobody' 'cgroup /kube' 'src process web'; do
	report boxes flows --json "$words" | wc -l
done | xargs)"
stop leaves TERM
stop pod KILL
stop docker KILL
stop keeps TERM
stop boxes TERM
