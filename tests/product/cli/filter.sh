# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# FILTER and --track: what is wrong, and where. (What they let through: events.sh, track.sh.)

# points NAME COLUMN REGEX COMMAND...: status 2, and the message points at that column.
points() {
	local name=$1 column=$2 regex=$3 got
	shift 3
	"$@" --json >/dev/null 2>"$WORK/points.err"
	got="$? $(jq -r '"\(.column)"' "$WORK/points.err" 2>/dev/null)"
	if [ "$got" != "2 $column" ]; then
		not_ok "$name" "status and column $got, not 2 $column: $(cat "$WORK/points.err")"
	elif ! jq -r .error "$WORK/points.err" | grep -qE -- "$regex"; then
		not_ok "$name" "said: $(cat "$WORK/points.err")"
	else
		ok "$name"
	fi
}

points "filter: no such word" 1 'expected host, net, port, state, process, pid, cgroup, container or pod, found "hots"; did you mean host' "$XT" flows hots 10.0.0.1
points "filter: no address" 6 '"foo" is not an address' "$XT" flows host foo and port 80
points "filter: a prefix is no host" 6 'is not an address' "$XT" flows host 10.0.0.0/8
points "filter: bad prefix" 5 'is not a prefix' "$XT" flows net 10.0.0.0/33
points "filter: bad IPv6 prefix" 5 'is not a prefix' "$XT" flows net 2001:db8::/129
points "filter: no port" 6 'is not a port' "$XT" flows port http
points "filter: port too large" 6 'is not a port' "$XT" flows port 65536
points "filter: range backwards" 6 'is not a port' "$XT" flows port 90-80
points "filter: empty item" 9 'expected a port or range' "$XT" flows port 80,,90
points "filter: no state" 7 'did you mean TIME_WAIT' "$XT" flows state TIMEWAIT
points "filter: value missing" 5 'needs a value' "$XT" flows port
points "filter: no pid" 5 'is not a process id' "$XT" flows pid nginx
points "filter: pid 0" 5 'is not a process id' "$XT" flows pid 0
points "filter: a pid too large" 5 'is not a process id' "$XT" flows pid 4294967296
points "filter: no path" 8 'is not the path of a cgroup' "$XT" flows cgroup nginx.service
points "filter: container missing" 13 'expected the beginning of a container' "$XT" flows 'container a,,b and port 80'
says "filter: a capture does not say whose it is" 2 'does not say whose' "$XT" replay /dev/null 'port 80 or not process nginx'
points "filter: test missing" 12 'expected host, net, port, state, process, pid, cgroup, container or pod' "$XT" flows port 80 and
points "filter: joint missing" 9 'expected and, or, or the end, found "host"' "$XT" flows port 80 host 10.0.0.1
points "filter: never closed" 1 'never closed' "$XT" flows '(port 80'
points "filter: never opened" 8 'never opened' "$XT" flows 'port 80)'
points "filter: src alone" 4 'expected host, net, port, state, process, pid, cgroup, container or pod' "$XT" flows src
points "filter: 100 parentheses" 66 'levels deep' "$XT" flows "$(printf '%.0s(' {1..100})port 80"

points "--track: no such word" 1 'expected net, host, port or all' "$XT" track nets 10.0.0.0/8
points "--track: or" 16 'only "and" joins' "$XT" track 'net 10.0.0.0/8 or port 80'
points "--track: twice" 13 'in one list' "$XT" track 'port 80 and port 90'
points "--track: all and more" 5 'nothing goes with' "$XT" track 'all port 80'
points "--track: bad port" 6 'expected a port' "$XT" track 'port x'
points "--track: value missing" 4 'needs a value' "$XT" track net
points "--track: nothing at all" 1 'expected net, host, port or all' "$XT" watch -i lo --track ''
