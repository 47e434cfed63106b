# SPDX-License-Identifier: MIT
#
# Builds the library (demos/mp), the demos (demos/*.c), the lab (visualizer/) and the tests.
# `make help` lists what can be asked for. Everything made lies under $(BUILD).
#
# There are three ways to compile:
#   lab, tests  -O2, with sanitizers or coverage when asked for (SAN=, COVERAGE=1)
#   demos       -O0 with the compiler's access hooks (-fsanitize=thread), but linked without
#               that sanitizer, because mp defines the hooks; no other sanitizer ever, so
#               demos have a libmp.a of their own that has none either
#   plain       the demos as anybody would compile them, without hooks (make plain)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh

# --- Where it runs ----------------------------------------------------------------------

UNAME ?= $(shell uname -s)
goals := $(or $(MAKECMDGOALS),all)

ifneq ($(UNAME),Linux)
ifneq ($(filter-out help clean,$(goals)),)
define where
forklab needs Linux on x86-64 or 64-bit ARM. From here you can get there:

  Windows   WSL2, in Linux's own files: ~/forklab, not /mnt/c
  Mac, or nothing to install
            open the repository in a codespace, or in VS Code's Dev Containers,
            or with Docker, in this folder:

  docker run -it --rm --init -v "$$PWD":/forklab -w /forklab debian:12 \
    sh -c 'apt-get update && apt-get install -y make && make lab'

endef
$(info $(where))
$(error this machine runs $(UNAME))
endif
endif

# --- Switches ---------------------------------------------------------------------------

comma := ,
empty :=
space := $(empty) $(empty)

# Objects made with different switches never meet: each mix has a folder of its own.
variant := $(filter-out cc gcc,$(notdir $(firstword $(CC)))) $(if $(DEBUG),debug)
variant += $(if $(SAN),$(patsubst san-address-undefined,san,san-$(subst $(comma),-,$(SAN))))
variant += $(if $(COVERAGE),coverage)
BUILD ?= build$(addprefix /,$(subst $(space),-,$(strip $(variant))))
build_path := $(if $(filter /%,$(BUILD)),$(BUILD),$(CURDIR)/$(BUILD))

AR ?= ar
CLANG ?= clang
PKG_CONFIG ?= pkg-config
TEST_LIMIT ?= 600

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' '$1' '$2')
quote = '$(subst ','\'',$1)'
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$$(nproc 2>/dev/null || echo 1))

# --- What this machine has --------------------------------------------------------------

# Asked only when something is to be compiled: the other goals install what is missing first.
ifneq ($(filter-out help clean uninstall lab test test-long bench check-format cross-arm64,$(goals)),)
machine := $(shell $(CC) $(CPPFLAGS) $(CFLAGS) -dM -E -include features.h -x c /dev/null \
	2>/dev/null | awk '/__(clang__|GLIBC__|SIZEOF_POINTER__) / { print $$2 "=" $$3 }')
ifeq ($(machine),)
$(error $(CC) cannot compile here. $(shell CC='$(CC)' sh .ci/dependencies absent cc))
endif
ifeq ($(filter __GLIBC__=%,$(machine)),)
$(error forklab needs glibc (robust mutexes, locales), and $(CC) compiles for another C \
	library, such as musl. Debian, Ubuntu, Fedora, Arch and openSUSE have glibc)
endif
ifeq ($(filter __SIZEOF_POINTER__=8,$(machine)),)
$(error forklab needs 64 bits, and $(CC) compiles for 32)
endif

found := $(shell for p in ncursesw libdw libelf libcurl check vterm; do \
	$(PKG_CONFIG) --exists $$p 2>/dev/null && echo $$p; done)
static := $(shell echo 'int main(void) { return 0; }' | \
	$(CC) $(CPPFLAGS) $(CFLAGS) -static -x c - -o /dev/null 2>/dev/null && echo -static)
endif

