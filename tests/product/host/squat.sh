# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A user without privileges is at the place of the pins first: nothing of root's is unpinned or detached.

VICTIM=$BPFFS/victim

# Every pin of root's, and what is attached.
possessions() {
	(cd "$BPFFS" && find victim -printf '%p %i\n' | sort)
	snapshot 2>/dev/null # "peer netns reference is invalid": it is of another mount namespace
}
are_untouched() {
	possessions >"$WORK/now"
	diff "$WORK/possessions" "$WORK/now"
}

# refuses NAME REGEX PIN: each of the commands that take pins down says why it does not.
refuses() {
	local name=$1 regex=$2 pin=$3
	says "$name: run" 1 "$regex" in_server timeout 20 "$XT" run -i server0 --listen none --pin "$pin"
	says "$name: run --discard" 1 "$regex" in_server timeout 20 "$XT" run -i server0 --listen none --discard --pin "$pin"
	says "$name: watch" 1 "$regex" in_server timeout 20 "$XT" watch -i server0 --pin "$pin"
	says "$name: detach" 1 "$regex" in_server timeout 20 "$XT" detach --pin "$pin"
	says "$name: status" 1 "$regex" in_server timeout 20 "$XT" status --pin "$pin"
	check "$name: nothing is deleted, nothing is detached" are_untouched
}

left_behind "$VICTIM"
bpftool map create "$VICTIM/maps/another" type array key 4 value 4 entries 1 name another
possessions >"$WORK/possessions"
grep -q 'hooks/rx_xdp' "$WORK/possessions" || not_ok "there is something to lose" "$(cat "$WORK/possessions")"

unprivileged ln -s victim "$BPFFS/link"
refuses "a symbolic link at its place" "$BPFFS/link is a symbolic link" "$BPFFS/link"

unprivileged mkdir -m 777 "$BPFFS/theirs"
for subdir in maps programs hooks; do
	unprivileged ln -s "../victim/$subdir" "$BPFFS/theirs/$subdir"
done
refuses "a directory of theirs with links in it" "$BPFFS/theirs belongs to user 65534" "$BPFFS/theirs"

unprivileged mkdir -m 755 "$BPFFS/above"
unprivileged ln -s ../victim "$BPFFS/above/xdp"
refuses "the same one deeper" "$BPFFS/above belongs to user 65534" "$BPFFS/above/xdp"
unprivileged ln -s "$VICTIM" "$WORK/way" 2>/dev/null || ln -s "$VICTIM" "$WORK/way"
refuses "a link from outside into it" "$WORK/way leads .*symbolic link" "$WORK/way"
rm -f "$WORK/way"

mkdir -m 775 "$BPFFS/open"
chmod 777 "$BPFFS/open"
for subdir in maps programs hooks; do
	unprivileged ln -s "../victim/$subdir" "$BPFFS/open/$subdir"
done
refuses "root's directory that others may write to" "$BPFFS/open can be written to by others.*chmod" "$BPFFS/open"
chmod 700 "$BPFFS/open"
refuses "which was open until a moment ago" "$BPFFS/open/maps is a symbolic link" "$BPFFS/open"

# An own directory, but one in which somebody else keeps things, too.
says "what it does not know stays" 1 "$VICTIM/maps/another.*not.*pinned" in_server "$XT" detach --pin "$VICTIM"
check "and is the only thing that does" test "$(find "$VICTIM" ! -type d)" = "$VICTIM/maps/another"
rm "$VICTIM/maps/another"
rmdir "$VICTIM/maps" "$VICTIM"

# A link to the mounted file system as a whole is the administrator's own way to write it.
ln -s "$BPFFS" "$WORK/usual"
umask 0
run_daemon -i server0 --listen none --pin "$WORK/usual/tcpstate" --tx-hook clsact
umask 22
equal "directories are their owner's alone" "700 700 700 700 700 700 " "$(find "$BPFFS/tcpstate" -type d -printf '%m ')"
equal "so are pins" "600" "$(find "$BPFFS/tcpstate" -type f -printf '%m\n' | sort -u)"
check "there are pins" test "$(find "$BPFFS/tcpstate" -type f | wc -l)" -gt 10
stop run TERM
check "and they go with it" test ! -e "$BPFFS/tcpstate"
rm "$WORK/usual"
