#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run.sh BUILD: cppcheck over the command, shellcheck over the shell scripts, pyflakes over Python, all of them at once.
# What is not looked for, and why: .shellcheckrc, cppcheck.suppressions.
cd "$(dirname "$0")/../../.." || exit 1
here=tests/lib/lint
build=${1:-build}
mkdir -p "$build"

c() {
	cppcheck --quiet --enable=warning,performance,portability --std=c11 --library=gnu --library="$here/libbpf.cfg" \
		--suppressions-list="$here/cppcheck.suppressions" --inline-suppr --error-exitcode=1 --template=gcc \
		-Iinclude -Iuser -Ibpf -D_GNU_SOURCE user
}

# scripts BASH|SH: the files that are such; what is only sourced has no first line that says so.
scripts() {
	{ find tests user -name '*.sh'; ls .ci/run user/shipped/completion/* user/shipped/packaging/debian/*.p*; } |
			while read -r file; do
		case $(head -n 1 "$file") in '#!/bin/sh') echo "sh $file" ;; *) echo "bash $file" ;; esac
	done | sed -n "s/^$1 //p"
}

shell() {
	{ scripts bash | xargs -P 2 -n 8 shellcheck -S warning -f gcc -s bash; } &&
		{ scripts sh | xargs shellcheck -S warning -f gcc -s sh; }
}

python() {
	find tests -name '*.py' -print0 | xargs -0 pyflakes3
}

passed=0 failed=0
for part in c shell python; do
	"$part" >"$build/lint.$part" 2>&1 &
	pids[${#pids[@]}]=$!
done
for part in c shell python; do
	wait "${pids[0]}" && { said=ok passed=$((passed + 1)); } || { said="not ok" failed=$((failed + 1)); }
	pids=("${pids[@]:1}")
	echo "$said lint: $part"
	sed 's/^/    /' "$build/lint.$part"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