package = $(if $(filter $1,$(found)),$(shell $(PKG_CONFIG) $2 $(filter $1,$(found))))
HAVE_NCURSES ?= $(if $(filter ncursesw,$(found)),1,0)
HAVE_LIBDW ?= $(if $(filter 2,$(words $(filter libdw libelf,$(found)))),1,0)
HAVE_LIBCURL ?= $(if $(filter libcurl,$(found)),1,0)
HAVE_STATIC ?= $(if $(static),1,0)
HAVE_TESTS := $(if $(filter 2,$(words $(filter check vterm,$(found)))),1,0)

# --- Flags ------------------------------------------------------------------------------

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wundef $(if $(WERROR),-Werror)
strict := $(warnings) -Wmissing-prototypes
language := -std=c17 -D_GNU_SOURCE -pthread
optimize := $(if $(DEBUG),-O0 -g3,-O2 -g)

# Code that is measured by sanitizers or coverage, and code that never is.
san_flags := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
instrument := $(strip $(san_flags) $(if $(COVERAGE),--coverage))
bare_cflags = $(filter-out -fsanitize=% --coverage,$(CPPFLAGS) $(CFLAGS))
bare_ldflags = $(filter-out -fsanitize=% --coverage,$(LDFLAGS))

mp_flags = $(language) $(strict) $(optimize) -Idemos/mp
lab_packages := $(if $(filter 1,$(HAVE_NCURSES)),ncursesw) $(if $(filter 1,$(HAVE_LIBDW)),libdw libelf)
lab_flags = $(mp_flags) -Ivisualizer -DHAVE_NCURSES=$(HAVE_NCURSES) -DHAVE_LIBDW=$(HAVE_LIBDW) \
	$(told) $(lab_cflags)
lab_cflags := $(if $(strip $(lab_packages)),$(call package,$(lab_packages),--cflags))
lab_libs := $(if $(strip $(lab_packages)),$(call package,$(lab_packages),--libs)) -pthread -lm
test_flags = $(lab_flags) -Itests -Itests/support $(test_cflags) \
	-DBUILD_DIR='"$(build_path)"' -DSOURCE_DIR='"$(CURDIR)"' -DMAKE_CC='"$(CC)"' \
	-DMAKE_SETTINGS='"CC=\"$(CC)\" SAN=\"$(SAN)\" COVERAGE=\"$(COVERAGE)\" DEBUG=\"$(DEBUG)\""'
test_cflags := $(call package,check vterm,--cflags)
test_libs := $(call package,check vterm,--libs)

clang_hooks := -mllvm -tsan-instrument-read-before-write=1
hooks := -fsanitize=thread $(if $(filter __clang__=%,$(machine)),$(clang_hooks))
demo_flags = $(language) $(warnings) -Idemos/mp $(bare_cflags)
wraps := $(foreach f,memcpy memmove memset strcpy,-Wl,--wrap=$f)
whole = -Wl,--whole-archive $1 -Wl,--no-whole-archive

# The lab compiles programs of one's own in the same way (visualizer/commands/build.c).
told := -DDEMO_COMPILE='"$(language) $(filter-out -Werror,$(warnings)) -O0 -g -fsanitize=thread"' \
	-DDEMO_COMPILE_CLANG='"$(clang_hooks)"' -DDEMO_LINK='"-no-pie $(wraps)"'

