# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The host's own processes, in no container; and whose a connection was when its TIME_WAIT is over.

app box "$BOX1_NS" peer serve 10.88.1.2 81 hold
observe own --msl 1 || { not_ok own "the daemon does not start"; return; }
app quick "$HOST_NS" closes_first serve 10.88.1.1 82 close
app client "$BOX1_NS" elsewhere connect 10.88.1.1 82 2 answer
app keeper "$HOST_NS" 'a "name" \' connect 10.88.1.2 81 1
own_pid=${pid_of[keeper]} quick_pid=${pid_of[quick]}
server_pid=${pid_of[box]}

known() { report own flows --json pid "$own_pid" | grep -q .; }
check "own: known within some seconds" await known
equal "own: by pid and name, both ends of it" "$own_pid a \"name\" \\ $server_pid peer" \
	"$(report own flows --json port 81 | rows initiator.process.pid initiator.process.comm responder.process.pid responder.process.comm)"
equal "own: no container, no pod" "" \
	"$(report own flows --json port 81 | grep -E '"(container|pod)":')"

# Closed by the server within milliseconds: known by its listener, unless a walk came in between.
told() { [ "$(grep -c '"port":82,' "$WORK/own.events")" = 2 ]; }
check "own: records come when TIME_WAIT is over" await told
equal "own: a TIME_WAIT's record says whose it was" "$quick_pid closes_first responder" \
	"$(grep '"port":82,' "$WORK/own.events" | rows "responder.process.pid|process.pid" "responder.process.comm|process.comm" time_wait.end)"

stop keeper TERM
gone() { report own flows --json pid "$own_pid" | grep -q '"past":true'; }
check "own: of a process that has ended: whose it was" await gone
stop own TERM
stop quick TERM
stop client TERM
stop box TERM
