#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The forwarding table: what is learned, where frames then go, and when entries
# end.  Hosts as drawn in fdb.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=fdb.sh
. "$DIR/fdb.sh"

teardown() { destroy; }

learning() {
	check_goes "at first" "2 2" 1 2
	hear 3 1 2
	hear 4 3
	check_goes "learned" "3 3 4 2" 1 2 3 4
	check_count 3
	check_stat "learned" fdb_learned 3
	hear 3 1 2
	check_stat "known already" fdb_learned 3
	check_goes "all others" 2 ff:ff:ff:ff:ff:ff
	check_goes "a group" 2 01:00:5e:00:00:01
}

# The last packet wins.
moves() {
	local host
	for host in 3 4 3 5; do
		hear "$host" 1
		check_goes "from $host" "$host 2" 1 2
	done
	check_stat "first seen" fdb_learned 1
	check_stat "moved" fdb_moved 3
	check_count 1
}

# Such frames are delivered all the same.
never_learned() {
	local address
	for address in 01:00:5e:00:00:01 33:33:00:00:00:01 ff:ff:ff:ff:ff:ff 00:00:00:00:00:00 "$(mac_of "$A" "$I")"; do
		hear 3 "$address"
	done
	check_count 0
	check_stat "nothing" fdb_learned 0
	check_stat "not for want of space" fdb_nospace 0
	check_goes "all others" 2 ff:ff:ff:ff:ff:ff
}

# Full: nobody new, nobody lost, every frame delivered.
full() {
	a maxaddr 3
	hear 3 1 3
	hear 4 11 5
	check_stat "not learned" fdb_nospace 5
	check_equal "status" 5 "$(fact "$A" "$I" fdb_nospace)"
	check_count 3
	check_goes "those known" "3 3 3" 1 2 3
	check_goes "those not" "2 2" 11 15
	hear 4 2
	check_goes "one that moves" "3 4 3" 1 2 3
	check_stat "move in a full table" fdb_moved 1
	check_stat "is no lack of space" fdb_nospace 5
}

# More may be known at once; fewer only when there are fewer.
limit_changes() {
	a maxaddr 3
	hear 3 1 3
	a maxaddr 5
	hear 3 11 3
	check_count 5
	check_stat "one too many" fdb_nospace 1
	a maxaddr 2
	check_count 5
	check_goes "kept" "3 3 3 3 3" 1 2 3 11 12
	hear 4 21
	check_goes "nobody new" 2 21
	hear 4 1
	check_goes "one that moves" 4 1
	check "all but one" eval "for i in 2 3 11 12; do fdb del \$(mac \$i) || exit; done"
	hear 4 21
	check_goes "one again" "4 2" 21 22
	hear 4 22
	check_goes "no more" 2 22
	check_count 2
}

# Without another command in between.
limit_after_flush() {
	hear 3 1 5
	a maxaddr 2 flush
	hear 3 1
	check_goes "after the word" 3 1
	a maxaddr 9
	hear 3 1 5
	a maxaddr 2
	check "flush" fdb flush
	hear 3 1
	check_goes "after the command" 3 1
	check_count 1
}

# By themselves the entries go, but that there is room is found by the next command.
limit_after_expiry() {
	a timeout 1
	hear 3 1 5
	a maxaddr 2
	check "expired" busywait 5 none_left
	a timeout 600
	hear 3 1 5
	check_count 2
}

limit_zero() {
	hear 3 1
	a maxaddr 0
	check_goes "known before" "3 2" 1 2
	hear 4 2
	check_goes "nobody new" "3 2" 1 2
	check_stat "not learned" fdb_nospace 1
	check_error 28 "full" g_on "$A" fdb add "$I" "$(mac 3)" "$(host 4)"
	check "a static one" fdb add "$(mac 3)" "$(host 4)" --static
	check_goes "is one" 4 3
	check_count 2
	a flushall
	hear 3 1
	check_count 0
	a maxaddr 1
	hear 3 1
	check_count 1
}

# A table outlives down and up, and -learn; it is used at once.
kept() {
	hear 3 1
	check "add" fdb add "$(mac 2)" "$(host 4)" --static
	a down up
	check_goes "after down and up" "3 4 2" 1 2 3
	a -learn
	hear 5 1
	check_goes "without learning" "3 4 2" 1 2 3
	check_count 2
}

# Judged by the times of the packets, so that a busy machine cannot fail it.
expiry_exact() {
	a timeout 2
	check_equal "time" "" "$(stations expiry 3 1 2)"
	check_equal "list" "" "$(fdb show)"
	check_equal "count" 0 "$(fact "$A" "$I" fdb_count)"
	check "can be added again" fdb add "$(mac 1)" "$(host 4)"
	check_goes "added" 4 1
}

# What is heard again lives longer, and what is asked for alone does not.
refreshed() {
	local end life=2
	! is_slow || life=10
	a timeout "$life"
	end=$((SECONDS + 2 * life))
	while [ "$SECONDS" -lt "$end" ]; do
		hear 3 1
		stations ask 1 >/dev/null
	done
	check_stat "never expired" fdb_learned 1
	check_goes "heard all the time" 3 1
}

timeout_changes() {
	hear 3 1
	check "add" fdb add "$(mac 2)" "$(host 4)" --static
	a timeout 0
	check_goes "none" "2 4" 1 2
	a timeout 600
	check_goes "what has expired does not come back" "2 4" 1 2
	hear 3 1
	check_goes "learned" "3 4" 1 2
	a timeout 86400
	check "a day" [ "$(entry 1 expires)" -gt 86000 ]
	check_goes "still" "3 4" 1 2
}

# As fast as a table of this size may reasonably be, several times over.
growth() {
	local start=$SECONDS
	a maxaddr 20000
	check "20,000 stations" busywait 30 learned_all 20000
	check_equal "count" 20000 "$(fact "$A" "$I" fdb_count)"
	check_equal "list" 20000 "$(fdb show | wc -l)"
	check_goes "first, last and none" "3 3 2" 1 20000 20001
	a maxaddr 40000
	check_equal "kept when it grows" 20000 "$(fact "$A" "$I" fdb_count)"
	hear 4 20001
	a maxaddr 100
	check_equal "and when it may not be so large" 20001 "$(fact "$A" "$I" fdb_count)"
	check_goes "first, last and the other" "3 3 4" 1 20000 20001
	a flush
	check_equal "flushed" 0 "$(fact "$A" "$I" fdb_count)"
	is_slow || check "all within 20 s" [ $((SECONDS - start)) -le 20 ]
}

learned_all() {
	stations hear 3 1 "$1"
	[ "$(fact "$A" "$I" fdb_count)" -eq "$1" ]
}

EACH="learning moves never_learned full limit_changes kept expiry_exact refreshed timeout_changes growth"
TESTS=
# shellcheck disable=SC2086
add_tests geneve 4 $EACH limit_after_flush limit_after_expiry limit_zero
# shellcheck disable=SC2086
add_tests vxlan 6 $EACH

run_tests
