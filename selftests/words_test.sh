#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Every word of both protocols, by the table in words_table.py: what it takes,
# what it refuses, while running, on the wrong interface.  One host, see
# host_create in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

export GENEVE_BPF

setup() {
	host_create
	RENAMES_WHILE_UP=
	! renames_while_up "$A" u0 || RENAMES_WHILE_UP=yes
	export RENAMES_WHILE_UP
}
teardown() { hosts_destroy; }

CASES="takes refuses wants_a_value other_spellings while_running of_the_other flags complete"

TESTS=
for protocol in geneve vxlan; do
	more=
	[ "$protocol" = geneve ] && more="while_external create_only"
	for case in $CASES $more; do
		eval "${protocol}_$case() { check $case on \"\$A\" python3 \"\$DIR/words.py\" $case $protocol; }"
		TESTS="$TESTS ${protocol}_$case"
	done
done

run_tests
