# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: what a tunnel costs to make and to keep, and what each program takes.

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

# What a program of $B takes for each packet, see bench_runtime.h.  ROW is its name.
received_by() { measure_frames -p "$("$scripts/bench_bpf.py" program "$B" "$device" "$1")"; }

sent_by() {
	send_on "$B" "$device" -p "$("$scripts/bench_bpf.py" program "$B" "$device" "$1")"
}

program_times() {
	local round system row mode command
	wire mtu 1500
	for ((round = 0; round < rounds; round++)); do
		for system in "${OURS[@]}"; do
			while read -r row mode command; do
				use "$system" "$mode" || :
				measure "$row" "$system" "$command" "$row" </dev/null
			done < <(sed -n 's/^program //p' <<<"$PLAN")
		done
	done
	all_down
	wire gso 1500
}
