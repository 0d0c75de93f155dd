# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# 160 peers vanish, and an orphan's FIN_WAIT_2 ends without a packet: what the kernel has no more gives its place.

make_path
obeying audit "$PYTHON" tests/kernel/seed/audit.py --hold "$CLIENT_NS" "$SERVER_NS" || { not_ok audit "$(tail -n 1 "$WORK/audit.err")"; return; }
observe audited run "$SERVER_NS" -i server0 --listen none --audit 2 --max-flows 2000 || return
order audit orphan
results audit.py "$SERVER_NS" "$PINS-audited" before
ip -n "$CLIENT_NS" link set client0 down
order audit send
results audit.py "$SERVER_NS" "$PINS-audited" after "$WORK/audited.events"
stop audited TERM
stop audit TERM
