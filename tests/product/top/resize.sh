# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Sizes of the terminal, while it runs.

terminal 120 40
top_in_terminal --interval 0.3

# resize COLUMNS ROWS
resize() { tm resize-window -t $pane -x "$1" -y "$2"; }
# The clock ends the first line two columns from the edge, the keys are in the last.
fits() {
	screen >"$WORK/screen"
	head -n 1 "$WORK/screen" | grep -qE "^.{$(($1 - 9))}[0-9]{2}:[0-9]{2}:[0-9]{2}" || return 1
	[ "$(wc -l <"$WORK/screen")" -le "$2" ] && tail -n 1 "$WORK/screen" | grep -q '^q quit'
}
for size in "80 24" "40 10" "200 60" "100 12" "40 40" "60 20" "120 40"; do
	set -- $size
	resize "$1" "$2"
	check "$1 columns, $2 rows" await fits "$1" "$2"
	case $size in
	"80 24") check "80x24: all states of both ends, folded" shows '^ESTABLISHED +6 +6 .*TIME_WAIT' ;;
	"40 10") check "40x10: rows of connections" await shows '^10\.77\.0\.1:[0-9]+ +10\.77\.0\.2:900[123]' ;;
	"200 60") check "200x60: the other lists, too" shows 'newest strays.*clients. ports in use' ;;
	esac
done
# Smaller than anything makes sense: it goes on living.
resize 12 4
sleep 0.7
resize 2 2
sleep 0.7
resize 120 40
check "after 2x2: as before" await fits 120 40
check "no rest of another size" shows '^ESTABLISHED +6 '
quit_top
check "quit" shows 'status=0'
