#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# build.sh FOLDER OBJECT COMPILER...: takes the commit that the file beside this one names out of the history
# into FOLDER, and compiles its tracker behind today's frame generator. Where the history lacks the commit there
# is no OBJECT afterwards, and the bench skips what needs it.
set -e
folder=$1 object=$(realpath -m "$2")
shift 2
commit=$(cat tests/bench/baseline/commit)

# The clone may be another user's than root's.
git() { command git -c safe.directory='*' "$@"; }

rm -rf "$folder" "$object"
if ! git cat-file -e "$commit^{tree}" 2>/dev/null; then
	echo "baseline: there is no commit $commit in the history here; it is left out" >&2
	exit 0
fi
mkdir -p "$folder/tests/bench"
git archive "$commit" bpf include | tar -x -C "$folder"
cp tests/bench/table_tracker.bpf.c tests/bench/drive.bpf.h tests/bench/drive.h "$folder/tests/bench"
cd "$folder"
"$@" -c tests/bench/table_tracker.bpf.c -o "$object"
