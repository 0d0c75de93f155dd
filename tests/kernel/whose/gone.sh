# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A process that has ended before anybody looked: its orphan in FIN_WAIT_2 is nobody's, and it is said why.

app box "$BOX1_NS" peer serve 10.88.1.2 83 hold
app orphan "$HOST_NS" shortlived connect 10.88.1.2 83 1
stop orphan TERM
orphaned() { inside "$HOST_NS" ss -tnH state fin-wait-2 | grep -q ':83$\|:83 '; }
await orphaned
observe gone || { not_ok gone "the daemon does not start"; return; }
equal "gone: unknown, and why" "True null null no process had it open when sockets were read: it is gone, or was too short" \
	"$(report gone leaks --older 0.001 --json state FIN_WAIT_2 | grep FIN_WAIT_2 | rows local pid process process_unknown)"
check "gone: in text, too" grep -q "FIN_WAIT_2 .*none has it open" <(report gone leaks --older 0.001)
equal "gone: no filter takes it for anybody's" 0 "$(report gone flows --json 'src process *' | wc -l)"
stop gone TERM
stop box TERM
