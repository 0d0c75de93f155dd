# xdp-tcpstate. make help says what there is to make: the lines with two # here and in what is included.
# SANITIZE=1: everything that is not BPF with the address and undefined-behaviour sanitizers, in a folder of its own.
# COVERAGE=1: for gcov; what is inlined everywhere would count its branches at each place, so nothing is.
B := $(if $(SANITIZE),build/sanitized,$(if $(COVERAGE),build/coverage,build))
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
CFLAGS ?= -O2 -g
# What the second one checks would count as branches.
comma := ,
SANITIZERS := -fsanitize=address$(if $(COVERAGE),,$(comma)undefined -fno-sanitize-recover=undefined) -fno-omit-frame-pointer
override CFLAGS += $(if $(SANITIZE),-O1 $(SANITIZERS)) $(if $(COVERAGE),-O0 --coverage -D__always_inline__=__unused__)
WARN := -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes -Wshadow $(if $(WERROR),-Werror)
CPPFLAGS += -Iinclude -Iuser -Ibpf -I$(B) -D_GNU_SOURCE
LIBS := -lbpf -lelf -lz -lpcap -lmnl -lmicrohttpd -lcap-ng -lseccomp -lsystemd -lncursesw -ltinfo
MULTIARCH = $(shell $(CC) -print-multiarch)
# After su (without -) a root of Debian's has no sbin in its path: no tc, sysctl, bpftool, not even what apt-get needs.
# What tests/setup.sh only unpacks, as its package would start a service, is found last.
export PATH := $(PATH):/usr/sbin:/sbin:$(CURDIR)/$(B)/tools/usr/bin

# All rules are here and in what is included.
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
## all: build/xdp-tcpstate, one self-contained file
.PHONY: all
all: $(B)/xdp-tcpstate

$(B) $(B)/tests:
	mkdir -p $@

# ---- what an object was made from ----
# The compiler says so beside it (X.d beside X.o): a header that is touched rebuilds what reads it, and nothing else.
# An object with such a list is in COMPILED; one whose list is missing is made anew.
COMPILED :=
DEPS = -MMD -MP -MT $@ -MF $(@:.o=.d)

# $(eval $(call program,NAME,SOURCES,FLAGS,LIBRARIES,GENERATED-HEADERS,COMPILER)): a program of the tests, $(B)/NAME, with objects
# of its own, as its flags are its own. What else its objects are linked with is added as a prerequisite.
objects = $(patsubst %.c,$(B)/objects/$(1)/%.o,$(2))
define program
COMPILED += $(call objects,$(1),$(2))
$(call objects,$(1),$(2)): $(B)/objects/$(1)/%.o: %.c | $(5)
	@mkdir -p $$(@D)
	$(or $(6),$$(CC)) $$(CPPFLAGS) $$(CFLAGS) $$(WARN) $(3) $$(DEPS) -c $$< -o $$@

$(B)/$(1): $(call objects,$(1),$(2))
	@mkdir -p $$(@D)
	$(or $(6),$$(CC)) $$(CFLAGS) $(3) $$(filter %.o,$$^) $$(LDFLAGS) $(4) -o $$@
endef

# $(eval $(call bpf_object,NAME,SOURCE,FLAGS)): a BPF object of the tests, $(B)/NAME.bpf.o; where one is asked for, its skeleton
# is $(B)/NAME.skel.h.
define bpf_object
COMPILED += $(B)/$(1).bpf.o
$(B)/$(1).bpf.o: $(2)
	@mkdir -p $$(@D)
	$$(CLANG) $$(BPF_CFLAGS) $(3) $$(DEPS) -c $$< -o $$@

$(B)/$(1).skel.h: $(B)/$(1).bpf.o
	$$(BPFTOOL) gen skeleton $$< name $(notdir $(1)) > $$@
endef

# ---- the BPF object and its skeleton ----
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Wno-unused-parameter $(if $(WERROR),-Werror) -Iinclude -Ibpf -I/usr/include/$(MULTIARCH)

COMPILED += $(B)/xdp_tcpstate.bpf.o
$(B)/xdp_tcpstate.bpf.o: bpf/xdp_tcpstate.bpf.c | $(B)
	$(CLANG) $(BPF_CFLAGS) $(DEPS) -c $< -o $(B)/xdp_tcpstate.tmp.o
	$(BPFTOOL) gen object $@ $(B)/xdp_tcpstate.tmp.o

$(B)/xdp_tcpstate.skel.h: $(B)/xdp_tcpstate.bpf.o
	$(BPFTOOL) gen skeleton $< name xdp_tcpstate > $@

