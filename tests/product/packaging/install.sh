# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# make install into a directory of its own, and make uninstall.
ROOT=$WORK/root

installed() {
	make --no-print-directory "$1" B="$BUILD" DESTDIR="$ROOT" PREFIX="$2" >"$WORK/make.out" 2>&1 || { cat "$WORK/make.out"; return 1; }
}

# lists PREFIX: what there is now, with modes, is this and nothing else.
lists() {
	diff <(cd "$ROOT" && find . -type f -printf '%m %P\n' | sort -k2) <(sort -k2 <<-END
		644 etc/logrotate.d/xdp-tcpstate
		644 etc/xdp-tcpstate.conf
		644 $1/lib/systemd/system/xdp-tcpstate.service
		644 $1/lib/systemd/system/xdp-tcpstate@.service
		755 $1/sbin/xdp-tcpstate
		644 $1/share/bash-completion/completions/xdp-tcpstate
		644 $1/share/doc/xdp-tcpstate/README.md
		644 $1/share/man/man8/xdp-tcpstate.8
		644 $1/share/xdp-tcpstate/grafana-dashboard.json
		644 $1/share/xdp-tcpstate/xdp-tcpstate.rules.yml
		END
	)
}

check "install: PREFIX=/usr/local" installed install /usr/local
check "install: these files, and no others" lists usr/local
check "install: the units start what was installed" grep -q '^ExecStart=/usr/local/sbin/xdp-tcpstate ' \
	"$ROOT/usr/local/lib/systemd/system/xdp-tcpstate.service" "$ROOT/usr/local/lib/systemd/system/xdp-tcpstate@.service"
echo 'interface = eth0' >>"$ROOT/etc/xdp-tcpstate.conf"
check "install: again" installed install /usr/local
check "install: a configuration that was changed stays" grep -q '^interface = eth0' "$ROOT/etc/xdp-tcpstate.conf"
check "uninstall" installed uninstall /usr/local
check "uninstall: only the changed configuration is left" \
	diff <(cd "$ROOT" && find . -type f) <(echo ./etc/xdp-tcpstate.conf)
check "uninstall: no directory of ours is left" bash -c "! find '$ROOT/usr' -name '*xdp-tcpstate*' | grep ."
rm -rf "$ROOT"

check "install: PREFIX=/usr" installed install /usr
check "install: these files, and no others, in /usr" lists usr
check "install: what was installed runs" "$ROOT/usr/sbin/xdp-tcpstate" --version

# files_of_page: those that the man page names are there.
files_of_page() {
	local file
	for file in $(sed -n '/^\.Sh FILES/,/^\.Sh EXIT/s/^\.It Pa \(\/\(etc\|usr\)\/[^ ]*\)$/\1/p' user/shipped/man/xdp-tcpstate.8 | grep -v IFACE); do
		[ -e "$ROOT$file" ] || { echo "the page says $file"; return 1; }
	done
}
check "install: the files that the man page names" files_of_page