cflags_downloads := $(call package,libcurl,--cflags)
libs_downloads := $(call package,libcurl,--libs)
# A demo may have files of its own in demos/NAME: not what it shows, but what it needs.
parts_of_demos := $(wildcard demos/downloads/*.c)
parts_downloads = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard demos/downloads/*.c))

# --- What there is to make --------------------------------------------------------------

object = $(patsubst %.c,$(BUILD)/obj/%.o,$1)

mp_src := $(wildcard demos/mp/*.c)
demo_src := $(wildcard demos/*.c)
lab_src := $(wildcard visualizer/*/*.c)
test_src := $(foreach d,unit demos screen faults lessons,$(wildcard tests/$d/test_*.c))
bench_src := $(wildcard tests/bench/bench_*.c)
bench_shared := $(filter-out $(bench_src),$(wildcard tests/bench/*.c))
support_src := $(wildcard tests/support/*.c)
program_src := $(wildcard tests/programs/*.c)

ifneq ($(HAVE_LIBCURL),1)
demo_src := $(filter-out demos/downloads.c,$(demo_src))
endif
# Without ncurses the lab speaks as text: of the screen only what needs no terminal is left.
screen_src := $(wildcard visualizer/screen/*.c)
text_src := $(filter-out %/reader_run.c,$(wildcard $(addprefix visualizer/screen/,\
            absent.c glyphs.c spawn.c text.c reader_*.c)))
ifeq ($(HAVE_NCURSES),1)
lab_src := $(filter-out visualizer/screen/absent.c,$(lab_src))
else
lab_src := $(filter-out $(screen_src),$(lab_src)) $(text_src)
endif

demos := $(patsubst demos/%.c,%,$(demo_src))
# The longest first, that no processor is idle at the end.
long_tests := lessons/test_lessons unit/test_session lessons/test_waiting \
	lessons/test_exercises lessons/test_circles lessons/test_made faults/test_owners faults/test_lab_killed \
	demos/test_race unit/test_recording_random screen/test_words screen/test_sizes screen/test_looks
tests := $(patsubst tests/%.c,%,$(test_src))
tests := $(filter $(tests),$(long_tests)) $(filter-out $(long_tests),$(tests))
benches := $(patsubst tests/%.c,%,$(bench_src))
programs := $(patsubst tests/programs/%.c,%,$(program_src))

# What one of the programs run by the tests is not to have is said in its first lines.
says = $(if $(program_src),$(shell for f in $(program_src); do \
	head -n 10 $$f | grep -q $1 && basename $$f .c; done))
without_mp := $(call says,NO_MP)
without_hooks := $(sort $(call says,UNHOOKED) $(without_mp))
with_hooks := $(filter-out $(without_hooks),$(programs))

mp_obj := $(call object,$(mp_src))
lab_obj := $(call object,$(lab_src))
demo_obj := $(call object,$(demo_src))
part_obj := $(call object,$(parts_of_demos))
support_obj := $(call object,$(support_src))
test_obj := $(call object,$(test_src) $(bench_src) $(bench_shared))
program_obj := $(call object,$(program_src))
main_obj := $(call object,$(wildcard visualizer/lab.c))

libmp := $(BUILD)/libmp.a
ifeq ($(instrument),)
lab_libmp := $(libmp)
else
lab_libmp := $(BUILD)/libmp-instrumented.a
mp_san_obj := $(mp_src:demos/%.c=$(BUILD)/obj/instrumented/%.o)
endif

demo_bin := $(demos:%=$(BUILD)/demos/%)
plain_bin := $(demos:%=$(BUILD)/plain/%) $(demos:%=$(BUILD)/plain/%-O2)
test_bin := $(tests:%=$(BUILD)/tests/%)
bench_bin := $(benches:%=$(BUILD)/tests/%)
program_bin := $(programs:%=$(BUILD)/tests/programs/%)
ifneq ($(program_src),)
ifneq ($(shell command -v $(CLANG)),)
clang_bin := $(programs:%=$(BUILD)/tests/programs-clang/%)
clang_obj := $(programs:%=$(BUILD)/obj/tests/programs-clang/%.o)
endif
endif
lab_bin := $(if $(main_obj),$(BUILD)/lab)

# Instrumented programs need longer for the same.
patience := $(if $(instrument),TEST_TIMEOUT_FACTOR=$${TEST_TIMEOUT_FACTOR:-4} \
	CK_TIMEOUT_MULTIPLIER=$${CK_TIMEOUT_MULTIPLIER:-4})

# T=unit/test_lock, T=unit or T=bench_gate: those only.
chosen = $(if $(T),$(foreach t,$(T),$(filter $t $t/% %/$t,$1)),$1)

# --- Targets ----------------------------------------------------------------------------

.PHONY: all lab demos test test-long bench pictures plain objects cross-arm64 check-format lint clean help
.PHONY: fuzz install uninstall build-tests run-tests run-bench absent FORCE

all: $(lab_bin) demos ## the lab and the demos (build/lab, build/demos/*)
	@echo 'ready: $(BUILD)/lab and $(words $(demos)) demos in $(BUILD)/demos'

lab: ## the main job: installs what is missing, builds, opens the lab
	@sh .ci/dependencies lab
	@$(MAKE) --no-print-directory $(jobs) all
	@open() { "$$@" || [ $$? -eq 1 ]; }; \
	if [ -t 0 ] && [ -t 1 ]; then open $(BUILD)/lab; else \
	    open $(BUILD)/lab run lock_race --plain && echo && \
	    open $(BUILD)/lab run lock_fixed --plain && echo && \
	    echo 'Now with your own hands: make lab in a terminal.'; fi

test: ## installs what is missing, builds, runs every test (T=unit/test_lock: that one)
	@sh .ci/dependencies test
	@$(MAKE) --no-print-directory $(jobs) run-tests

test-long: ## the same, with kill storms of ten seconds each and more runs
	@FORKLAB_LONG=1 $(MAKE) --no-print-directory test

pictures: ## makes the pictures in README and lessons, from the lab itself
	@mkdir -p lessons/pictures
	@PICTURES=write $(MAKE) --no-print-directory test T=screen/test_pictures

bench: ## builds and runs the benchmarks (T=bench_gate: that one)
	@sh .ci/dependencies test
	@$(MAKE) --no-print-directory $(jobs) run-bench

# The fuzzer makes up the files that nobody would think of. The last line of a recording is a
# checksum, which it cannot guess: it gets as far as the lines before it.
fuzz_with := $(wildcard visualizer/model/*.c visualizer/report/recording*.c visualizer/scheduler/code*.c) \
	visualizer/report/save.c visualizer/scheduler/schedule.c demos/mp/fold.c demos/mp/ready.c
FUZZ_SECONDS ?= 20
fuzz: ## libFuzzer over codes and recordings, FUZZ_SECONDS=20 for each (needs clang)
	@mkdir -p $(BUILD)/fuzz/code $(BUILD)/fuzz/recording
	@sed -n 's/^schedule\t//p' tests/unit/recording.txt > $(BUILD)/fuzz/code/seed
	@for f in code recording; do echo "  FUZZ $$f" && \
	    $(CLANG) $(mp_flags) -Ivisualizer -O1 -fsanitize=fuzzer,address,undefined \
	        -fno-sanitize-recover=all -o $(BUILD)/fuzz/fuzz_$$f tests/fuzz/fuzz_$$f.c $(fuzz_with) && \
	    cp tests/unit/recording.txt $(BUILD)/fuzz/recording/seed && \
	    $(BUILD)/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -max_len=20000 -verbosity=0 \
	        -artifact_prefix=$(BUILD)/fuzz/ -print_final_stats=1 $(BUILD)/fuzz/$$f || exit 1; \
	done

# A demo that does not compile keeps no other one from being built, and is named at the end.
demos: $(demo_bin) | absent
	@set --; for d in $(demos); do [ -e $(BUILD)/demos/$$d ] || set -- "$$@" demos/$$d.c; done; \
	[ $$# -eq 0 ] || { echo "not built: $$*; why, the compiler says above. All others are." >&2; exit 1; }

plain: $(plain_bin) ## the demos without hooks, at -O0 and -O2, into build/plain

absent: # what had to be left out, one line each
	@$(if $(filter 0,$(HAVE_NCURSES)),sh .ci/dependencies absent ncurses)
	@$(if $(filter 0,$(HAVE_LIBDW)),sh .ci/dependencies absent libdw)
	@$(if $(wildcard demos/downloads.c),$(if $(filter 0,$(HAVE_LIBCURL)),sh .ci/dependencies absent curl))

build-tests: $(lab_bin) demos $(plain_bin) $(program_bin) $(clang_bin)

ifeq ($(HAVE_TESTS),1)
run-tests: build-tests $(patsubst %,$(BUILD)/tests/%,$(call chosen,$(tests))) | absent
	@$(if $(call chosen,$(tests)),,echo 'no test is called $(T); there are: $(tests)' >&2; exit 2)
	@LIMIT=$(TEST_LIMIT) $(patience) bash tests/run $(BUILD)/tests $(call chosen,$(tests))

run-bench: build-tests $(patsubst %,$(BUILD)/tests/%,$(call chosen,$(benches))) | absent
	@$(if $(call chosen,$(benches)),,echo 'no benchmark is called $(T); there are: $(benches)' >&2; exit 2)
	@set -e; for b in $(call chosen,$(benches)); do echo "$$b:"; $(BUILD)/tests/$$b; done
else
run-tests run-bench:
	@sh .ci/dependencies absent check vterm >&2; exit 1
endif

objects: $(mp_obj) $(demo_obj) $(lab_obj) $(main_obj)

ARM64 := aarch64-linux-gnu-gcc
cross-arm64: ## compiles library, demos and lab (without the screen) for 64-bit ARM
	@if command -v $(ARM64) >/dev/null; then \
	    $(MAKE) --no-print-directory $(jobs) CC=$(ARM64) BUILD=build/arm64 SAN= COVERAGE= \
	        HAVE_NCURSES=0 HAVE_LIBDW=0 HAVE_LIBCURL=0 objects && echo 'compiled for arm64'; \
	else echo 'skipped: compiling for arm64 ($(ARM64) is missing)'; fi

c_files = $(shell find demos visualizer tests lessons -name '*.[ch]' 2>/dev/null | sort)
lint_files = $(mp_src) $(demo_src) $(parts_of_demos) $(lab_src) $(wildcard visualizer/lab.c) $(support_src) \
	$(test_src) $(bench_src) $(bench_shared)

check-format: ## is all C formatted as .clang-format says? (clang-format -i mends it)
	@if command -v clang-format >/dev/null; then clang-format --dry-run -Werror --ferror-limit=1 $(c_files); \
	else echo 'skipped: check-format (clang-format is missing)'; fi

# Null pointers are too: sizeof *(type *)0 is taken for the use of one.
# Leaks are left to clang's analyzer and to the tests: cppcheck takes a pointer or descriptor
# that is returned, or copied away by memcpy, for one. clang-tidy gets one file at a time:
# with more it takes every va_list for uninitialized from the second on.
# Demos have names too common for a folder of commands. What the lessons tell to type works
# below share/forklab as well: there is a build/ that leads to what is installed.
PREFIX ?= /usr/local
DESTDIR ?=
prefix := $(abspath $(PREFIX))
to := $(DESTDIR)$(prefix)
put := install -D -m 644
headers = $(sort $(filter demos/mp/%.h,$(shell $(CC) -MM -Idemos/mp -include demos/mp/demo.h -x c /dev/null)))

define pkg_config
Name: forklab-mp
Description: multiprocessing for C, with reads and writes seen by the lab
Version: 1
Cflags: -I$(prefix)/include/forklab -D_GNU_SOURCE -pthread -O0 -g $(hooks)
Libs: -no-pie $(wraps) -Wl,--whole-archive,$(prefix)/lib/forklab/libmp.a,--no-whole-archive -pthread
endef
export pkg_config

install: all $(BUILD)/mp.3 ## lab, demos, library, lessons and manual (PREFIX=/usr/local, DESTDIR=)
	@install -D -m 755 $(BUILD)/lab '$(to)/bin/lab'
	@for d in $(demos); do install -D -m 755 $(BUILD)/demos/$$d '$(to)'/libexec/forklab/demos/$$d || exit; done
	@for h in $(headers); do $(put) $$h '$(to)'/include/forklab/$${h##*/} || exit; done
	@$(put) $(libmp) '$(to)/lib/forklab/libmp.a'
	@printf '%s\n' "$$pkg_config" >$(BUILD)/forklab-mp.pc
	@$(put) $(BUILD)/forklab-mp.pc '$(to)/lib/pkgconfig/forklab-mp.pc'
	@find lessons demos -type f | while read -r f; do $(put) "$$f" '$(to)'/share/forklab/"$$f" || exit; done
	@mkdir -p '$(to)/share/forklab/build'
	@ln -sfn ../../../bin/lab '$(to)/share/forklab/build/lab'
	@ln -sfn ../../../libexec/forklab/demos '$(to)/share/forklab/build/demos'
	@$(put) visualizer/lab.1 '$(to)/share/man/man1/lab.1'
	@$(put) $(BUILD)/mp.3 '$(to)/share/man/man3/mp.3'
	@echo 'installed: $(to)/bin/lab'

uninstall: ## removes what install put there (the same PREFIX= and DESTDIR=)
	rm -f '$(to)/bin/lab' '$(to)/lib/pkgconfig/forklab-mp.pc' '$(to)/share/man/man1/lab.1' '$(to)/share/man/man3/mp.3'
	rm -rf '$(to)/libexec/forklab' '$(to)/include/forklab' '$(to)/lib/forklab' '$(to)/share/forklab'

$(BUILD)/mp.3: demos/mp/mp.3.awk $(wildcard demos/mp/mp.h demos/mp/mp_*.h) demos/mp/demo.h Makefile
	@awk -f $(filter-out Makefile,$^) >$@

lint: ## cppcheck and clang-tidy
	@mkdir -p $(BUILD)/cppcheck $(BUILD)/tidy; status=0; \
	if command -v cppcheck >/dev/null; then \
	    echo '  LINT cppcheck'; \
	    cppcheck -q -j$$(nproc) --cppcheck-build-dir=$(BUILD)/cppcheck \
	        --enable=warning,performance,portability --error-exitcode=1 --inline-suppr \
	        --std=c11 --library=posix,gnu \
	        --suppress=missingIncludeSystem --suppress=readdirCalled \
	        --suppress=nullPointer --suppress=memleak --suppress=resourceLeak \
	        -D_GNU_SOURCE -D__linux__ -D__x86_64__ -DHAVE_NCURSES=1 -DHAVE_LIBDW=1 \
	        '-DSTART_TEST(x)=static void x(int _i)' -DEND_TEST= \
	        -Idemos/mp -Ivisualizer -Itests -Itests/support $(lint_files) || status=1; \
	else echo 'skipped: cppcheck (missing)'; fi; \
	if command -v clang-tidy >/dev/null; then \
	    echo '  LINT clang-tidy'; \
	    printf '%s\n' $(patsubst -I%,-I$(CURDIR)/%,$(filter-out -Werror,$(test_flags))) \
	        >$(BUILD)/tidy/compile_flags.txt; \
	    printf '%s\n' $(lint_files) | xargs -P $$(nproc) -n 1 clang-tidy --quiet -p $(BUILD)/tidy \
	        $(if $(WERROR),'--warnings-as-errors=*') >$(BUILD)/tidy/log 2>&1 || status=1; \
	    grep -v 'warnings\{0,1\} generated\.$$' $(BUILD)/tidy/log; \
	else echo 'skipped: clang-tidy (missing)'; fi; exit $$status

clean: ## removes everything made
	rm -rf $(BUILD)

help: ## this list
	@echo 'make TARGET [SWITCH=...]'
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    while IFS='|' read -r t text; do printf '  %-13s %s\n' "$$t" "$$text"; done
	@echo 'Switches; objects made with different ones have folders of their own:'
	@echo '  CC=clang      another compiler                     (build/clang)'
	@echo '  DEBUG=1       lab and library at -O0 -g3           (build/debug)'
	@echo '  SAN=address,undefined  lab, library and tests      (build/san)'
	@echo '  COVERAGE=1    the same with gcov                   (build/coverage)'
	@echo '  WERROR=1      warnings are errors'
	@echo '  V=1           show the commands'
	@echo '  T=NAME        only this test or benchmark'
	@echo '  YES=1         install what is missing without asking'
	@echo '  BUILD=FOLDER  put everything made there'
	@echo '  CFLAGS=, LDFLAGS=  added to the flags used'

# --- How things are made ----------------------------------------------------------------

define compile
$(call say,CC,$<)
@mkdir -p $(@D)
$(Q)$(CC) $1 -MMD -MP -c -o $@ $<
endef

define archive
$(call say,AR,$@)
@mkdir -p $(@D) && rm -f $@
$(Q)$(AR) rcs $@ $(filter %.o,$^)
endef

# $1 objects, libraries and flags, in this order
define link
$(call say,LD,$@)
@mkdir -p $(@D)
$(Q)$(CC) -o $@ $1
endef

# A file that changes only when its text does: what depends on it is made again when flags,
# or the list of sources, are no longer what they were (a library that has been installed
# since, a source that is gone).
define note
@mkdir -p $(@D)
@now=$(call quote,$(strip $1)); [ "$$(cat $@ 2>/dev/null)" = "$$now" ] || printf '%s\n' "$$now" >$@
endef

$(BUILD)/flags: FORCE
	$(call note,$(CC) $(filter-out -Werror,$(lab_flags)) $(instrument) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) \
		HAVE_STATIC=$(HAVE_STATIC))
