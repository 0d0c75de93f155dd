#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# build.sh FOLDER TABLE HASH COMPILER...: takes the commit that the file beside this one names out of the history into
# FOLDER, and compiles its tracker behind today's frame generator: on its own table, TABLE, and on a hash map, HASH. Both
# stay as they were: what speeds up today's tracker speeds up neither. Where the history lacks the commit there are no
# such objects afterwards, and the bench skips what needs them.
set -e
folder=$1 table=$(realpath -m "$2") hash=$(realpath -m "$3")
shift 3
commit=$(cat tests/bench/baseline/commit)

# The clone may be another user's than root's.
git() { command git -c safe.directory='*' "$@"; }

rm -rf "$folder" "$table" "$hash"
if ! git cat-file -e "$commit^{tree}" 2>/dev/null; then
	echo "baseline: there is no commit $commit in the history here; it is left out" >&2
	exit 0
fi
mkdir -p "$folder/tests/bench"
git archive "$commit" bpf include tests/bench/hash_tracker.bpf.c tests/bench/hash_table.h | tar -x -C "$folder"
cp tests/bench/table_tracker.bpf.c tests/bench/drive.bpf.h tests/bench/drive.h "$folder/tests/bench"
cd "$folder"
"$@" -c tests/bench/table_tracker.bpf.c -o "$table"
"$@" -c tests/bench/hash_tracker.bpf.c -o "$hash"
