# Daybook: one non-recursive Makefile; everything is built under build/.
#   make SAN=1     with ASan and UBSan, under build/san/
#   make WERROR=1  warnings are errors, as in CI
#   make FUZZ=1    for the fuzz targets: clang, libFuzzer's coverage, ASan and UBSan, under build/fuzz/
#   make CC=clang  another compiler
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

ifeq ($(FUZZ),1)
BUILD := build/fuzz
override CC := clang
else ifeq ($(SAN),1)
BUILD := build/san
else
BUILD := build
endif
PREFIX ?= /usr/local
DESTDIR ?=

PACKAGES := libpq libarchive libxml-2.0 libcrypto libssh2 zlib json-c
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wwrite-strings $(if $(filter 1,$(WERROR)),-Werror)
HARDENING := -fstack-protector-strong -fPIE $(if $(filter 1,$(SAN) $(FUZZ)),,-D_FORTIFY_SOURCE=2)
SANITIZERS := $(if $(filter 1,$(SAN) $(FUZZ)),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer $(if $(filter 1,$(FUZZ)),-fsanitize=fuzzer-no-link))
CFLAGS ?= -O2 -g
override CPPFLAGS += -D_GNU_SOURCE -I. -I$(BUILD)/gen $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
override CFLAGS += -std=c17 -pthread $(WARNINGS) $(HARDENING) $(SANITIZERS)
override LDFLAGS += -pie -pthread -Wl,-z,relro,-z,now $(SANITIZERS)
LDLIBS = $(shell pkg-config --libs $(PACKAGES)) -lcsv -linih