# The walk over the kernel's sockets, which alone knows the kernel's types.
COMPILED += $(B)/seed.bpf.o
$(B)/seed.bpf.o: bpf/seed.bpf.c | $(B)
	$(CLANG) $(BPF_CFLAGS) $(DEPS) -c $< -o $(B)/seed.tmp.o
	$(BPFTOOL) gen object $@ $(B)/seed.tmp.o

$(B)/seed.skel.h: $(B)/seed.bpf.o
	$(BPFTOOL) gen skeleton $< name tcpstate_seed > $@

# The walk over the files of all processes: whose a socket is.
COMPILED += $(B)/openers.bpf.o
$(B)/openers.bpf.o: bpf/openers.bpf.c | $(B)
	$(CLANG) $(BPF_CFLAGS) $(DEPS) -c $< -o $(B)/openers.tmp.o
	$(BPFTOOL) gen object $@ $(B)/openers.tmp.o

$(B)/openers.skel.h: $(B)/openers.bpf.o
	$(BPFTOOL) gen skeleton $< name tcpstate_openers > $@

# ---- the command ----
# CHANGELOG says which version this is; the Debian package has the same file.
VERSION := $(shell sed -n '1s/.*(\(.*\)).*/\1/p' CHANGELOG)

$(B)/version.h: CHANGELOG | $(B)
	@echo '#define VERSION "$(VERSION)"' >$@

USER_SRC := $(wildcard user/*/*.c)
USER_OBJ := $(USER_SRC:user/%.c=$(B)/user/%.o)
COMPILED += $(USER_OBJ)

$(USER_OBJ): $(B)/user/%.o: user/%.c | $(B)/xdp_tcpstate.skel.h $(B)/seed.skel.h $(B)/openers.skel.h $(B)/version.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) $(DEPS) -c $< -o $@

# Its assembler includes the page.
$(B)/user/serve/page.o: user/serve/page/index.html

$(B)/xdp-tcpstate: $(USER_OBJ)
	$(CC) $(CFLAGS) $(filter %.o,$^) $(LDFLAGS) $(LIBS) -o $@

## help: this list
.PHONY: help
help:
	@echo "make [TARGET...] [CFLAGS=] [WERROR=1] [SANITIZE=1], the tests as root. TARGET:"
	@sed -n 's/^## \([^:]*\): \(.*\)/\1:\2/p' $(filter-out %.d,$(MAKEFILE_LIST)) | awk -F: '{ name = $$1; sub(/^[^:]*:/, ""); printf "  %-18s %s\n", name, $$0 }'

## lint: cppcheck, shellcheck and pyflakes
.PHONY: lint test-lint
lint test-lint:
	tests/setup.sh lint
	tests/lib/lint/run.sh $(B)

## compile_commands.json: how each source is compiled, for editors and tools
.PHONY: compile_commands.json
compile_commands.json:
	tests/lib/compile_commands.py all $(B)/tests/unit $(B)/tests/run-scenarios >$@

## coverage: lines and branches of the core and the parser that the native tests take [MISSED=1: which they do not]
.PHONY: coverage coverage-table
coverage:
	$(MAKE) --no-print-directory COVERAGE=1 coverage-table
coverage-table: $(addprefix $(B)/,tests/unit tests/run-scenarios tests/packets/packets tests/model \
		fuzz/parser-seeded fuzz/core-seeded fuzz/parser.seeds)
	@tests/lib/coverage.py $(B) $(if $(MISSED),--missed)

## clean: removes build/
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
SUITES ?= replay house lint unit findings filter seed whose fed packets fuzz model spin scenarios strays traffic mutants page truth cases reasons metrics corpus packaging \
	cli race flood flood-words load daemon host late veth top bytes service oracle lab

# PART is for suites that can run a part of themselves: each adds its name to PARTED.
ifdef SUITE
override SUITES := $(SUITE)
endif
ifneq ($(and $(PART),$(filter test,$(MAKECMDGOALS))),)
ifeq ($(SUITE),)
$(error PART is a part of which SUITE? make test SUITE=late PART=timers)
endif
ifneq ($(filter-out $(PARTED),$(SUITE)),)
$(error no parts has: $(filter-out $(PARTED),$(SUITE)); these have: $(PARTED))
endif
endif

## test: all suites, as root [SUITE="late veth"] [SUITE=late PART="timers reuse"]
.PHONY: test
test:
	tests/setup.sh test
	@tests/run.sh $(SUITES)

## proof: what takes minutes, and proves more than it tests
.PHONY: proof
proof: proof-model

# ---- the lists of COMPILED, of which all is known now ----
# The lists name sources as well: one that has moved since is no reason to stop.
%.c: ;
LISTS := $(wildcard $(COMPILED:.o=.d))
include $(LISTS)

.PHONY: made-anew
$(filter-out $(LISTS:.d=.o),$(COMPILED)): made-anew
made-anew: ;
