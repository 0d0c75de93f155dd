# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The programs are taken off for a while: what the daemon missed, it reads from the sockets, without a capability.

make_path
obeying blind "$PYTHON" tests/kernel/seed/blind.py --hold "$CLIENT_NS" "$SERVER_NS" || { not_ok blind "$(tail -n 1 "$WORK/blind.err")"; return; }
observe blinded run "$SERVER_NS" -i server0 --listen none --audit 0 || return
order blind seen
for hook in "$PINS-blinded"/hooks/*; do
	bpftool link detach pinned "$hook" >/dev/null
done
order blind missed
await_line "$WORK/blinded.err" 'server0: attached again: transmit' blinded || not_ok blind "it is not attached again"
await_line "$WORK/blinded.err" 'server0: attached again: receive' blinded || not_ok blind "it is not attached again"
results blind.py "$SERVER_NS" "$PINS-blinded" missed
order blind talk
results blind.py "$SERVER_NS" "$PINS-blinded" talked
stop blinded TERM
equal "blind: no pin is left behind" "" "$(ls "$PINS-blinded" 2>/dev/null)"
stop blind TERM
