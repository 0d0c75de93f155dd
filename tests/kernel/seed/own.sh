# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Both ends of one host, on lo; and what is not seeded, by why.

make_path
obeying own "$PYTHON" tests/kernel/seed/own.py --hold "$CLIENT_NS" "$SERVER_NS" || { not_ok own "$(tail -n 1 "$WORK/own.err")"; return; }
observe own-lo watch "$SERVER_NS" -i lo || return
observe own-port watch "$SERVER_NS" -i server0 --track 'port 9101' || return
results own.py "$SERVER_NS" "$PINS-own-lo" "$PINS-own-port"
order own talk
results own.py --talked "$SERVER_NS" "$PINS-own-lo"
stop own-lo
stop own-port
stop own TERM

observe own-not watch "$SERVER_NS" -i server0 --no-seed || return
equal "own: --no-seed reads nothing" "" "$(in_server "$XDP_TCPSTATE" flows --json --pin "$PINS-own-not")"
stop own-not