$(BUILD)/mp-sources: FORCE
	$(call note,$(mp_src))
$(BUILD)/sources: FORCE
	$(call note,$(lab_src) $(support_src))

# The library, for demos; and for lab and tests when they are instrumented.
$(mp_obj): $(BUILD)/obj/%.o: %.c $(BUILD)/flags
	$(call compile,$(mp_flags) $(bare_cflags))
$(libmp): $(mp_obj) $(BUILD)/mp-sources
	$(archive)
ifneq ($(instrument),)
$(mp_san_obj): $(BUILD)/obj/instrumented/%.o: demos/%.c $(BUILD)/flags
	$(call compile,$(mp_flags) $(instrument) $(CPPFLAGS) $(CFLAGS))
$(lab_libmp): $(mp_san_obj) $(BUILD)/mp-sources
	$(archive)
endif

# mp's wrapper of memcpy calls __real_memcpy, a name that exists only in a program linked with
# --wrap. In the others it is memcpy itself.
unwrapped := $(BUILD)/libunwrapped.a
$(BUILD)/obj/unwrapped.c: Makefile
	@mkdir -p $(@D)
	@{ echo '#include <string.h>'; \
	echo 'void *__real_memcpy(void *to, const void *from, size_t n);'; \
	echo 'void *__real_memcpy(void *to, const void *from, size_t n) { return memcpy(to, from, n); }'; \
	echo 'void *__real_memmove(void *to, const void *from, size_t n);'; \
	echo 'void *__real_memmove(void *to, const void *from, size_t n) { return memmove(to, from, n); }'; \
	echo 'void *__real_memset(void *to, int byte, size_t n);'; \
	echo 'void *__real_memset(void *to, int byte, size_t n) { return memset(to, byte, n); }'; \
	echo 'char *__real_strcpy(char *to, const char *from);'; \
	echo 'char *__real_strcpy(char *to, const char *from) { return strcpy(to, from); }'; } >$@