# The layers of DESIGN.md 2, each a static library, in the order they are linked.
LAYERS := jobs reports ledger formats base
jobs_SOURCES := $(filter-out jobs/main.c,$(wildcard jobs/*.c jobs/*/*.c))
reports_SOURCES := $(wildcard reports/*.c)
ledger_SOURCES := $(wildcard ledger/*.c)
formats_SOURCES := $(wildcard formats/*.c)
base_SOURCES := $(wildcard base/*.c)
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
libraries = $(foreach layer,$(1),$(BUILD)/lib$(layer).a) $(BUILD)/libsql.a

SQL_FILES := $(sort $(wildcard sql/migrations/*.sql sql/queries/*/*.sql))
UNIT_SOURCES := $(wildcard tests/unit/*/*_test.c)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
FUZZ_SOURCES := $(wildcard tests/fuzz/*_fuzz.c)
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
BENCH_SOURCES := $(wildcard tests/bench/*.c)
BENCHES := $(patsubst %.c,$(BUILD)/%,$(BENCH_SOURCES))

# make V=1 shows the commands themselves.
Q := $(if $(filter 1,$(V)),,@)
say := @$(if $(filter 1,$(V)),:,printf '  %s %s\n')

.PHONY: all help demo test test-city unit-tests fuzz fuzzers benches bench lint check-sql install clean
all: $(BUILD)/daybook $(BUILD)/daybook.conf.sample $(BUILD)/daybook.1 ## build the program, its sample settings and its manual

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  SAN=1 with sanitizers, WERROR=1 warnings are errors, CC=clang another compiler"

demo: ## install what is missing, build, play three nights of a city, say where the reports are
	@tests/site/setup
	@$(MAKE) --no-print-directory -j2 all
	@tests/site/demo

test: ## install what is missing, build, run every test
	@tests/site/setup
	@$(MAKE) --no-print-directory -j2 all unit-tests
	@$(MAKE) --no-print-directory -j2 FUZZ=1 fuzzers
	@tests/run

# Seconds for each target; two run at a time.
FUZZ_SECONDS ?= 3600
fuzz: ## look for inputs that break a reader, FUZZ_SECONDS each (3600)
	@tests/site/setup
	@$(MAKE) --no-print-directory -j2 FUZZ=1 fuzzers
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run --suite fuzz

fuzzers: $(FUZZERS)

test-city: ## play cities of SEEDS=5 random seeds, or of SEED=k, and compare every night with the truth
	@tests/site/setup
	@$(MAKE) --no-print-directory -j2 all
	@python3 -B -W ignore tests/city/run_seeds.py $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),5))

unit-tests: $(UNIT_TESTS) ## build the unit tests
benches: $(BENCHES)

bench: ## measure against the floors: build/bench.tsv
	@tests/site/setup
	@$(MAKE) --no-print-directory -j2 all benches
	@tests/bench/run

lint: ## who includes whom, function and file lengths, SQL headers
	@tests/lint/layers
	@tests/lint/lengths

check-sql: all ## prepare every query on a fresh database
	@tests/lint/check-sql

install: all ## install program, manual and sample settings under PREFIX
	install -D -m 0755 $(BUILD)/daybook $(DESTDIR)$(PREFIX)/bin/daybook
	install -D -m 0644 $(BUILD)/daybook.1 $(DESTDIR)$(PREFIX)/share/man/man1/daybook.1
	install -D -m 0640 $(BUILD)/daybook.conf.sample $(DESTDIR)$(PREFIX)/share/doc/daybook/daybook.conf.sample

clean: ## remove build/
	rm -rf build

$(BUILD)/daybook: $(BUILD)/obj/jobs/main.o $(call libraries,$(LAYERS))
	$(say) ld $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

$(BUILD)/daybook.conf.sample: $(BUILD)/daybook
	$(Q)$< help sample > $@
$(BUILD)/daybook.1: $(BUILD)/daybook
	$(Q)$< help manual > $@

define layer_rule
$(BUILD)/lib$(1).a: $(call objects,$($(1)_SOURCES))
	@rm -f $$@
	$$(Q)$$(AR) rcsD $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call layer_rule,$(layer))))

$(BUILD)/libsql.a: $(BUILD)/obj/gen/queries.o
	@rm -f $@
	$(Q)$(AR) rcsD $@ $^

$(BUILD)/obj/%.o: %.c | $(BUILD)/gen/queries.h
	@mkdir -p $(@D)
	$(say) cc $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/queries.o: $(BUILD)/gen/queries.c $(BUILD)/gen/queries.h
	@mkdir -p $(@D)
	$(say) cc $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The list of SQL files is part of the rule's input: a removed or added file makes the embedding anew.
$(BUILD)/gen/sql.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(SQL_FILES) | cmp -s - $@ || printf '%s\n' $(SQL_FILES) > $@
.PHONY: FORCE
FORCE:
$(BUILD)/gen/queries.c: sql/embed.awk $(BUILD)/gen/sql.list $(SQL_FILES)
	$(Q)awk -v form=source -f sql/embed.awk $(SQL_FILES) > $@
$(BUILD)/gen/queries.h: sql/embed.awk $(BUILD)/gen/sql.list
	@awk -v form=header -f sql/embed.awk $(BUILD)/gen/sql.list > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# A unit test links its own layer and those below, so that a call upward does not link.
below_base := base
below_formats := formats base
below_ledger := ledger base
below_reports := reports ledger formats base
below_jobs := jobs reports ledger formats base
define unit_rule
$(BUILD)/tests/unit/$(1)/%: $(BUILD)/obj/tests/unit/$(1)/%.o $(call libraries,$(below_$(1)))
	@mkdir -p $$(@D)
	$$(say) ld $$@
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(LDLIBS)
endef
$(foreach layer,$(LAYERS),$(eval $(call unit_rule,$(layer))))

$(BUILD)/tests/bench/%: $(BUILD)/obj/tests/bench/%.o $(call libraries,$(LAYERS))
	@mkdir -p $(@D)
	$(say) ld $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(call libraries,$(below_formats))
	@mkdir -p $(@D)
	$(say) ld $@
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
