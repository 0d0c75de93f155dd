# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What the keys do.

terminal 120 40
top_in_terminal --interval 0.3 "'port 9001'"
check "the FILTER of the command line" await shows '9 match: port 9001'

# until_sorted COLUMN KEY: press it until rows are sorted so.
until_sorted() {
	local tries=0
	until shows "connections by $1"; do
		[ $tries -lt 14 ] || return 1
		tries=$((tries + 1))
		keys "$2"
		sleep 0.15
	done
}
initiators() { rows | awk '{ print $1 }'; }
in_order() { # in_order [-r]: rows are by initiator
	[ "$(rows | wc -l)" -eq 9 ] && initiators | sort -c -t: -k2n${1:+r}
}
check "<: sort by a column to the left" until_sorted initiator '<'
check "rows are in its order" await in_order
keys r
check "r: the other way" await in_order r
check "and says so" shows 'by initiator, least first'
keys r
check ">: sort by a column to the right" until_sorted total_bytes '>'
keys s
check "s: sort by the next" await shows 'connections by retransmits'

keys /
keys C-u
types 'port 9001 and state FIN_WAIT_2x'
keys Enter
check "/: an error is shown, and where" await shows '"FIN_WAIT_2x" is not a state; did you mean FIN_WAIT_2'
check "what was typed is still there" shows '^filter: port 9001 and state FIN_WAIT_2x'
keys BSpace Enter
check "/: corrected" await shows '3 match: port 9001 and'
three() { [ "$(rows | grep -c 'FIN_WAIT_2 .*CLOSE_WAIT')" -eq 3 ] && [ "$(rows | wc -l)" -eq 3 ]; }
check "only these rows" await three
check "and only these states" await shows '^ESTABLISHED +0 '
keys /
types ' and nonsense'
keys Escape
check "Esc: the former FILTER stays" await shows '3 match: port 9001 and'
keys / C-u Enter
check "no FILTER" await shows_not 'match:'

keys / C-u
types 'port 9001'
keys Enter g
check "g: by service" await shows 'services by'
service() { rows | grep -qE '^10\.77\.0\.1 +10\.77\.0\.2:9001 +9 +9 +0 '; }
check "with the sums" await service
keys g
check "g: by addresses" await shows 'addresses by'
keys g
check "g: connections again" await shows 'connections by'

keys / C-u Enter Tab
check "Tab: strays" await shows '^ *AGO  KIND'
keys 3
check "3: ports" await shows '^CLIENT +SERVER'
keys 4
check "4: leaks" await shows '^STATE +END +OF'
keys 1

connections talk 1 talk
keys p
check "p: paused" await shows PAUSED
screen | tail -n +2 >"$WORK/paused"
sleep 1
screen | tail -n +2 >"$WORK/later"
check "nothing moves" diff "$WORK/paused" "$WORK/later"
keys Space
check "and goes on" await shows 'every 0.3s'
moved() { ! screen | tail -n +2 | cmp -s "$WORK/later" -; }
check "it moves" await moved
stop talk TERM
keys d C-u
types 0.25
keys Enter
check "d: another interval" await shows 'every 0.25s'
keys d
types x
keys Enter
check "d: what is no number" await shows 'expected seconds'
keys Escape
keys '?'
check "?: help" await shows 'help: any key goes back'
keys h
check "any key goes back" await shows_not 'help: any key'
keys h
check "h: help" await shows 'help: any key goes back'
keys h

# Scrolling: more connections than rows.
connections many 60 open
keys 1
until_sorted initiator '<'
page_at() { shows " $1-[0-9]+ of "; }
check "the first page" await page_at 1
keys Down Down
check "Down" await page_at 3
keys NPage
check "PgDn" await shows_not ' [123]-[0-9]+ of '
keys End
at_end() { screen | grep -oE '[0-9]+-[0-9]+ of [0-9]+' | awk -F'[- ]' '{ exit !($2 == $4) }'; }
check "End" await at_end
keys Up
keys PPage Home
check "Home" await page_at 1
stop many TERM
quit_top
