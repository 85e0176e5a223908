#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What happens while nobody looks (events.sh) is mended by the next command,
# whatever it is.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=events.sh
. "$DIR/events.sh"

# Each time another one; none says a word of what it mends.
COMMANDS=("list" "stats" "fdb show" "-l" "--json show" "show geneve0")
any_command() {
	local command=${COMMANDS[$((NEXT++ % ${#COMMANDS[@]}))]}
	# shellcheck disable=SC2086
	check_equal "errors of $command" "" "$(h $command 2>&1 >/dev/null)"
}
NEXT=0
deleted_before() { NEXT=0; } # "show geneve0" would be refused, and rightly

# repaired NAME WITHIN REASON ...
repaired() {
	local reason=${3//_/ }
	before "$1"
	"$1_break"
	any_command
	case $reason in
	device*)
		# Nobody would see that it is up again, so that it keeps its carrier.
		check "carrier" eval "! no_carrier"
		"$1_mend"
		check "without a command" busywait 10 "$1_ok"
		return
		;;
	-) ;;
	*)
		check_equal "status" "no carrier: $reason" "$(fact "$A" geneve0 state): $(fact "$A" geneve0 reason)"
		check "text" eval "h -v geneve0 | grep -qF 'state: no carrier ($reason)'"
		;;
	esac
	check "after the break" busywait 10 "$1_broken"
	"$1_mend"
	any_command
	check "after all" busywait 10 "$1_ok"
}

# The first line of the status: the flags and the MTU.
first_line() { h geneve0 | sed -n '1s/.*<\(.*\)> metric 0 mtu /\1 /p'; }

says() { [ "$(first_line)" = "$1" ]; }

# A command that mends something says how it is then, not how it was.
says_what_it_mended() {
	ip -n "$A" link set u0 mtu 1400
	check_equal "MTU" "UP,BROADCAST,RUNNING,MULTICAST 1350" "$(first_line)"
	address_removed_break
	check_equal "no carrier" "UP,BROADCAST,MULTICAST 1350" "$(first_line)"
	address_removed_mend
	ip -n "$A" link set u0 mtu 1500
	# The operational state follows the carrier in a worker of the kernel (linkwatch).
	check_equal "MTU again" 1450 "$(first_line | cut -d' ' -f2)"
	check "carrier" busywait 5 says "UP,BROADCAST,RUNNING,MULTICAST 1450"
	ip -n "$A" link set geneve0 down # or Linux 6.1 does not rename it
	ip -n "$A" link set geneve0 name wan
	check_equal "name" wan "$(h -l)"
}

TESTS=says_what_it_mended
tests_of_events repaired

run_tests
