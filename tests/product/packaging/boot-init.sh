#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# boot-init.sh WORK CGROUP DEB: the first process of namespaces of its own (mount, PID, UTS, IPC; network: whoever
# starts it); becomes systemd, in a copy of this machine's root that is in memory. Only the package's units are there,
# besides the targets that they hang on. Status 77: this machine can't do that, and why is on stderr.
work=$1 cgroup=$2 deb=$3
cannot() {
	echo "$1" >&2
	exit 77
}

# Its own cgroup first, which is then the root of all that systemd sees; once more from the top, inside it.
if [ -z "$inside" ]; then
	mount --make-rprivate / || cannot "mounts can't be made private"
	mount -t cgroup2 cgroup2 "$work" || cannot "no cgroup2"
	mkdir "$work/$cgroup" && echo 0 >"$work/$cgroup/cgroup.procs" || cannot "no cgroup of its own"
	umount "$work"
	inside=yes exec unshare --cgroup "$0" "$@"
fi

mount -t tmpfs tmpfs "$work" || cannot "no tmpfs"
root=$work/root
mkdir "$work/upper" "$work/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$root" || cannot "no overlayfs"
mount -t proc proc "$root/proc" &&
	mount --bind "$root/proc/sys" "$root/proc/sys" &&
	mount -o remount,bind,ro "$root/proc/sys" &&
	mount -t sysfs sysfs "$root/sys" &&
	mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" &&
	mount -t bpf -o mode=700 bpf "$root/sys/fs/bpf" || cannot "no proc, sysfs, cgroup2 or bpf of its own"
for dir in run tmp var/tmp dev etc/systemd/system lib/systemd/system-generators; do
	mount -t tmpfs -o mode=755 tmpfs "$root/$dir" || cannot "no tmpfs at /$dir"
done
chmod 1777 "$root/tmp" "$root/var/tmp"
# Those that PrivateDevices= makes a copy of.
while read -r node numbers; do
	# shellcheck disable=SC2086
	mknod -m 666 "$root/dev/$node" c $numbers || cannot "no device nodes"
done <<-END
	null 1 3
	zero 1 5
	full 1 7
	random 1 8
	urandom 1 9
	tty 5 0
	ptmx 5 2
END

# Of the units only these. (Copied before what is there is covered.)
mkdir "$work/units"
cp "$root"/lib/systemd/system/{sysinit,basic,multi-user,network,shutdown,sockets,timers,paths,slices}.target "$work/units/" ||
	cannot "no units of systemd"
mount -t tmpfs -o mode=755 tmpfs "$root/lib/systemd/system"
cp "$work"/units/* "$root/lib/systemd/system/"

# So that systemd neither asks for anything nor sets anything of the machine's.
: >"$root/etc/machine-id"
cp "$deb" "$root/run/package.deb" || cannot "the package can't be copied"
rm -f "$root/usr/sbin/policy-rc.d" # which forbids packages to start anything, on images for containers
mkdir "$root/run/old"
cd "$root" && pivot_root . run/old && umount -l /run/old || cannot "no pivot_root"
export container=test
exec /lib/systemd/systemd --system --unit=basic.target --log-target=null --show-status=0 </dev/null >/dev/null 2>&1
