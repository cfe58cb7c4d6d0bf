# mailflow - one Makefile, non-recursive.  It finds its sources: adding a file never edits it.
#   make run    set everything up and open the program      make test   set everything up and pass the tests
#   make check  the quick tests                             make help   all targets

CC        ?= gcc
CLANG     ?= clang
CFLAGS    ?= -O2 -g
PREFIX    ?= /usr/local
prefix    ?= $(PREFIX)
DESTDIR   ?=
VERSION   := 0.1.0
ifeq ($(origin CC),default)
CC := gcc
endif

# ---- what is always added, whatever CFLAGS says
WARN      := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Werror
MANDATORY := -std=c11 $(WARN) -I. -MMD -MP -D_XOPEN_SOURCE=700 -DMAILFLOW_VERSION='"$(VERSION)"' \
             -DMAILFLOW_DATADIR='"$(prefix)/share/mailflow"'
LIBS      := -lncursesw -ltinfo -lcjson -lssl -lcrypto -luv -lidn2
SANITIZE  := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# ---- how many compilers at once, where a target builds everything
JOBS      ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# ---- one build directory for each way of building
B         ?= build
SOURCES   := $(sort $(shell find sim ui -name '*.c'))
OBJECTS   := $(SOURCES:%.c=$(B)/obj/%.o)
CORE      := $(filter-out $(B)/obj/ui/main.o,$(OBJECTS))
TESTS     := $(sort $(shell find tests/unit tests/lib -name '*.c' 2>/dev/null))
TEST_OBJ  := $(TESTS:%.c=$(B)/obj/%.o)
SWARM_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard tests/swarm/*.c)))
MODEL_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard tests/model/*.c)))
FUZZERS   := $(sort $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c)))
FUZZ_LIB  := lesson_show lesson_trace whole_screen
REPLAY_OBJ := $(FUZZERS:%=$(B)/obj/replay/%.o) $(B)/obj/replay/all.o \
              $(FUZZ_LIB:%=$(B)/obj/tests/lib/%.o)
HEADERS   := $(sort $(shell find sim ui tests -name '*.h'))

.PHONY: all run test check deps deps-test deps-servers deps-node asan fuzz bench tidy fmt fmt-check install uninstall clean help matrix digests replay-corpus interop swarm
.DEFAULT_GOAL := all

all: $(B)/mailflow

$(B)/mailflow: $(OBJECTS)
	@echo "LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/tests: $(CORE) $(TEST_OBJ)
	@echo "LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcriterion

$(B)/swarm: $(CORE) $(SWARM_OBJ)
	@echo "LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/model: $(CORE) $(MODEL_OBJ)
	@echo "LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# A test runs once and is compiled more often than that.
$(B)/obj/tests/unit/%.o: OWN := -O0

# All fuzz targets in one program, which plays files to them without a fuzzer.
$(B)/replay: $(CORE) $(REPLAY_OBJ)
	@echo "LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/obj/replay/%.o: tests/fuzz/%_fuzz.c $(B)/flags
	@mkdir -p $(@D)
	@echo "CC $<"; $(CC) $(MANDATORY) $(CFLAGS) $(CPPFLAGS) -UNDEBUG -DLLVMFuzzerTestOneInput=fuzz_$* -c -o $@ $<

$(B)/obj/replay/all.o: tests/fuzz/replay.c $(FUZZERS:%=tests/fuzz/%_fuzz.c) $(B)/flags
	@mkdir -p $(@D)
	@echo "CC $<"; $(CC) $(MANDATORY) $(CFLAGS) $(CPPFLAGS) -DTARGETS='$(foreach f,$(FUZZERS),TARGET($f))' -c -o $@ $<

# -UNDEBUG: asserts are always compiled in, whatever CFLAGS says; they are part of what is promised.
# Flags are part of what an object depends on: a changed CC or CFLAGS builds anew.
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(CC) $(CFLAGS) $(MANDATORY)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(MANDATORY)' > $@
.PHONY: FORCE
FORCE:

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@echo "CC $<"; $(CC) $(MANDATORY) $(CFLAGS) $(CPPFLAGS) $(OWN) -UNDEBUG -c -o $@ $<

-include $(OBJECTS:.o=.d) $(TEST_OBJ:.o=.d) $(SWARM_OBJ:.o=.d) $(MODEL_OBJ:.o=.d) $(REPLAY_OBJ:.o=.d)

# ---- what must be installed; apt where there is apt, the names elsewhere
DEPS_RUN  := gcc libc6-dev libncurses-dev libcjson-dev libssl-dev libuv1-dev libidn2-dev
# Real mail programs for tests/interop; none of these packages starts anything by itself (fetchmail's
# service is off unless /etc/default/fetchmail says otherwise).
DEPS_MAIL := swaks libnet-ssleay-perl curl msmtp mpop fetchmail isync offlineimap3 neomutt \
             bind9-dnsutils python3
# Real servers for tests/interop, wanted only by INTEROP=servers and in CI; installed without being
# started (tests/interop/install-servers.sh).
DEPS_SERVERS := postfix dovecot-imapd dovecot-pop3d nsd openssl
# Those of which only one can be installed (tests/interop/unpack-servers.sh).
DEPS_BESIDE  := exim4-daemon-light opensmtpd
DEPS_TEST := $(DEPS_RUN) clang libclang-rt-14-dev clang-format libcriterion-dev tshark \
             $(DEPS_MAIL)

define install_packages
	@missing=""; \
	if command -v dpkg-query >/dev/null 2>&1; then \
	  for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -q && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	  fi; \
	else \
	  for h in curses.h cjson/cJSON.h openssl/ssl.h uv.h idn2.h; do \
	    echo "#include <$$h>" | $(CC) -E -x c - >/dev/null 2>&1 || missing=1; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "Please install:"; \
	    echo "  dnf install gcc make ncurses-devel cjson-devel openssl-devel libuv-devel libidn2-devel  (tests: clang compiler-rt criterion-devel)"; \
	    echo "  pacman -S gcc make ncurses cjson openssl libuv libidn2      (tests: clang compiler-rt criterion)"; \
	    echo "  brew install gcc make ncurses cjson openssl@3 libuv libidn2 (tests: llvm criterion)"; \
	    exit 1; \
	  fi; \
	fi
endef

deps:
	$(call install_packages,$(DEPS_RUN))

deps-test:
	$(call install_packages,$(DEPS_TEST))

deps-servers:
	@tests/interop/install-servers.sh $(DEPS_SERVERS)
	@tests/interop/unpack-servers.sh $(DEPS_BESIDE)

# Node's imapflow, as its lock file has it, and only for tests/interop; INTEROP_NODE=1 insists on it.
deps-node:
	@tests/interop/install-node.sh build/imapflow

# ---- run
run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@if [ -t 0 ] && [ -t 1 ]; then $(B)/mailflow; else $(B)/mailflow play scenarios/first-mail.json; fi

# ---- tests
# check: one optimised build, the whole suite, quick.  Two more at once than there are processors:
# a few tests only wait.
check: $(B)/tests $(B)/mailflow
	@MAILFLOW=$(B)/mailflow $(B)/tests -S --timeout 60 -j$$(($(JOBS) + 2))

test: deps-test
	@$(MAKE) --no-print-directory fmt-check
	@$(MAKE) --no-print-directory -j$(JOBS) B=build CC=gcc CFLAGS='-O2 -g' build/mailflow build/tests
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' \
	  build/asan/mailflow build/asan/tests build/asan/replay build/asan/swarm build/asan/model
	@$(MAKE) --no-print-directory B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' replay-corpus
	@$(MAKE) --no-print-directory digests
	@if [ -n "$$CI" ] || [ "$$INTEROP" = servers ]; then $(MAKE) --no-print-directory deps-servers; fi
	@if [ "$$INTEROP_NODE" = 1 ] || [ "$$INTEROP" = servers ]; then $(MAKE) --no-print-directory deps-node; fi
	@$(MAKE) --no-print-directory B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' CAPTURED_BY=build/mailflow interop
	@tests/suite.sh build build/asan
	@$(MAKE) --no-print-directory B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' SEEDS=500 STEPS=20000 DEVICES=40 swarm

# Worlds by chance, on all processors: make swarm SEEDS=20000 SEED=1; IMAP sessions beside a model of
# the rules: STEPS commands; devices that were offline and come back: DEVICES seeds.
SEEDS ?= 20000
SEED  ?= 1
STEPS ?= 100000
DEVICES ?= 2000
swarm: $(B)/swarm $(B)/model $(B)/tests
	@$(B)/model --steps $(STEPS) --seed $(SEED)
	@MAILFLOW_SEEDS=$(DEVICES) $(B)/tests -S --filter 'mua_agree/*'
	@$(B)/swarm --seeds $(SEEDS) --seed $(SEED) --keep $(B)

# Real clients against mailflow serve; INTEROP=servers: and the simulated clients against real servers.
# Captures are made by CAPTURED_BY: `digests` shows that every build makes the same.
CAPTURED_BY ?= $(B)/mailflow
interop: $(B)/mailflow
	@MAILFLOW=$(B)/mailflow CAPTURED_BY=$(CAPTURED_BY) python3 tests/interop/run.py

# The digests of every scenario, from every build that is there, must agree.
digests:
	@tests/digests.sh build build/asan

# The combinations that `make test` leaves out.
matrix: deps-test
	@set -e; for cc in gcc $(CLANG); do for o in -O0 -O1 -O2 -O3; do \
	  $(MAKE) --no-print-directory B=build/$$cc$$o CC=$$cc CFLAGS="$$o -g" build/$$cc$$o/mailflow; done; done
	@$(MAKE) --no-print-directory B=build/ndebug CC=gcc CFLAGS='-O2 -DNDEBUG' build/ndebug/mailflow
	@$(MAKE) --no-print-directory B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' build/asan/mailflow
	@$(MAKE) --no-print-directory B=build/gcc-asan CC=gcc CFLAGS='$(SANITIZE)' build/gcc-asan/mailflow
	@$(MAKE) --no-print-directory B=build CC=gcc CFLAGS='-O2 -g' build/mailflow
	@tests/digests.sh build build/gcc-O? build/$(CLANG)-O? build/ndebug build/gcc-asan build/asan

asan: deps-test
	@$(MAKE) --no-print-directory B=build/asan CC=$(CLANG) CFLAGS='$(SANITIZE)' build/asan/mailflow build/asan/tests
	@tests/suite.sh build/asan

# ---- fuzzing: one target a decoder; the committed corpus is replayed by `make test`
FUZZ_SECONDS ?= 60
FB := build/fuzz
FUZZ_CORE := $(filter-out $(FB)/obj/ui/main.o,$(SOURCES:%.c=$(FB)/obj/%.o))

replay-corpus: $(B)/replay
	@set -e; for f in $(FUZZERS); do $(B)/replay $$f tests/fuzz/corpus/$$f/*; done

fuzz: deps-test
	@$(MAKE) --no-print-directory B=$(FB) CC=$(CLANG) \
	  CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' fuzz-build
	@set -e; for f in $(FUZZERS); do mkdir -p $(FB)/found/$$f; echo "== $$f"; \
	  $(FB)/$$f -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -print_final_stats=1 \
	  -artifact_prefix=$(FB)/$$f- $(FB)/found/$$f tests/fuzz/corpus/$$f 2>&1 | tail -12; done

.PHONY: fuzz-build
fuzz-build: $(FUZZERS:%=$(FB)/%)
$(FB)/screen: $(FUZZ_LIB:%=$(FB)/obj/tests/lib/%.o)
$(FB)/%: tests/fuzz/%_fuzz.c $(FUZZ_CORE)
	$(CC) $(MANDATORY) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# ---- measure
bench: all
	@for n in engine deliver fetch list mailbox ui; do $(B)/mailflow bench $$n; done

# ---- keep tidy
C_FILES := $(shell find sim ui tests -name '*.c' -o -name '*.h')
fmt:
	@clang-format -i $(C_FILES)
fmt-check:
	@clang-format --dry-run -Werror $(C_FILES)
# Left out: what cries wolf here.
#   easily-swappable-parameters   (size_t, size_t) is how offsets and lengths are
#   sizeof-expression             sizeof *p is how arrays are sized, also arrays of pointers
#   reserved-identifier           _POSIX_C_SOURCE and its like are asked for by defining them
#   DeprecatedOrUnsafe...         wants C11 Annex K, which no libc here has
#   valist.Uninitialized          does not know va_start from the second file of a run on (clang 14)
#   Padding                       a table of some rows reads in the order of its words
#   NonNullParamChecker           believes in slices of NULL with a length; UBSan watches this instead
TIDY_CHECKS := -*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-sizeof-expression
TIDY_CHECKS := $(TIDY_CHECKS),-bugprone-reserved-identifier
TIDY_CHECKS := $(TIDY_CHECKS),clang-analyzer-*,-clang-analyzer-valist.Uninitialized
TIDY_CHECKS := $(TIDY_CHECKS),-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
TIDY_CHECKS := $(TIDY_CHECKS),-clang-analyzer-core.NonNullParamChecker,-clang-analyzer-optin.performance.Padding
TIDY_FLAGS := -std=c11 -Wall -Wextra -I. -D_XOPEN_SOURCE=700 -DMAILFLOW_VERSION=\"0\" -DMAILFLOW_DATADIR=\"/\"
tidy:
	$(call install_packages,$(DEPS_TEST) clang-tidy)
	@printf '%s\n' $(SOURCES) | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --checks="$(TIDY_CHECKS)" \
	  --warnings-as-errors="*" "$$@" -- $(TIDY_FLAGS) 2>/dev/null || exit 1' tidy

# ---- install
install: all
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/share/mailflow/scenarios \
	  $(DESTDIR)$(prefix)/share/man/man1 $(DESTDIR)$(prefix)/share/man/man5
	install -m 755 $(B)/mailflow $(DESTDIR)$(prefix)/bin/mailflow
	install -m 644 $(wildcard scenarios/*.json) $(DESTDIR)$(prefix)/share/mailflow/scenarios
	install -d $(DESTDIR)$(prefix)/share/mailflow/scenarios/letters \
	  $(DESTDIR)$(prefix)/share/mailflow/scenarios/open-house
	install -m 644 $(wildcard scenarios/letters/*) $(DESTDIR)$(prefix)/share/mailflow/scenarios/letters
	install -m 644 $(wildcard scenarios/open-house/*) $(DESTDIR)$(prefix)/share/mailflow/scenarios/open-house
	install -m 644 docs/mailflow.1 $(DESTDIR)$(prefix)/share/man/man1
	install -m 644 docs/mailflow-scenario.5 $(DESTDIR)$(prefix)/share/man/man5
uninstall:
	rm -rf $(DESTDIR)$(prefix)/bin/mailflow $(DESTDIR)$(prefix)/share/mailflow \
	  $(DESTDIR)$(prefix)/share/man/man1/mailflow.1 $(DESTDIR)$(prefix)/share/man/man5/mailflow-scenario.5
clean:
	rm -rf build

help:
	@echo "run test check swarm interop deps deps-servers deps-node asan matrix fuzz bench tidy fmt install uninstall clean"
