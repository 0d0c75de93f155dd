# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The man page: without a complaint of any tool, and with all that --help has.
PAGE=user/shipped/man/xdp-tcpstate.8

# Whether the pages that it refers to are in an index on this machine is not its business.
lint() {
	local said
	said=$(mandoc -T lint "$PAGE" 2>&1 | grep -v -e 'outdated mandoc.db' -e 'referenced manual not found')
	[ -z "$said" ] || { echo "$said" && false; }
}

if has mandoc mandoc "man page: mandoc -T lint"; then
	check "man page: mandoc -T lint" lint
fi
if has groff groff-base "man page: groff -ww"; then
	check "man page: groff -ww" silent groff -mdoc -ww -Tutf8 -z "$PAGE"
fi
if has man man-db "man page: man --warnings"; then
	check "man page: man --warnings" bash -c "[ -z \"\$(man --warnings -l $PAGE 2>&1 >/dev/null)\" ]"
fi
check "man page: commands and options as in --help" $PYTHON $HERE/man_page.py "$XT" "$PAGE"

# In both directions for events, strays and states, which have a list in the sources.
labels() {
	sed -n "/^#define $2(X)/,/[^\\\\]\$/p" "$1" | grep -oE '"[a-z_]+"' | tr -d '"'
}
missing_of() {
	local word missing=
	for word; do
		grep -qE "(^|[^a-z_])$word([^a-z_]|\$)" "$PAGE" || missing+=" $word"
	done
	[ -z "$missing" ] || { echo "not in the page:$missing" && false; }
}
# shellcheck disable=SC2046
check "man page: all kinds of strays" missing_of $(labels include/tcpstate/abi/history.h STRAYS)
# shellcheck disable=SC2046
check "man page: how TIME_WAIT ends" missing_of $(labels include/tcpstate/abi/history.h WAIT_OUTCOMES) $(labels include/tcpstate/abi/history.h REUSES)
# shellcheck disable=SC2046
check "man page: what becomes of resets" missing_of $(labels include/tcpstate/abi/counters.h RESETS)
