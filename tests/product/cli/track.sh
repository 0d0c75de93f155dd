# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# --track: chosen in the kernel, changed while it runs.

serve 8003
serve 8004
# followed PORT: has the watch seen a connection to it to its end?
followed() {
	grep -q "\"port\":$1,.*\"state\":\"TIME_WAIT\"\|\"state\":\"TIME_WAIT\".*\"port\":$1," "$WORK/tracked.out"
}
# An untracked connection leaves no trace; a tracked one behind it shows that it would have been printed by now.
only() {
	connect "$2"
	connect "$1"
	await followed "$1" && ! followed "$2"
}

watch tracked --json -i server0 --pin "$PIN" --track 'port 8003'
check "--track port: only it" only 8003 8004
prints "track shows it" '^tracking port 8003$' "$XT" track --pin "$PIN"
prints "status shows it" '^tracking +port 8003$' "$XT" status --pin "$PIN"
[ "$("$XT" status --pin "$PIN" --json | jq .passed_over.not_tracked)" -gt 0 ] && ok "what is not tracked is counted" ||
	not_ok "what is not tracked is counted" "not_tracked is 0"
prints "track changes it" '^tracking net 10.77.0.0/16,fd00::/8 and port 8004,8100-8200$' \
	"$XT" track --pin "$PIN" 'port 8100-8200,8004 and net 10.77.1.2/16,fd00::/8'
prints "and shows the change" '^tracking net 10.77.0.0/16,fd00::/8 and port 8004,8100-8200$' "$XT" track --pin "$PIN"
: >"$WORK/tracked.out"
check "the change is in force" only 8004 8003
prints "track net elsewhere" 'tracking net 192.0.2.0/24' "$XT" track --pin "$PIN" 'net 192.0.2.0/24'
connect 8003
prints "track all" '^tracking all$' "$XT" track --pin "$PIN" all
: >"$WORK/tracked.out"
connect 8003
check "all is in force" await followed 8003
prints "track --json" '^\{"event":"track","track":"all"\}$' "$XT" track --pin "$PIN" --json
prints "track not" '^tracking not net 192.0.2.0/24 and not port 8004$' "$XT" track --pin "$PIN" 'not port 8004 and ! net 192.0.2.0/24'
prints "status shows not" '^tracking +not net 192.0.2.0/24 and not port 8004$' "$XT" status --pin "$PIN"
: >"$WORK/tracked.out"
check "what is not tracked leaves no trace" only 8003 8004
prints "track not of the peers' net" 'tracking not net 10.77.0.0/16' "$XT" track --pin "$PIN" 'not net 10.77.0.0/16'
: >"$WORK/tracked.out"
connect 8003
prints "track not another port" '^tracking not port 8003$' "$XT" track --pin "$PIN" not port 8003
check "the other one is tracked, and none of the net before" only 8004 8003
stop tracked

# While it changes back and forth, what both choices want is never missed, whichever of them says not.
watch tracked --json -i server0 --pin "$PIN" --track 'port 8003'
start changes bash -c "while :; do '$XT' track --pin '$PIN' 'net 10.77.0.0/24' && '$XT' track --pin '$PIN' 'port 8003,9000' &&
	'$XT' track --pin '$PIN' 'not port 8004' && '$XT' track --pin '$PIN' 'not port 9000-9100' || exit; done"
connect 8003 300
stop changes TERM
stop tracked
handshakes=$(grep -c '"cause":"syn"' "$WORK/tracked.out")
[ "$handshakes" -eq 300 ] && ok "300 connections while the choice changes: none missed" ||
	not_ok "300 connections while the choice changes: none missed" "$handshakes seen"
stop server8003 TERM
stop server8004 TERM
