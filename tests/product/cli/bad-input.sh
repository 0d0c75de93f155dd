# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What is wrong on the command line or with the machine: one sentence to act on, status 2 or 1.

"$XT" >"$WORK/out" 2>"$WORK/err"
if [ $? -eq 2 ] && grep -q 'which command' "$WORK/err" && grep -q 'watch ' "$WORK/out"; then
	ok "no command: status 2, and the list of them"
else
	not_ok "no command: status 2, and the list of them" "$(head -n 1 "$WORK/err")"
fi
says "unknown command, with the one meant" 2 'did you mean watch\?' "$XT" wach
says "unknown command far from any" 2 '"xdp-tcpstate --help" lists' "$XT" frobnicate
says "unknown option, with the one meant" 2 'did you mean --json\?' "$XT" watch --jsn
says "unknown option far from any" 2 'unknown option --frobnicate' "$XT" watch --frobnicate
says "unknown letter" 2 'unknown option -z' "$XT" watch -z
says "an option of another command" 2 'unknown option --hook' "$XT" flows --hook tc
says "a value is missing" 2 '--interface needs a value: --interface IFACE' "$XT" watch -i
says "a value where none goes" 2 '--json takes no value' "$XT" watch --json=1
says "arguments where none go" 2 'status takes no arguments' "$XT" status now
says "no interface" 2 'which interface\?' "$XT" watch
says "no such interface, and which there are" 1 'no interface "nope" .* there are: .*lo' "$XT" watch -i nope
says "a name too long for an interface" 1 'no interface "averyveryverylongname"' "$XT" watch -i averyveryverylongname
says "one of several does not exist" 1 'no interface "nope"' "$XT" watch -i lo,nope
says "lo has no transmit side" 2 'watched on receive only' "$XT" watch -i lo --direction tx
says "bad hook" 2 'expected one of xdp, xdp-native, xdp-generic, tc' "$XT" watch -i lo --hook ebpf
says "bad direction" 2 'expected one of both, rx, tx' "$XT" watch -i lo --direction in
says "bad number" 2 '--max-flows 12k: expected a number' "$XT" watch -i lo --max-flows 12k
says "no flows at all" 2 '--max-flows 0: expected a number' "$XT" watch -i lo --max-flows 0
says "negative number" 2 '--count -3: expected a number' "$XT" watch -i lo --count -3
says "bad seconds" 2 '--msl soon: expected seconds' "$XT" watch -i lo --msl soon
says "seconds that are no number" 2 '--msl nan: expected seconds' "$XT" watch -i lo --msl nan
says "bad state in --timeout" 2 '"open" is neither a state' "$XT" watch -i lo --timeout open=3
says "--timeout without seconds" 2 'expected STATE=SECONDS' "$XT" watch -i lo --timeout established
says "a budget that is no number" 2 '--unconfirmed-events few: expected a number' "$XT" watch -i lo --unconfirmed-events few
says "a size that is none" 2 '--events-max-size 5X: expected a number of bytes, such as' "$XT" run -i lo --events-max-size 5X
says "a size that is too large" 2 '--events-max-size 99999999999G: expected' "$XT" run -i lo --events-max-size 99999999999G
says "a bound that leaves no room" 2 'each of 4 files .--events-keep. has less than 128 KiB' "$XT" run -i lo --events-max-size 500K
says "bad event kind" 2 '"states" is none of' "$XT" watch -i lo --events states
says "ring size that is no power of two" 2 'powers of two' "$XT" watch -i lo --ring 100
says "a table that does not fit" 1 'takes [0-9]+ MiB of kernel memory.*--max-flows [0-9]+' "$XT" watch -i lo --max-flows 1073741824
says "pins outside a BPF file system" 1 'is no BPF file system.*mount -t bpf' "$XT" watch -i lo --pin /tmp/tcpstate-nowhere
says "relative pin directory" 2 'expected a path that starts with /' "$XT" watch -i lo --pin=here

# JSON errors are one object on stderr, nothing on stdout.
for arguments in "watch -i nope" "wach" "watch -i lo host" "flows --pin $PIN-none"; do
	# shellcheck disable=SC2086
	"$XT" $arguments --json >"$WORK/out" 2>"$WORK/err"
	if [ ! -s "$WORK/out" ] && jq -e '.error | length > 10' "$WORK/err" >/dev/null 2>&1; then
		ok "--json: error of \"$arguments\" is an object"
	else
		not_ok "--json: error of \"$arguments\" is an object" "$(head -n 1 "$WORK/err")"
	fi
done

# Nobody's own copy: $WORK is closed to others.
chmod 711 "$WORK"
install -m 755 "$XT" "$WORK/xdp-tcpstate"
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
for arguments in "watch -i lo" "watch -i lo --pin $PIN" "verify" "detach"; do
	# shellcheck disable=SC2086
	says "not root: $arguments" 1 'no permission.*(sudo|root)' as_nobody "$WORK/xdp-tcpstate" $arguments
done

for command in flows states status track; do
	says "nothing runs: $command" 1 'no xdp-tcpstate has its pins in .*watch -i IFACE --pin' "$XT" $command --pin "$PIN-none"
done
prints "nothing runs: detach is done" 'nothing to detach' "$XT" detach --pin "$PIN-none"

prints "--version" '^xdp-tcpstate [0-9]' "$XT" --version
prints "--help lists the commands" '^ +detach ' "$XT" --help
for command in watch flows states status track detach verify; do
	prints "$command --help" "^Usage: xdp-tcpstate $command" "$XT" $command --help
done
prints "help COMMAND" '^Usage: xdp-tcpstate flows' "$XT" help flows

if [ ! -e /dev/full ]; then
	skip "output that can't be written" "no /dev/full"
else
	start full nsenter --net="/run/netns/$SERVER_NS" -- bash -c "exec '$XT' watch -i server0 --duration 5 >/dev/full"
	await eval '! runs "${pid_of[full]}"'
	stop full
	[ $? -eq 1 ] && grep -q 'writing the output: No space left' "$WORK/full.err" && ok "output that can't be written" ||
		not_ok "output that can't be written" "$(tail -n 1 "$WORK/full.err")"
fi
