# xdp-tcpstate: make, sudo make run, sudo make test, make bench, make fuzz, make test-kernel
B := build
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes -Wshadow
CPPFLAGS += -Iinclude -Iuser -Ibpf -I$(B) -D_GNU_SOURCE
LIBS := -lbpf -lelf -lz -lpcap -lmnl -lmicrohttpd -lcap-ng -lseccomp -lsystemd -lncursesw -ltinfo
MULTIARCH = $(shell $(CC) -print-multiarch)
# After su (without -) a root of Debian's has no sbin in its path: no tc, sysctl, bpftool, not even what apt-get needs.
# What tests/setup.sh only unpacks, as its package would start a service, is found last.
export PATH := $(PATH):/usr/sbin:/sbin:$(CURDIR)/$(B)/tools/usr/bin

.DELETE_ON_ERROR:
.PHONY: all
all: $(B)/xdp-tcpstate

$(B) $(B)/tests:
	mkdir -p $@

# ---- the BPF object and its skeleton ----
BPF_HEADERS := $(wildcard bpf/*.h bpf/*/*.h include/tcpstate/*.h include/tcpstate/*/*.h)
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Wno-unused-parameter -Iinclude -Ibpf -I/usr/include/$(MULTIARCH)

$(B)/xdp_tcpstate.bpf.o: bpf/xdp_tcpstate.bpf.c $(BPF_HEADERS) | $(B)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $(B)/xdp_tcpstate.tmp.o
	$(BPFTOOL) gen object $@ $(B)/xdp_tcpstate.tmp.o

$(B)/xdp_tcpstate.skel.h: $(B)/xdp_tcpstate.bpf.o
	$(BPFTOOL) gen skeleton $< name xdp_tcpstate > $@

# ---- the command ----
USER_SRC := $(wildcard user/*/*.c)
USER_HEADERS := $(wildcard user/*/*.h include/tcpstate/*.h include/tcpstate/*/*.h)
USER_OBJ := $(USER_SRC:user/%.c=$(B)/user/%.o)

$(USER_OBJ): $(B)/user/%.o: user/%.c $(USER_HEADERS) $(B)/xdp_tcpstate.skel.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -c $< -o $@

# Its assembler includes the page.
$(B)/user/serve/page.o: user/serve/page/index.html

$(B)/xdp-tcpstate: $(USER_OBJ)
	$(CC) $(CFLAGS) $^ $(LDFLAGS) $(LIBS) -o $@

.PHONY: clean
clean:
	rm -rf $(B)

# ---- make install, uninstall, deb ----
include user/shipped/install.mk

# ---- tests: each part brings its own rules ----
# What Python compiles of them would lie among the sources, and belong to root.
export PYTHONDONTWRITEBYTECODE := 1

-include tests/*/Makefile.inc tests/*/*/Makefile.inc

# The quick ones first, then the long ones, two at once (tests/run.sh). test-kernel (the stock
# Debian kernel, emulated) is not among them: it takes minutes, and is for those who change bpf/.
SUITES ?= replay unit fed packets fuzz model spin scenarios strays traffic mutants page truth cases reasons metrics corpus packaging \
	cli race flood flood-words load daemon host late veth top bytes service oracle lab

.PHONY: test
test:
	tests/setup.sh test
	@tests/run.sh $(SUITES)

# What takes minutes, and proves more than it tests.
.PHONY: proof
proof: proof-model