$(BUILD)/obj/unwrapped.o: $(BUILD)/obj/unwrapped.c $(BUILD)/flags
	$(call compile,$(mp_flags) $(bare_cflags))
$(unwrapped): $(BUILD)/obj/unwrapped.o
	$(archive)

# Every schedule of a program is a fork of it: of one that has no shared libraries in it that takes
# half as long. So where there is a libc.a, and no other library is wanted:
shape = -no-pie $(if $(filter 1,$(HAVE_STATIC)),$(if $(libs_$*),,-static))
hooked = $(call link,$< $(shape) $(wraps) $(parts_$*) $(call whole,$(libmp)) $(libs_$*) -pthread $(bare_ldflags))
unhooked = $(call link,$< $(shape) $(parts_$*) $(call whole,$(libmp)) $(unwrapped) $(libs_$*) -pthread $(bare_ldflags))

# Demos: hooks in the object, mp's definitions of them in the library.
$(demo_obj): $(BUILD)/obj/demos/%.o: demos/%.c $(BUILD)/flags
	$(call compile,$(demo_flags) $(cflags_$*) -O0 -g $(hooks)) || rm -f $@ $(BUILD)/demos/$*
$(demo_bin): $(BUILD)/demos/%: $(BUILD)/obj/demos/%.o $(libmp)
	$(if $(shell [ -e $< ] && echo yes),$(hooked) || rm -f $@)

