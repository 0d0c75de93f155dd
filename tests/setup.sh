#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# setup.sh [test|fuzz|lint|deb]: installs the Debian packages that are missing for building
# and running xdp-tcpstate, with a word those for that, too; mounts the
# BPF file system and tracefs where they are not. Plain sh: it runs on a minimal
# Debian 12, before anything else is there.

# To build, and for the lab of `make run`.
build_packages="gcc libc6-dev linux-libc-dev clang llvm bpftool libbpf-dev libelf-dev zlib1g-dev
	libpcap-dev libmnl-dev libmicrohttpd-dev libcap-ng-dev libseccomp-dev libsystemd-dev
	libncurses-dev make iproute2 procps util-linux mount"
# For the tests.
test_packages="ethtool libcmocka-dev python3 iperf3 jq tmux curl tcpdump chromium python3-websocket
	python3-prometheus-client systemd man-db mandoc groff-base bash-completion logrotate lintian spin"
# For make deb.
deb_packages="build-essential debhelper dpkg-dev"
# COMMAND:PACKAGE whose package would start a service: only unpacked, into build/tools.
test_tools="prometheus:prometheus"
# For make fuzz: libFuzzer and its sanitizers.
fuzz_packages="libclang-rt-dev python3"
# For make lint.
lint_packages="cppcheck shellcheck pyflakes3"

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

usage() {
	echo "usage: setup.sh [test|fuzz|lint|deb]" >&2
	exit 2
}

tools=
case $#:$1 in
0:) packages=$build_packages ;;
1:test) packages="$build_packages $test_packages $lint_packages $deb_packages" tools=$test_tools ;;
1:fuzz) packages="$build_packages $fuzz_packages" ;;
1:lint) packages="$build_packages $lint_packages" ;;
1:deb) packages="$build_packages $deb_packages" ;;
*) usage ;;
esac

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
	for package in $packages; do
		is_installed "$package" || missing="$missing $package"
	done
else
	say "this is no Debian (no dpkg, no apt-get), so nothing is installed; what is needed is what" \
	    "Debian 12 has in:" $packages
fi

unpacked=${BUILD:-build}/tools
unpack=
if command -v apt-get >/dev/null; then
	for tool in $tools; do
		command -v "${tool%:*}" >/dev/null || [ -x "$unpacked/usr/bin/${tool%:*}" ] ||
			unpack="$unpack ${tool#*:}"
	done
fi

as_root="run it as root: sudo make ..."
# A mirror that fails is no reason to stop if what is needed comes from another.
why="its reasons are above"
update_lists() {
	apt-get -qq -o APT::Update::Error-Mode=any update ||
		why="the package lists could not be fetched: is there a network, and a mirror in /etc/apt?"
}

if [ -n "$missing" ]; then
	[ "$(id -u)" -eq 0 ] || die "these packages are missing:$missing. To install them, $as_root"
	say "installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	update_lists
	apt-get -qq -y install --no-install-recommends $missing >/dev/null ||
		die "apt-get could not install$missing: $why"
	say "installed"
fi

# In a directory of its own, which apt's own user may write to.
for package in $unpack; do
	say "unpacking $package (not installing it: that would start a service)"
	[ -n "$missing" ] || update_lists
	fetched=$(mktemp -d) && chmod 755 "$fetched" && mkdir -p "$unpacked" &&
		(cd "$fetched" && apt-get -qq -o APT::Sandbox::User=root download "$package") &&
		dpkg-deb -x "$fetched"/*.deb "$unpacked" ||
		die "could not fetch and unpack the package $package: $why"
	rm -rf "$fetched"
done

# mount_if_absent TYPE DIRECTORY WHAT-FOR
mount_if_absent() {
	grep -q "^[^ ]* $2 $1 " /proc/mounts && return
	[ "$(id -u)" -eq 0 ] || die "no $1 at $2, needed for $3. To mount it, $as_root"
	[ -d "$2" ] || die "there is no directory $2, needed for $3: is this kernel built with BPF and tracing, and /sys mounted?"
	mount -t "$1" "$1" "$2" || die "cannot mount $1 at $2, needed for $3: in a container, start it privileged or mount it from outside"
	say "mounted $1 at $2"
}

mount_if_absent bpf /sys/fs/bpf "pinned maps (flows, states, status)"
if [ "$1" = test ]; then
	mount_if_absent tracefs /sys/kernel/tracing "the comparison with the kernel's own sockets"
fi
