# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# With what is left after privileges_drop, a small daemon does all that run has to do.

mkdir -p "$WORK/own"

# capless HOW: attached by links or by filters, to the server's interface.
capless() {
	in_server "$BUILD/tests/attached" server0 "$PIN-$1" "$WORK/own" "$1" >"$WORK/capless" 2>&1
	passes "all that run does, attached by $1" "$WORK/capless"
}

if [ -n "$HAS_TCX" ]; then
	capless links
	equal "links: keeps no capability" "# keeps no capability" "$(grep '^# keeps' "$WORK/capless")"
else
	skip "all that run does, attached by links" "Linux $(uname -r) has no TCX"
fi
capless receive
equal "receive: keeps no capability" "# keeps no capability" "$(grep '^# keeps' "$WORK/capless")"
capless filters
equal "filters: keeps CAP_NET_ADMIN" "# keeps CAP_NET_ADMIN" "$(grep '^# keeps' "$WORK/capless")"

# The kernel's strictest setting, and its loosest: neither makes a difference (where it can be changed).
unprivileged=/proc/sys/kernel/unprivileged_bpf_disabled
echo "# kernel.unprivileged_bpf_disabled is $(cat $unprivileged)"
