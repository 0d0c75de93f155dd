# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The package, installed where a real systemd runs (in namespaces, over a copy of this machine's root in memory), and
# its units at work there: ready, reload, restart, kill -9, the watchdog, upgrade, stop, remove.
CGROUP=tcpstate-boot-$$

# inside the booted system
# (--root: the namespace's own may be another, where this machine's root is a chroot.)
in_boot() { nsenter --target "$INIT" --mount --root --wd --pid --cgroup --uts --ipc --net -- "$@"; }
# systemctl that does not wait for ever
ctl() { in_boot timeout 60 systemctl --no-pager "$@"; }
property() { ctl show --value -p "$1" "${2:-xdp-tcpstate.service}"; }
is() { [ "$(property "$1" "$3")" = "$2" ] || { echo "$1 is $(property "$1" "$3"), not $2"; why; return 1; }; }
why() {
	in_boot tail -n 5 /run/xdp-tcpstate.err
	ctl status xdp-tcpstate.service 2>&1 | tail -n 12
}

# With its first process all others of a PID namespace end. unshare(1) heeds no SIGTERM; it ends with its child.
down() {
	[ -n "$INIT" ] || return
	kill -KILL "$INIT" 2>/dev/null
	await eval '! runs "${pid_of[systemd]}"'
	unset "pid_of[systemd]"
	await no_cgroup 2>/dev/null
}
no_cgroup() {
	unshare --mount bash -c 'mount -t cgroup2 cgroup2 "$1" && [ ! -d "$1/$2" ] || find "$1/$2" -depth -type d -exec rmdir {} +' _ \
		"$WORK/boot" "$CGROUP"
}

up() {
	local status
	mkdir -p "$WORK/boot"
	start systemd nsenter --net="/run/netns/$SERVER_NS" -- unshare --mount --pid --uts --ipc --fork --kill-child \
		"$PWD/$HERE/boot-init.sh" "$WORK/boot" "$CGROUP" "$DEB"
	is_up() {
		runs "${pid_of[systemd]}" || return 0
		INIT=$(cat "/proc/${pid_of[systemd]}/task/${pid_of[systemd]}/children" 2>/dev/null)
		INIT=${INIT% }
		[ -n "$INIT" ] && [ "$(tr -d '\0' <"/proc/$INIT/comm")" = systemd ] && in_boot systemctl -q is-active basic.target
	}
	await is_up 2>/dev/null
	runs "${pid_of[systemd]}" && return
	wait "${pid_of[systemd]}"
	status=$?
	unset "pid_of[systemd]"
	cat "$WORK/systemd.err"
	return $status
}

install_package() { in_boot dpkg --no-triggers --force-confold -i /run/package.deb >"$WORK/dpkg.out" 2>&1 || { tail "$WORK/dpkg.out"; return 1; }; }

metric() {
	in_boot $PYTHON -c '
import re, sys, urllib.request
text = urllib.request.urlopen("http://127.0.0.1:%s/metrics" % sys.argv[2], timeout=10).read().decode()
print(re.search(r"^%s (\S+)$" % re.escape(sys.argv[1]), text, re.M)[1])' "$1" "${2:-9436}"
}
adoptions() { [ "$(metric tcpstate_adoptions_total)" = "$1" ] || { echo "adoptions: $(metric tcpstate_adoptions_total), not $1"; why; return 1; }; }

# The connection that was opened first is in the table, with the same number.
has_held() {
	local flow
	flow=$(in_boot xdp-tcpstate flows --json dst port 7000 | jq -r 'select(.initiator.state == "ESTABLISHED") | .flow')
	[ -n "$flow" ] && [ "$flow" = "${held_flow:=$flow}" ] || { echo "flow \"$flow\", not \"$held_flow\""; in_boot xdp-tcpstate flows; return 1; }
}
held_by_another() { [ "$(property MainPID)" != "$1" ] && [ "$(property ActiveState)" = active ]; }
nothing_left() {
	! in_boot ls /sys/fs/bpf | grep -v '\.debug$' && ! in_server "$BPFTOOL" net | grep -E 'tcpstate|server0' &&
		! in_server tc filter show dev server0 ingress | grep . && ! in_server tc filter show dev server0 egress | grep .
}
configure() { in_boot tee /etc/xdp-tcpstate.conf >/dev/null; }

