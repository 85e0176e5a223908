#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# geneve-bpf watch mends what happens (events.sh) while traffic runs.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=events.sh
. "$DIR/events.sh"
# shellcheck source=watch.sh
. "$DIR/watch.sh"

# watched NAME WITHIN REASON LOST LOST_AFTER
watched() {
	local reason=${3//_/ }
	before "$1"
	watch_start
	ping_start
	"$1_break"
	check "after the break" busywait "$2" "$1_broken"
	ping_stop "after the break" "$4"
	if [ "$3" != - ]; then
		check "it says why" busywait 5 said "geneve0: no carrier: $reason"
		check_equal "status" "no carrier: $reason" "$(fact "$A" geneve0 state): $(fact "$A" geneve0 reason)"
		check "and a command changes nothing" no_carrier
	fi
	ping_start
	"$1_mend"
	check "after all" busywait 15 "$1_ok"
	ping_stop "after all" "$5"
	watch_stop
}

TESTS=
tests_of_events watched

run_tests
