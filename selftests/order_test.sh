#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Packets of one flow take one way, whatever their kind, and so arrive in order.
# See hosts_create in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

TESTS="aggregates_after_a_pause fragments_among_datagrams fragments_over_ipv6"

PAUSE=1.3 # who goes by what came of late has forgotten it

teardown() { hosts_destroy; }

# The softirq of what B receives runs later and elsewhere than that of geneve0's queue.
apart() { on "$B" sh -c 'echo 2 >/sys/class/net/u0/queues/rx-0/rps_cpus'; }

out_of_order() { on "$B" nstat -asz TcpExtTCPOFOQueue | awk '/^TcpExtTCPOFOQueue/ { print $2 }'; }

aggregates_after_a_pause() {
	local server
	hosts_create
	check "create" tunnel_create 4 tc
	apart
	start_on "$B" "$DIR/order.py" take 10.0.0.2
	server=$!
	busywait 5 listens "$B" -t 7010
	check "send" on "$A" taskset -c 0 "$DIR/order.py" write 10.0.0.2 "$PAUSE"
	wait "$server"
	check_equal "all of it: status" 0 $?
	check_equal "out of order" 0 "$(out_of_order)"
}

# in_order FAMILY ADDRESS: datagrams whose checksums are finished, as off a wire.
in_order() {
	local sink
	hosts_create
	check "create" tunnel_create "$1" xdp
	check "checksums" on "$A" ethtool -K geneve0 tx off
	check "ping" busywait 5 on "$A" ping -q -c1 -W1 "$2"
	check "a thread for what comes in" on "$B" sh -c 'echo 1 >/sys/class/net/u0/threaded'
	start_on "$B" "$DIR/order.py" sink "$2"
	sink=$!
	busywait 5 listens "$B" -u 7010
	check "send" on "$A" "$DIR/order.py" send "$2"
	wait "$sink"
	check_equal "in order: status" 0 $?
}

fragments_among_datagrams() { in_order 4 10.0.0.2; }
fragments_over_ipv6() { in_order 6 fd00::2; }

run_tests