system_at_work() {
	local pid
	check "boot: a root of its own" in_boot test -f /run/package.deb || return
	check "boot: the package is installed" install_package || return
	check "boot: not enabled by that" [ "$(ctl is-enabled xdp-tcpstate.service)" = disabled ]
	check "boot: not started by that" is ActiveState inactive

	# Faster than an admin would want it; and what the filter of system calls refuses is deadly, and so is seen.
	in_boot mkdir -p /etc/systemd/system/xdp-tcpstate.service.d /etc/systemd/system/xdp-tcpstate@.service.d
	for unit in xdp-tcpstate xdp-tcpstate@; do
		printf '[Service]\n%s\n' RestartSec=200ms WatchdogSec=4s SystemCallErrorNumber=kill \
			StandardError=append:/run/xdp-tcpstate.err |
			in_boot tee /etc/systemd/system/$unit.service.d/test.conf >/dev/null
	done
	ctl daemon-reload

	check "boot: without an interface it does not start" eval '! ctl start xdp-tcpstate'
	check "boot: ...says so with status 2" is ExecMainStatus 2
	check "boot: ...and is not started again" is NRestarts 0
	ctl reset-failed xdp-tcpstate

	printf '%s\n' 'interface = server0' 'hook = tc' 'events-file = /var/log/xdp-tcpstate/events.ndjson' 'events = state,flow' 'max-flows = 4096' | configure
	check "boot: starts, and is ready" ctl start xdp-tcpstate || { why; return; }
	check "boot: is active" is ActiveState active
	check "boot: its log's directory is closed to others" [ "$(in_boot stat -c %a /var/log/xdp-tcpstate)" = 750 ]
	start server nsenter --net="/run/netns/$SERVER_NS" -- $PYTHON tests/product/cli/hold.py --serve 7000
	await_line "$WORK/server.out" ready server
	start client nsenter --net="/run/netns/$CLIENT_NS" -- $PYTHON tests/product/cli/hold.py 10.77.0.2 7000 1 open
	await_line "$WORK/client.out" ready client
	held_flow=
	check "boot: it tracks" await has_held
	check "boot: it answers /metrics" adoptions 0
	check "boot: it writes events" await in_boot grep -q ESTABLISHED /var/log/xdp-tcpstate/events.ndjson

	pid=$(property MainPID)
	check "boot: logrotate's file is one" in_boot logrotate --debug /etc/logrotate.d/xdp-tcpstate
	in_boot logrotate --force --state /run/logrotate.state /etc/logrotate.d/xdp-tcpstate
	check "boot: the log is rotated" await in_boot test -f /var/log/xdp-tcpstate/events.ndjson -a -f /var/log/xdp-tcpstate/events.ndjson.1
	check "boot: reload" ctl reload xdp-tcpstate
	check "boot: reload does not restart" is MainPID "$pid"

	check "boot: restart" ctl restart xdp-tcpstate
	check "boot: restart goes on with the table" has_held
	check "boot: restart takes over" adoptions 1

	pid=$(property MainPID)
	in_boot kill -KILL "$pid"
	check "boot: kill -9: it is started again" await held_by_another "$pid"
	check "boot: kill -9: goes on with the table" has_held
	check "boot: kill -9: takes over" adoptions 2

	pid=$(property MainPID)
	in_boot kill -STOP "$pid"
	check "boot: one that hangs is replaced (watchdog)" await held_by_another "$pid"
	check "boot: watchdog: goes on with the table" has_held

	pid=$(property MainPID)
	check "boot: upgrade" install_package
	check "boot: upgrade: it is another process" held_by_another "$pid"
	check "boot: upgrade: goes on with the table" has_held
	check "boot: upgrade keeps the configuration" in_boot grep -q 'interface = server0' /etc/xdp-tcpstate.conf

	# What can't be gone on with: the service comes up all the same, and says what is lost.
	in_boot sed -i 's/^max-flows.*/max-flows = 8192/' /etc/xdp-tcpstate.conf
	check "boot: restart with another table" ctl restart xdp-tcpstate
	check "boot: ...begins a new one" [ "$(metric tcpstate_table_capacity) $(metric tcpstate_adoptions_total)" = "8192 0" ]
	check "boot: ...and says so" in_boot grep -q 'starting afresh.*lost' /run/xdp-tcpstate.err

	check "boot: stop" ctl stop xdp-tcpstate
	check "boot: stop leaves nothing" nothing_left

	# An instance of the template, with options and hooks of its own (the other had tc and what suits transmit).
	echo 'OPTIONS="--hook xdp --tx-hook clsact --listen 127.0.0.1:9437 --max-flows 4096"' | in_boot tee /etc/default/xdp-tcpstate-server0 >/dev/null
	check "boot: an instance of the template" ctl start xdp-tcpstate@server0
	check "boot: ...answers where it was told to" [ "$(metric tcpstate_adoptions_total 9437)" = 0 ]
	check "boot: ...goes on after a restart" ctl restart xdp-tcpstate@server0
	check "boot: ...and takes over" [ "$(metric tcpstate_adoptions_total 9437)" = 1 ]

	# Both are taken down with the package; the plain one needs the interface for itself.
	ctl stop xdp-tcpstate@server0
	check "boot: ...leaves nothing" nothing_left
	ctl start xdp-tcpstate@server0
	check "boot: the package is removed" in_boot dpkg --no-triggers -r xdp-tcpstate
	check "boot: removal leaves nothing attached" nothing_left
	check "boot: removal leaves the configuration" in_boot test -f /etc/xdp-tcpstate.conf
	in_boot dpkg --no-triggers -P xdp-tcpstate >/dev/null 2>&1
	check "boot: purge leaves nothing" in_boot bash -c '! ls -d /etc/xdp-tcpstate.conf /var/log/xdp-tcpstate /etc/logrotate.d/xdp-tcpstate 2>/dev/null | grep .'
}

INIT=
trap 'down; [ ! -d "$PIN" ] || "$XT" detach --pin "$PIN" >/dev/null 2>&1; cleanup' EXIT
BPFTOOL=$(PATH=$PATH:/usr/sbin command -v bpftool)
[ -n "$SERVER_NS" ] || make_path
[ -f "$DEB" ] || . $HERE/deb.sh
if [ ! -x /lib/systemd/systemd ]; then
	skip "boot" "no systemd: apt-get install systemd"
elif [ ! -f "$DEB" ]; then
	skip "boot" "no package to install"
else
	up >"$WORK/up.out"
	case $? in
	0)
		ok "boot: systemd starts"
		system_at_work
		down ;;
	77) skip "boot" "systemd can't be started here: $(cat "$WORK/up.out")" ;;
	*) not_ok "boot: systemd starts" "$(cat "$WORK/up.out")" ;;
	esac
fi
