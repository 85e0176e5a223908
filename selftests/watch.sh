# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after events.sh: `geneve-bpf watch` on A, whose process is $WATCH; what
# it says is in $TMP/said.

watch_launch() {
	start_on "$A" "$GENEVE_BPF" watch >"$TMP/said" 2>&1
	WATCH=$!
}

# The same, until it has seen geneve0.
watch_start() {
	watch_launch
	check "watch has looked around" busywait 10 said "geneve0: running"
}

# said PATTERN: a whole line.
said() { grep -qxE "$1" "$TMP/said"; }

# said_times NUMBER PATTERN
said_times() { [ "$(grep -cxE "$2" "$TMP/said")" -eq "$1" ]; }

watch_stop() {
	local status
	kill "$WATCH"
	wait "$WATCH"
	status=$?
	check_equal "exit status of watch" 0 "$status"
}
