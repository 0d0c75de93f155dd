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

points "filter: no such word" 1 'expected a test, .*, found "hots"; did you mean host' "$XT" flows hots 10.0.0.1
points "filter: no address" 6 '"foo" is not an address' "$XT" flows host foo and port 80
points "filter: a prefix is no host" 6 'is not an address' "$XT" flows host 10.0.0.0/8
points "filter: bad prefix" 5 'is not a prefix' "$XT" flows net 10.0.0.0/33
points "filter: bad IPv6 prefix" 5 'is not a prefix' "$XT" flows net 2001:db8::/129
points "filter: no port" 6 'is not a port' "$XT" flows port nosuchservice
points "filter: port too large" 6 'is not a port' "$XT" flows port 65536
points "filter: range backwards" 6 'is not a port' "$XT" flows port 90-80
points "filter: empty item" 9 'expected a port, a range' "$XT" flows port 80,,90
points "filter: no state" 7 'did you mean TIME_WAIT' "$XT" flows state TIMEWAIT
points "filter: value missing" 5 'needs a value' "$XT" flows port
points "filter: no pid" 5 'is not a process id' "$XT" flows pid nginx
points "filter: pid 0" 5 'is not a process id' "$XT" flows pid 0
points "filter: a pid too large" 5 'is not a process id' "$XT" flows pid 4294967296
points "filter: no path" 8 'is not the path of a cgroup' "$XT" flows cgroup nginx.service
points "filter: container missing" 13 'expected the beginning of a container' "$XT" flows 'container a,,b and port 80'
says "filter: a capture does not say whose it is" 2 'does not say whose' "$XT" replay /dev/null 'port 80 or not process nginx'
points "filter: test missing" 12 'expected a test' "$XT" flows port 80 and
points "filter: joint missing" 9 'expected and, or, or the end, found "host"' "$XT" flows port 80 host 10.0.0.1
points "filter: never closed" 1 'never closed' "$XT" flows '(port 80'
points "filter: never opened" 8 'never opened' "$XT" flows 'port 80)'
points "filter: src alone" 4 'expected host, net, port, state or an address' "$XT" flows src
points "filter: of events, on a table" 1 '"kind" .* is told of stray events, and here are only flows.*"strays > 0"' "$XT" flows kind late_data
points "filter: of flows, where --events has none" 1 'here are only stray events: --events chooses' "$XT" watch -i lo --events stray 'bytes > 1M'
points "filter: of strays, in the daemon that tells flows" 1 'here are only flows: watch, run and replay' "$XT" run -i lo --journal 'kind late_data'
points "filter: a time without a unit" 7 '"5" needs a unit' "$XT" top --json 'age > 5'
points "filter: no host" 6 "looking it up as a host's name" "$XT" states host no_such_host.invalid
points "filter: ss, an address with a port" 5 'did you mean "dst host 10.0.0.1 and dst port 443"' "$XT" flows dst 10.0.0.1:443
points "filter: tcpdump, another protocol" 1 'only TCP is followed' "$XT" flows udp port 53
points "filter: not built" 1 'where a reset came from is not told' "$XT" watch -i lo origin middlebox
points "filter: 100 parentheses" 66 'levels deep' "$XT" flows "$(printf '%.0s(' {1..100})port 80"

points "--track: no such word" 1 'expected net, host, port or all' "$XT" track nets 10.0.0.0/8
points "--track: or" 16 'only "and" joins' "$XT" track 'net 10.0.0.0/8 or port 80'
points "--track: twice" 13 'in one list' "$XT" track 'port 80 and port 90'
points "--track: all and more" 5 'nothing goes with' "$XT" track 'all port 80'
points "--track: bad port" 6 'expected a port' "$XT" track 'port x'
points "--track: the same both ways" 20 'port is told once' "$XT" track 'port 22-80 and not port 80'
points "--track: not alone" 4 'expected net, host or port after not' "$XT" track not
points "--track: value missing" 4 'needs a value' "$XT" track net
points "--track: nothing at all" 1 'expected net, host, port or all' "$XT" watch -i lo --track ''
