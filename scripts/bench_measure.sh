# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: the rows in which the systems take turns.

CPU=0 RX_CPU=$(($(nproc) > 1)) # the other one, for the receiver of a stream

pinned() { taskset -c "$CPU" "$@"; }

v6() { [ "$family" = 4 ] || echo -6; }

measure_tcp() { pinned "$build/bench_stream" "$A" "$B" "$peer" "$seconds" "$1" "$RX_CPU"; }
measure_send() { pinned "$build/bench_datagram" "$A" "$B" "$peer" "$seconds" "$1"; }
measure_trip() { pinned "$build/bench_trip" "$A" "$B" "$peer" "$seconds" "$1"; }

# measure_frames [FLAG...]
measure_frames() {
	# shellcheck disable=SC2046
	pinned "$build/bench_frames" $(v6) "$@" "$frames" "$A" "$B" u0 "$device" 42 "$seconds"
}

# Ours is to note that the program came, and that it went.
measure_consumer() {
	measure_frames -x "$(noting "$B")" || return
	eval "$(noting "$B")"
}

# result ROW SYSTEM [VALUE [CPU TIME]]
result() {
	echo "$1 $2 ${3:-failed}" >>"$RESULTS"
	[ -z "${4:-}" ] || echo "${1}_cpu $2 $4" >>"$RESULTS"
	[ -n "${3:-}" ] || failed=yes
}

# measure ROW SYSTEM COMMAND...: what it prints.
measure() {
	local values
	values=$("${@:3}") || say "$1: cannot measure $2"
	# shellcheck disable=SC2086
	result "$1" "$2" $values
}

# rows_of SETTING MODE: "ROW MEASUREMENT [ARGUMENT...]" of each that was chosen.
rows_of() {
	local setting row mode command
	while read -r setting row mode command; do
		[ "$setting $mode" != "$1 $2" ] || echo "$row $command"
	done <<<"$PLAN"
}

# take_turn SETTING SYSTEM MODE: one value of each row.
take_turn() {
	local rows row command up=
	rows=$(rows_of "$1" "$3")
	[ -n "$rows" ] || return 0
	! use "$2" "$3" || ! in_place "${1##*:}" || up=yes
	while read -r row command; do
		# shellcheck disable=SC2086
		if [ -n "$up" ]; then
			measure "$row" "$2" measure_$command </dev/null
		else
			result "$row" "$2"
		fi
	done <<<"$rows"
	out_of_place "${1##*:}"
}

# A container behind the tunnel, if the setting has one.
in_place() { [ "$1" != container ] || container_up; }
out_of_place() { [ "$1" != container ] || container_down; }

modes_of() { [[ " ${OURS[*]} " == *" $1 "* ]] && echo tc xdp || echo tc; }

# compare SETTING: FAMILY:WIRE:MTU[:container].  The systems take turns in each round, every
# other round backwards, so that what grows with time cancels and a slow minute of the
# machine hits all.
compare() {
	local round i mode system kind mtu systems=("${TUNNELS[@]}" veth)
	IFS=: read -r family kind mtu _ <<<"$1"
	all_down
	wire "$kind" "$mtu"
	for ((round = 0; round < rounds; round++)); do
		for i in "${!systems[@]}"; do
			system=${systems[round % 2 ? -1 - i : i]}
			for mode in $(modes_of "$system"); do
				take_turn "$1" "$system" "$mode"
			done
		done
	done
	all_down
	family=4
	wire gso 1500
}
