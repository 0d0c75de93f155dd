#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# Ask the verifier of Debian 12's stock 6.1 kernel about a BPF object:
#
#   tests/kernel/stock/try-load.sh [-l LINES] [OBJECT.bpf.o [NAME=VALUE...]]
#
# boots that kernel under qemu and loads every program of the object (default
# build/xdp_tcpstate.bpf.o), each by itself. Prints for each
# "ok NAME: stack depth..., processed N insns", or "not ok NAME: why" and the
# last LINES (default 30) of the verifier's log. Exit status 0 only if all load.
#
# NAME=VALUE sets a constant (const volatile) of the object first, as the
# command would: what a constant switches off, the verifier does not look at.
# tests/kernel/stock/constants has the sets that matter. Ask at least with table_sets=8192
# (the default, 1, makes every index a known number), and once with
# verify_checksum=1 beside it.
#
# The first use fetches the kernel's package (70 MB) into build/kernel/; from
# then on it takes as long as the guest's boot. The same question to the running
# kernel, at once:    build/kernel/load-each OBJECT [NAME=VALUE...]
#
# One guest at a time: a second caller waits (build/kernel/lock).

cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/stock/guest.sh

lines=30
if [ "$1" = -l ]; then
	lines=$2
	shift 2
fi
object=${1:-build/xdp_tcpstate.bpf.o}
shift
guest_lock
make -s build/kernel/load-each && guest_prepare && [ -f "$object" ] ||
	{ echo "not ok $object: nothing to load"; exit 1; }

root=$KB/root-try
guest_root $root &&
guest_add $root build/kernel/load-each &&
cp "$object" $root/object.bpf.o || exit 1
cat > $root/init <<END
#!/bin/sh
. /rc
{
	echo "# \$(uname -r) \$(uname -v)"
	load-each -l $lines /object.bpf.o $*
} >&3 2>&1
finish
END
chmod +x $root/init
guest_boot $root 240 || exit 1
tr -d '\r' < $KB/results
! grep -q '^not ok' $KB/results && grep -q '^ok' $KB/results
