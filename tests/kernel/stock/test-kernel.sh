#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# make test-kernel: the tool under Debian 12's stock 6.1 kernel, emulated.
#
# Runs watch-all.sh here and in the guest, and compares what watch told of the
# same connections (compare.py says what may differ). In the guest, the verifier
# must also accept every program. Left in build/kernel/ for a closer look:
# serial.log (console), results, guest/ and host/ (events), one boot's worth.

cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/stock/guest.sh
. tests/lib/tap.sh

BUILD=${BUILD:-build}
GUEST_SECONDS=600
guest=$KB/guest host=$KB/host root=$KB/root-test

# Results as the guest printed them, into one file a section: guest/NAME, and
# its exit status in guest/NAME.status. A section that has no end gets none.
split_results()
{
	awk -v at="$guest/" '
		/^@@ end / { if (name != "") { print $3 > (at name ".status"); close(at name) } name = ""; next }
		/^@@ / { name = $2; printf "" > (at name); next }
		name != "" { print > (at name) }' $KB/results
}

# take LABEL FILE: the TAP lines of a script that ran elsewhere, as ours.
take()
{
	local line
	while IFS= read -r line; do
		case $line in
		"ok "*)		ok "$1: ${line#ok }" ;;
		"not ok "*)	line=${line#not ok }; not_ok "$1: ${line%%: *}" "${line#*: }" ;;
		"skip "*)	line=${line#skip }; skip "$1: ${line%%: *}" "${line#*: }" ;;
		esac
	done < "$2"
}

# section NAME: the guest got to the end of it, with status 0.
section()
{
	local status
	status=$(cat "$guest/$1.status" 2>/dev/null)
	if [ "$status" = 0 ]; then
		ok "guest: $1"
	else
		not_ok "guest: $1" "${status:+exit status $status: }$(tail -n 1 "$guest/$1" 2>/dev/null || echo 'never begun')"
	fi
}

# programs LABEL FILE: the verdicts of load-each. Accepted is not enough: less than
# half of what the verifier is ready to process, so that the next change fits too.
programs()
{
	local line name count
	while IFS= read -r line; do
		case $line in
		"ok "*)
			name=${line#ok }
			count=${line##*processed }
			count=${count%% *}
			if [ "$count" -lt 500000 ]; then
				ok "$1: ${name%%: *}, $count instructions processed"
			else
				not_ok "$1: ${name%%: *}" "$count instructions processed of 1000000"
			fi ;;
		"not ok "*)
			line=${line#not ok }
			not_ok "$1: ${line%%: *}" "${line#*: }" ;;
		"# "* | *" passed, "*) ;;
		*) echo "    $line" ;; # the verifier's log
		esac
	done < "$2"
	grep -q ' passed, ' "$2" || not_ok "$1" "it did not get to its end"
}

guest_lock
rm -rf $guest $host
mkdir -p $guest $host
guest_prepare || { not_ok "kernel" "cannot get Debian's 6.1 kernel"; tap_done; exit 1; }

guest_root $root && guest_add $root "$(command -v bash)" &&
guest_add $root $BUILD/xdp-tcpstate /build/xdp-tcpstate &&
guest_add $root $BUILD/tests/traffic /build/tests/traffic &&
guest_add $root $BUILD/tests/relay /build/tests/relay &&
guest_add $root $BUILD/tests/socket-states /build/tests/socket-states &&
mkdir -p $root/tests/kernel/stock && cp -r tests/lib $root/tests/ &&
cp tests/kernel/stock/{hooked.sh,watch-all.sh,instance.sh,adopt.sh,constants} $root/tests/kernel/stock/ &&
guest_add $root build/kernel/load-each && cp build/xdp_tcpstate.bpf.o $root/object.bpf.o && cp tests/kernel/stock/init $root/init ||
	{ not_ok "guest" "cannot make its root file system"; tap_done; exit 1; }

BUILD=$BUILD tests/kernel/stock/watch-all.sh $host > $host/watch-all
BUILD=$BUILD tests/kernel/stock/instance.sh > $host/instance
BUILD=$BUILD tests/kernel/stock/adopt.sh > $host/adopt
take host $host/watch-all
take "host: instance" $host/instance
take "host" $host/adopt

if guest_boot $root $GUEST_SECONDS; then
	ok "guest: boots and ends"
else
	not_ok "guest: boots and ends" "see $KB/serial.log"
fi
split_results
sed 's/^/# /' $guest/kernel $guest/verify
section kernel
section verify
while read -r name constants; do
	build/kernel/load-each -l 8 build/xdp_tcpstate.bpf.o $constants > $host/programs-$name
	programs "host: $name" $host/programs-$name
	programs "guest: $name" $guest/programs-$name
done < <(grep -v '^#' tests/kernel/stock/constants)
section oops
take guest $guest/watch-all
take "guest: instance" $guest/instance
take "guest" $guest/adopt
for script in watch-all instance adopt; do
	grep -qE '^[0-9]+ passed' $guest/$script ||
		not_ok "guest: $script" "it did not get to its end: $(tail -n 1 $guest/$script)"
done
for connections in $guest/*.connections; do
	[ -f "$connections" ] || continue
	hooks=${connections%.connections}
	check "guest: $(basename "$hooks"): agrees with the kernel's own sockets" \
		tests/kernel/oracle/compare.py "$connections" "$hooks.sockets" "$hooks.events"
done
tests/kernel/stock/compare.py $guest $host > $KB/compared
take "guest and host" $KB/compared
tap_done
