# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What hangs on server0; for scripts that have sourced tests/lib/netns.sh.

WATCHING='^(\{"notice":")?watching' # with --json the notice is an object

# xdp or xdpgeneric, tc-ingress, tc-egress, clsact, a line each; nothing if the
# interface is as it was made.
hooked()
{
	ip -o -n "$SERVER_NS" link show dev server0 | grep -o ' xdp[a-z]* ' | tr -d ' '
	tc -n "$SERVER_NS" filter show dev server0 ingress 2>/dev/null | grep -q bpf && echo tc-ingress
	tc -n "$SERVER_NS" filter show dev server0 egress 2>/dev/null | grep -q bpf && echo tc-egress
	tc -n "$SERVER_NS" qdisc show dev server0 | grep -o clsact
}
