#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What ships with the command: is it there, is it valid, and does it say what the command does?
# run.sh [PART...]: only these parts; each is a file beside this one.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh

XT=$(realpath "$BUILD/xdp-tcpstate")
PARTS=(install units man completion prometheus grafana daemon deb boot)
HERE=tests/product/packaging
PYTHON=/usr/bin/python3

# has COMMAND PACKAGE NAME: whether COMMAND is there; if not, NAME is skipped.
has() {
	command -v "$1" >/dev/null && return
	skip "$3" "no $1: apt-get install $2"
	return 1
}

# silent COMMAND...: succeeds, and has nothing to say.
silent() {
	local said status
	said=$("$@" 2>&1)
	status=$?
	[ -z "$said" ] || echo "$said"
	[ $status -eq 0 ] && [ -z "$said" ]
}

run_parts "$HERE" "$@"
tap_done
