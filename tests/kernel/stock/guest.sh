# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# A guest with Debian 12's stock kernel, for the scripts of this folder to
# source from the root of the tree:
#
#   guest_lock                     wait until no other guest runs
#   guest_prepare                  the kernel and its modules, under build/kernel/
#   guest_root DIR                 a root file system: busybox, ip, tc, nsenter, modules
#   guest_add DIR FILE [PLACE]     one more file, with the libraries it needs
#   guest_boot DIR SECONDS         run DIR/init on the kernel until it powers off
#
# Emulated (TCG), because nested KVM cannot be relied on: a minute or two where
# hardware takes seconds. Two serial lines: ttyS0, the console, ends up in
# build/kernel/serial.log; ttyS1, for results that no kernel message should cut
# in two, in build/kernel/results. No network and no disk.

KB=build/kernel
MODULES_NEEDED="veth sch_ingress cls_bpf tcp_diag" # tcp_diag: traffic asks for states
QEMU=qemu-system-x86_64

guest_say()
{
	echo "# $*" >&2
}

# One guest at a time: whoever comes second waits for the first to end.
guest_lock()
{
	mkdir -p $KB && exec 9>$KB/lock && flock 9
}

guest_packages()
{
	local missing="" pair
	for pair in $QEMU:qemu-system-x86 busybox:busybox-static cpio:cpio depmod:kmod \
		    ip:iproute2 xz:xz-utils python3:python3-minimal; do
		command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
	done
	# ldd fails on what is linked statically; only such a busybox will do.
	! command -v busybox >/dev/null || ! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
		missing="$missing busybox-static"
	[ -z "$missing" ] && return 0
	guest_say "installing:$missing"
	apt-get -q update >&2
	apt-get -q install -y --no-install-recommends $missing >&2
}

guest_kernel_package()
{
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/^  Depends: \(linux-image-6\.1\.[^ ]*\)$/\1/p'
}

# Sets KVER (6.1.0-NN-amd64) and MODULES (the .ko files in the order to load them).
guest_prepare()
{
	local package tree=$KB/tree

	guest_packages || return 1
	if ! [ -f $KB/vmlinux ]; then
		package=$(guest_kernel_package)
		if [ -z "$package" ]; then
			apt-get -q update >&2
			package=$(guest_kernel_package)
		fi
		if [ -z "$package" ]; then
			guest_say "linux-image-amd64 does not depend on a 6.1 kernel here:" \
				"this test wants the packages of Debian 12"
			return 1
		fi
		guest_say "fetching $package"
		rm -rf $tree $KB/*.deb
		# apt's own user may not be allowed to write here: the notice is of no use.
		(cd $KB && apt-get -q download "$package" >/dev/null 2>apt.log) ||
			{ cat $KB/apt.log >&2; return 1; }
		dpkg -x $KB/"$package"_*.deb $tree && rm -f $KB/*.deb || return 1
		guest_unpack_kernel $tree/boot/vmlinuz-* $KB/vmlinux.new &&
			mv $KB/vmlinux.new $KB/vmlinux || return 1
	fi
	KVER=$(basename $tree/lib/modules/*)
	[ -f $tree/lib/modules/$KVER/modules.dep ] || depmod -b $tree "$KVER" || return 1
	MODULES=$(modprobe -d $PWD/$tree -S "$KVER" --show-depends -a $MODULES_NEEDED |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
	[ -n "$MODULES" ]
}

# The same kernel without its xz wrapping, entered through its PVH note: emulated,
# the unpacking alone costs more than half a minute at each boot.
guest_unpack_kernel()
{
	python3 - "$1" "$2" <<-'END'
	import lzma, struct, sys
	image = open(sys.argv[1], 'rb').read()
	# Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length
	start = (image[0x1f1] + 1) * 512
	offset, length = struct.unpack_from('<II', image, 0x248)
	payload = image[start + offset:start + offset + length]
	kernel = lzma.LZMADecompressor().decompress(payload)
	assert kernel[:4] == b'\x7fELF', 'not an xz-packed ELF kernel'
	open(sys.argv[2], 'wb').write(kernel)
	END
}

guest_add()
{
	local root=$1 file=$2 place=${3:-/bin/$(basename "$2")} lib

	mkdir -p "$root$(dirname "$place")" && cp -L "$file" "$root$place" || return 1
	for lib in $(ldd "$file" 2>/dev/null | grep -o '/[^ ]*'); do
		[ -f "$root$lib" ] && continue
		mkdir -p "$root$(dirname "$lib")" && cp -L "$lib" "$root$lib" || return 1
	done
}

guest_root()
{
	local root=$1 module

	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,run,tmp,modules,out} || return 1
	guest_add "$root" "$(command -v busybox)" || return 1
	ln -s busybox "$root/bin/sh"
	guest_add "$root" "$(PATH=$PATH:/sbin:/usr/sbin command -v ip)" || return 1
	guest_add "$root" "$(PATH=$PATH:/sbin:/usr/sbin command -v tc)" || return 1
	# That of busybox would run busybox's own ip, whatever lies in PATH.
	guest_add "$root" "$(command -v nsenter)" || return 1
	for module in $MODULES; do
		cp "$module" "$root/modules/" && basename "$module" >> "$root/modules/order" || return 1
	done
	cp tests/kernel/stock/rc "$root/rc"
}

# Status 0: the guest powered itself off in time. What it found is in $KB/results.
guest_boot()
{
	local root=$1 seconds=$2 status pid

	(cd "$root" && find . | cpio -o -H newc --quiet) > $KB/initramfs || return 1
	rm -f $KB/serial.log $KB/results
	timeout -k 5 "$seconds" $QEMU -machine pc,accel=tcg -cpu qemu64 -smp 2 -m 1024 \
		-nodefaults -no-user-config -display none -no-reboot -nic none \
		-serial file:$KB/serial.log -serial file:$KB/results \
		-kernel $KB/vmlinux -initrd $KB/initramfs \
		-append "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off nokaslr" \
		</dev/null >$KB/qemu.log 2>&1 &
	pid=$!
	# In the background, so that a signal ends it at once. timeout passes it on to qemu.
	trap 'kill $pid 2>/dev/null; exit 130' INT TERM HUP
	wait $pid
	status=$?
	trap - INT TERM HUP
	guest_verdict $status "$seconds"
}

# Says what went wrong, with the console's last lines.
guest_verdict()
{
	local why
	if [ "$1" -eq 124 ] || [ "$1" -eq 137 ]; then
		why="the guest did not finish within $2 s"
	elif grep -q 'Kernel panic' $KB/serial.log; then
		why="the guest's kernel panicked"
	elif [ "$1" -ne 0 ]; then
		guest_say "qemu failed ($1): $(tail -n 5 $KB/qemu.log)"
		return 1
	elif ! grep -q '^rc: done' $KB/serial.log; then
		why="the guest stopped before its script was through"
	else
		return 0
	fi
	guest_say "$why; the end of $KB/serial.log:"
	tail -n 25 $KB/serial.log | tr -d '\r' >&2
	return 1
}
