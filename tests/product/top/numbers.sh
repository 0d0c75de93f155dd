# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What is on the screen is what states and flows say.

terminal 150 100
top_in_terminal --interval 0.3 --sort age
check "states and lists are there" await shows 'both ends by state'

# The rows of both ends' states: bars and changes taken away, NAME INITIATORS RESPONDERS are left.
states_on_screen() {
	screen | sed -E 's/[█▉▊▋▌▍▎▏]+/ /g; s/ [+-][0-9.]+[KMG]?/ /g' |
		awk '$1 ~ /^[A-Z_0-9]+$/ && $2 ~ /^[0-9]+$/ && $3 ~ /^[0-9]+$/ { print $1, $2, $3 }' | head -n 11 | sort
}
states_agree() {
	"$XT" states --pin "$PIN" --json | jq -r '"\(.state) \(.initiator) \(.responder)"' | sort >"$WORK/states"
	states_on_screen >"$WORK/screen-states"
	diff "$WORK/states" "$WORK/screen-states"
}
check "states are those of states" await states_agree

flows_agree() {
	"$XT" flows -n --pin "$PIN" | tail -n +2 | awk '{ print $1, $2, $3, $4, $7, $8 }' | sort >"$WORK/flows"
	rows | awk '{ print $1, $2, $3, $4, $9, $10 }' | sort >"$WORK/screen-flows"
	diff "$WORK/flows" "$WORK/screen-flows"
}
check "connections, their states, packets and bytes are those of flows" await flows_agree

connections talk 1 talk
port=$("$XT" flows --pin "$PIN" --json | jq -s -r 'max_by(.start).initiator.port')
keys g g g '<' '<' '<' '<' '<' '<' # from age to segments
check "sorted by segments" await shows "connections by segments"
# It sends ten times a second, and each is acknowledged; an interval has three or four of them.
talker_first() {
	rows | head -n 1 | grep -E "^10\.77\.0\.1:$port +ESTABLISHED +10\.77\.0\.2:9003 +ESTABLISHED " |
		awk '{ split($5, rate, "/"); found = rate[1] > 6 && rate[1] < 14 && rate[2] > 6 && rate[2] < 14 } END { exit !found }'
}
check "the first row is its, with about ten segments a second each way" await talker_first
stop talk TERM

port=$("$XT" flows --pin "$PIN" --json port 9001 and state CLOSE_WAIT | jq -s '.[0].initiator.port')
in_client tests/product/top/stray.py client0 10.77.0.1 "$port" 10.77.0.2 9001 4
check "a new stray is listed with its connection" await shows "(out_of_window|ack_unsent|old_duplicate|spurious_retransmit) .*10\.77\.0\.1:$port +10\.77\.0\.2:9001"
quit_top
