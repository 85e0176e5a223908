# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# make, make demo, make test, make test-vm [KERNEL=6.1|6.12] [TESTS="..."], make bench [ARGS=-q],
# make kselftest-install KSFT_INSTALL_PATH=DIR, make lint, make install; V=1 shows the commands.

PREFIX ?= /usr/local
BUILD := build
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PKGS := libbpf libmnl json-c
WARN := -Wall -Wextra -Werror
CFLAGS ?= -O2 -g
CFLAGS += -std=gnu11 -pthread $(WARN) -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Iinclude -Iuser -I$(BUILD) -MMD -MP
BPF_CFLAGS := -O2 -g $(WARN) -mcpu=v3 -target bpf -Iinclude -I/usr/include/$(shell uname -m)-linux-gnu -MMD -MP
LDLIBS = $(shell pkg-config --libs $(PKGS))

OBJS := $(patsubst user/%.c,$(BUILD)/%.o,$(wildcard user/*.c))
C_FILES := $(wildcard bpf/*.[ch] include/*.h user/*.[ch] selftests/*.[ch] scripts/*.[ch])
SH_FILES := $(shell grep -lsE '^\#!/(usr/)?bin/(env )?(ba)?sh' scripts/* selftests/* .ci/run)

ifneq ($(V),1)
quiet = @printf '  %-7s %s\n' $(1) $@;
endif

all: $(BUILD)/geneve-bpf

$(BUILD)/geneve-bpf: $(OBJS)
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: user/%.c $(BUILD)/geneve.skel.h
	$(call quiet,CC)$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(BUILD)/%.bpf.o: bpf/%.bpf.c Makefile
	@mkdir -p $(BUILD)
	$(call quiet,BPF)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(BUILD)/geneve.skel.h: $(BUILD)/geneve.bpf.o
	$(call quiet,SKEL)$(BPFTOOL) gen skeleton $< name geneve_bpf > $@.tmp && mv $@.tmp $@

# The benchmark's helpers; not part of `all`.
BENCH := $(patsubst %,$(BUILD)/bench_%,stream datagram trip frames forward send table learn)

$(BUILD)/bench_%: scripts/bench_%.c
	@mkdir -p $(BUILD)
	$(call quiet,CC)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

$(BUILD)/%.bpf.o: scripts/%.bpf.c Makefile
	@mkdir -p $(BUILD)
	$(call quiet,BPF)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(BUILD)/bench_%.skel.h: $(BUILD)/bench_%.bpf.o
	$(call quiet,SKEL)$(BPFTOOL) gen skeleton $< name bench_$* > $@.tmp && mv $@.tmp $@

$(patsubst %,$(BUILD)/bench_%,frames forward send): $(BUILD)/bench_frames.skel.h
$(BUILD)/bench_learn: $(BUILD)/bench_learn.skel.h

install: all
	install -Dm755 $(BUILD)/geneve-bpf $(DESTDIR)$(PREFIX)/sbin/geneve-bpf
	install -Dm644 user/geneve-bpf.8 $(DESTDIR)$(PREFIX)/share/man/man8/geneve-bpf.8
	for unit in geneve-bpf@.service geneve-bpf-watch.service; do \
		sed 's|/usr/local/sbin|$(PREFIX)/sbin|' "scripts/$$unit" | \
			install -Dm644 /dev/stdin "$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit" || exit; \
	done

setup:
	@scripts/setup.sh

demo: setup
	@$(MAKE) --no-print-directory all
	@scripts/demo

test: setup
	@$(MAKE) --no-print-directory all
	@selftests/run

kselftest-install: setup
	$(if $(KSFT_INSTALL_PATH),,$(error say where: make $@ KSFT_INSTALL_PATH=DIRECTORY))
	@$(MAKE) --no-print-directory all
	@selftests/run -i "$(abspath $(KSFT_INSTALL_PATH))"

test-vm: setup
	@scripts/setup.sh build run test vm
	@$(MAKE) --no-print-directory all
	@scripts/vm-test $(KERNEL:%=-k %) $(TESTS)

bench: setup
	@scripts/setup.sh bench || : # only --plot needs it, and says so
	@$(MAKE) --no-print-directory all $(BENCH)
	@scripts/bench $(ARGS)

lint:
	clang-format --dry-run -Werror $(C_FILES)
	shellcheck -x $(SH_FILES)
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=unknownMacro -Iinclude -Iuser user

clean:
	rm -rf $(BUILD)

.PHONY: all install setup demo test kselftest-install test-vm bench lint clean
.DELETE_ON_ERROR:
.PRECIOUS: $(BUILD)/%.bpf.o

-include $(wildcard $(BUILD)/*.d)
