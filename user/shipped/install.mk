# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
## install: the command and what belongs to it [DESTDIR=] [PREFIX=/usr/local]
## uninstall: takes it away again
## deb: the Debian package, in build/deb
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/xdp-tcpstate
COMPLETIONDIR ?= $(DATADIR)/bash-completion/completions
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Where the daemon looks, whatever the prefix is.
SYSCONFDIR ?= /etc

UNITS := xdp-tcpstate.service xdp-tcpstate@.service
DASHBOARD := $(DATADIR)/xdp-tcpstate/grafana-dashboard.json
RULES := $(DATADIR)/xdp-tcpstate/xdp-tcpstate.rules.yml
CONFIG := $(SYSCONFDIR)/xdp-tcpstate.conf
LOGROTATE := $(SYSCONFDIR)/logrotate.d/xdp-tcpstate
# What is ours alone; the two in SYSCONFDIR are their admin's.
INSTALLED = $(SBINDIR)/xdp-tcpstate $(addprefix $(UNITDIR)/,$(UNITS)) $(MANDIR)/man8/xdp-tcpstate.8 \
	$(COMPLETIONDIR)/xdp-tcpstate $(DASHBOARD) $(RULES) $(DOCDIR)/README.md

# What an admin has changed stays.
install_once = test -e $(DESTDIR)$(2) || install -D -m 644 $(1) $(DESTDIR)$(2)

.PHONY: install
install: $(B)/xdp-tcpstate
	install -D -m 755 $(B)/xdp-tcpstate $(DESTDIR)$(SBINDIR)/xdp-tcpstate
	install -d $(DESTDIR)$(UNITDIR)
	for unit in $(UNITS); do \
		sed 's|/usr/sbin/xdp-tcpstate|$(SBINDIR)/xdp-tcpstate|' user/shipped/systemd/$$unit >$(DESTDIR)$(UNITDIR)/$$unit && \
		chmod 644 $(DESTDIR)$(UNITDIR)/$$unit || exit 1; \
	done
	install -D -m 644 user/shipped/man/xdp-tcpstate.8 $(DESTDIR)$(MANDIR)/man8/xdp-tcpstate.8
	install -D -m 644 user/shipped/completion/xdp-tcpstate $(DESTDIR)$(COMPLETIONDIR)/xdp-tcpstate
	install -D -m 644 user/shipped/grafana/xdp-tcpstate.json $(DESTDIR)$(DASHBOARD)
	install -D -m 644 user/shipped/prometheus/xdp-tcpstate.rules.yml $(DESTDIR)$(RULES)
	install -D -m 644 README.md $(DESTDIR)$(DOCDIR)/README.md
	$(call install_once,user/shipped/packaging/xdp-tcpstate.conf,$(CONFIG))
	$(call install_once,user/shipped/packaging/logrotate,$(LOGROTATE))

# Of the two that an admin may have changed, only those that nobody has.
remove_unchanged = ! cmp -s $(1) $(DESTDIR)$(2) || rm -f $(DESTDIR)$(2)

.PHONY: uninstall
uninstall:
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	$(call remove_unchanged,user/shipped/packaging/xdp-tcpstate.conf,$(CONFIG))
	$(call remove_unchanged,user/shipped/packaging/logrotate,$(LOGROTATE))
	for dir in $(dir $(DASHBOARD)) $(DOCDIR); do \
		test ! -d $(DESTDIR)$$dir || rmdir --ignore-fail-on-non-empty $(DESTDIR)$$dir; \
	done

# ---- the Debian package ----
# Built from a copy of what it takes: dpkg wants debian/ at the top, and writes beside it.
DEB_DIR = $(B)/deb
DEB_VERSION = $(VERSION)
DEB_SOURCE = $(DEB_DIR)/xdp-tcpstate-$(DEB_VERSION)
DEB_ARCH = $(shell dpkg --print-architecture)

.PHONY: deb
deb:
	tests/setup.sh deb
	rm -rf $(DEB_DIR)
	mkdir -p $(DEB_SOURCE)
	cp -R bpf include user Makefile README.md LICENSE CHANGELOG $(DEB_SOURCE)
	mv $(DEB_SOURCE)/user/shipped/packaging/debian $(DEB_SOURCE)
	cp CHANGELOG $(DEB_SOURCE)/debian/changelog
	cd $(DEB_SOURCE) && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u CFLAGS dpkg-buildpackage --build=binary --no-sign \
		-j$$(nproc) $(DEB_OPTIONS)
	rm -rf $(DEB_SOURCE)
	@echo "$(DEB_DIR)/xdp-tcpstate_$(DEB_VERSION)_$(DEB_ARCH).deb"
