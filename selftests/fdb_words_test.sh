#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The words of the forwarding table, on a running interface.  Hosts as drawn in fdb.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=fdb.sh
. "$DIR/fdb.sh"

teardown() { destroy; }

# What was learned goes, what was entered stays.
flush() {
	hear 2 1 5
	check_equal "learned" 5 "$(known 1 5)"
	check "a static entry" fdb replace "$(mac 3)" "$(host 2)" --static
	check_equal "it is" True "$(entry 3 static)"
	a flush
	check_equal "after flush" "1 1" "$(known 1 5) $(known 3 1)"
	check_equal "count" 1 "$(fact "$A" "$I" fdb_count)"
	hear 2 1 5
	check_equal "learned anew" 5 "$(known 1 5)"
	a flushall
	check_equal "after flushall" 0 "$(known 1 5)"
	hear 2 1 5
	check_equal "learned again" 5 "$(known 1 5)"
	check_equal "still running" running "$(fact "$A" "$I" state)"
}

learn() {
	hear 2 1 5
	a -learn
	hear 2 11 5
	check_equal "nothing new" 0 "$(known 11 5)"
	check_equal "the old stays" 5 "$(known 1 5)"
	a learn
	hear 2 11 5
	check_equal "learned" 5 "$(known 11 5)"
}

maxaddr() {
	local nospace
	a maxaddr 5
	hear 2 1 8
	check_equal "as many as there may be" 5 "$(known 1 8)"
	nospace=$(fact "$A" "$I" fdb_nospace)
	check_equal "nospace" 3 "$nospace"
	a maxaddr 7
	hear 2 11 8
	check_equal "two more" "5 2" "$(known 1 8) $(known 11 8)"
	a maxaddr 2
	check_equal "none goes when there may be less" "5 2" "$(known 1 8) $(known 11 8)"
	hear 2 21 3
	check_equal "none new" 0 "$(known 21 3)"
	a flush maxaddr 0
	hear 2 1 8
	check_equal "none at all" 0 "$(fact "$A" "$I" fdb_count)"
	check_equal "not a frame less" running "$(fact "$A" "$I" state)"
	a maxaddr 3000
	hear 2 1 3003
	check_equal "more than the default" 3000 "$(fact "$A" "$I" fdb_count)"
	a maxaddr 1048576
	check_equal "kept" 3000 "$(fact "$A" "$I" fdb_count)"
	hear 2 4001 100
	check_equal "and more" 100 "$(known 4001 100)"
}

expiry() {
	hear 2 1 5
	a timeout 1
	check "expired by the new time" busywait 5 none_left
	check_equal "shown" 0 "$(fdb show | wc -l)"
	a timeout 86400
	check_equal "what expired does not come back" 0 "$(known 1 5)"
	hear 2 11 5
	check_equal "learned" 5 "$(known 11 5)"
	check "expires in a day" eval "entry 11 expires | grep -q '^86[34][0-9][0-9]'"
	a timeout 0
	check_equal "not used a moment" 0 "$(fact "$A" "$I" fdb_count)"
}

# The table outlives down and up; it goes with flush only.
down_keeps() {
	hear 2 1 5
	a down up
	check_equal "kept" 5 "$(known 1 5)"
	a flush
	check_equal "flushed" 0 "$(known 1 5)"
	a down
	a flush maxaddr 9 timeout 7 -learn
	a up
	check_equal "changed while down" "9 7 False" \
		"$(fact "$A" "$I" fdb_max) $(fact "$A" "$I" fdb_timeout) $(fact "$A" "$I" learn)"
}

TESTS=
for type in geneve vxlan; do
	add_tests $type 4 flush learn maxaddr expiry down_keeps
done

run_tests
