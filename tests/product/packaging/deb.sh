# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The Debian package: built, free of lintian's errors and warnings, and with what make install installs.
DEB_VERSION=$(sed -n '1s/.*(\(.*\)).*/\1/p' CHANGELOG)
ARCH=$(dpkg --print-architecture)

build() {
	make --no-print-directory deb B="$WORK/build" >"$WORK/deb.log" 2>&1 || { tail -n 20 "$WORK/deb.log"; return 1; }
}
DEB=$WORK/build/deb/xdp-tcpstate_${DEB_VERSION}_$ARCH.deb

contents() {
	diff <(dpkg-deb --fsys-tarfile "$DEB" | tar -t | grep -v '/$' | sort) <(sort <<-END
		./etc/logrotate.d/xdp-tcpstate
		./etc/xdp-tcpstate.conf
		./lib/systemd/system/xdp-tcpstate.service
		./lib/systemd/system/xdp-tcpstate@.service
		./usr/sbin/xdp-tcpstate
		./usr/share/bash-completion/completions/xdp-tcpstate
		./usr/share/doc/xdp-tcpstate/README.md.gz
		./usr/share/doc/xdp-tcpstate/changelog.gz
		./usr/share/doc/xdp-tcpstate/copyright
		./usr/share/man/man8/xdp-tcpstate.8.gz
		./usr/share/xdp-tcpstate/grafana-dashboard.json
		./usr/share/xdp-tcpstate/xdp-tcpstate.rules.yml
		END
	)
}

# Libraries of each package that it must depend on, from the binary itself.
depends() {
	local library package depends
	depends=$(dpkg-deb -f "$DEB" Depends)
	for library in $(objdump -p "$XT" | sed -n 's/^ *NEEDED *//p'); do
		package=$(dpkg -S "*/$library" | sed -n '1s/:.*//p')
		grep -qE "(^|, )$package( |,|\$)" <<<"$depends" || { echo "$library of $package: not in $depends"; return 1; }
	done
}

# Restarted by an upgrade, taken down when it is removed. (What they do: boot.sh.)
scripts() {
	local control=$WORK/control
	dpkg-deb -e "$DEB" "$control" || return 1
	for script in postinst prerm postrm; do
		sh -n "$control/$script" || return 1
	done
	grep -q '_dh_action=restart' "$control/postinst" &&
		grep -q 'deb-systemd-invoke stop .*xdp-tcpstate.service' "$control/prerm" &&
		grep -q 'detach --pin' "$control/prerm" &&
		diff "$control/conffiles" <(printf '%s\n' /etc/logrotate.d/xdp-tcpstate /etc/xdp-tcpstate.conf)
}

same_version() {
	[ "$("$XT" --version)" = "xdp-tcpstate $DEB_VERSION" ] || { echo "package $DEB_VERSION, command $("$XT" --version)"; return 1; }
}
check "deb: its version is the command's" same_version

if has dh debhelper "deb: make deb"; then
	check "deb: make deb" build
	check "deb: what is in it" contents
	check "deb: depends on what the command is linked with" depends
	check "deb: its scripts" scripts
	if has lintian lintian "deb: lintian"; then
		# As root lintian says that it is.
		check "deb: lintian" silent lintian --allow-root --fail-on error,warning "$DEB"
	fi
fi