$(part_obj): $(BUILD)/obj/demos/%.o: demos/%.c $(BUILD)/flags
	$(call compile,$(demo_flags) -O2 -g)
$(foreach d,demos/downloads plain/downloads plain/downloads-O2,$(BUILD)/$d): $(part_obj)

plain_O0 := $(demos:%=$(BUILD)/obj/plain/%.o)
plain_O2 := $(demos:%=$(BUILD)/obj/plain/%-O2.o)
$(plain_O0): $(BUILD)/obj/plain/%.o: demos/%.c $(BUILD)/flags
	$(call compile,$(demo_flags) $(cflags_$*) -O0 -g)
$(plain_O2): $(BUILD)/obj/plain/%-O2.o: demos/%.c $(BUILD)/flags
	$(call compile,$(demo_flags) $(cflags_$*) -O2 -g)
$(demos:%=$(BUILD)/plain/%): $(BUILD)/plain/%: $(BUILD)/obj/plain/%.o $(libmp) $(unwrapped)
	$(unhooked)
$(demos:%=$(BUILD)/plain/%-O2): $(BUILD)/plain/%-O2: $(BUILD)/obj/plain/%-O2.o $(libmp) $(unwrapped)
	$(unhooked)

# The lab. The tests link all of it but lab.c.
$(lab_obj) $(main_obj): $(BUILD)/obj/%.o: %.c $(BUILD)/flags
	$(call compile,$(lab_flags) $(instrument) $(CPPFLAGS) $(CFLAGS))
