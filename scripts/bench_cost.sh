# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: what a tunnel costs to make and to keep.

# timed ROW SYSTEM COMMAND...: milliseconds.
timed() {
	local row=$1 system=$2 start=${EPOCHREALTIME/./}
	shift 2
	"$@"
	result "$row" "$system" "$(awk "BEGIN { print (${EPOCHREALTIME/./} - $start) / 1000 }")"
}

create_times() {
	local round system
	all_down
	for ((round = 0; round < rounds; round++)); do
		for system in "${TUNNELS[@]}"; do
			choose "$system"
			timed create_first "$system" end_up "$A" 1 42
			timed create_next "$system" end_up "$A" 1 43
			end_down "$A"
		done
	done
	choose veth
}

idle_memory() {
	local system
	for system in "${OURS[@]}"; do
		use "$system" || :
		measure memory "$system" "$scripts/bench_bpf.py" memory "$A" "$device"
	done
}