$(BUILD)/liblab.a: $(lab_obj) $(BUILD)/sources
	$(archive)
$(BUILD)/lab: $(main_obj) $(lab_obj) $(lab_libmp) $(unwrapped) $(BUILD)/sources | absent
	$(call link,$(filter %.o,$^) $(lab_libmp) $(unwrapped) $(lab_libs) $(instrument) $(LDFLAGS))

# Tests and benchmarks, with the whole of mp as in a demo.
$(support_obj) $(test_obj): $(BUILD)/obj/%.o: %.c $(BUILD)/flags
	$(call compile,$(test_flags) $(instrument) $(CPPFLAGS) $(CFLAGS))
$(bench_bin): $(call object,$(bench_shared))
$(test_bin) $(bench_bin): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(support_obj) \
		$(BUILD)/liblab.a $(lab_libmp)
	$(call link,$(filter %.o,$^) $(BUILD)/liblab.a $(wraps) $(call whole,$(lab_libmp)) \
		$(test_libs) $(lab_libs) $(instrument) $(LDFLAGS))

# Little programs that the tests run, by this compiler and by clang.
program_flags = $(demo_flags) -O0 -g $(if $(filter $*,$(without_hooks)),,$1)
program_link = $(if $(filter $*,$(without_mp)),$(call link,$< -no-pie -pthread $(bare_ldflags)),$(if \
	$(filter $*,$(without_hooks)),$(unhooked),$(hooked)))
$(program_obj): $(BUILD)/obj/tests/programs/%.o: tests/programs/%.c $(BUILD)/flags
	$(call compile,$(call program_flags,$(hooks)))
$(program_bin): $(BUILD)/tests/programs/%: $(BUILD)/obj/tests/programs/%.o $(libmp) $(unwrapped)
	$(program_link)
$(clang_obj): private override CC := $(CLANG)
$(clang_obj): $(BUILD)/obj/tests/programs-clang/%.o: tests/programs/%.c $(BUILD)/flags
	$(call compile,$(call program_flags,-fsanitize=thread $(clang_hooks)))
$(clang_bin): $(BUILD)/tests/programs-clang/%: $(BUILD)/obj/tests/programs-clang/%.o $(libmp) $(unwrapped)
	$(program_link)

all_obj := $(mp_obj) $(mp_san_obj) $(demo_obj) $(part_obj) $(plain_O0) $(plain_O2) $(lab_obj) $(main_obj) \
	$(support_obj) $(test_obj) $(program_obj) $(clang_obj)
-include $(all_obj:.o=.d)
