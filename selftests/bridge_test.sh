#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Bridges by ifconfig's words.  One host, see host_create in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() {
	host_create
	ip -n "$A" link add v0 type veth peer name v1
	check "create" h geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
}
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

members() { ip -n "$A" -br link show master bridge0 | sed 's/[@ ].*//' | sort | xargs; }
is_bridge() { ip -n "$A" link show "$1" type bridge | grep -q .; }
state() { ip -n "$A" -o link; ip -n "$A" -o addr | sed 's/ tentative//; s/valid_lft.*//'; h --json show; }

refused() {
	local before
	before=$(state)
	check_error "$1" "$2" g_on "$A" "${@:3}"
	check_equal "state after ${*:3}" "$before" "$(state)"
}

create_and_destroy() {
	check "create" h bridge0 create
	check "it is one" is_bridge bridge0
	check "members" h bridge0 addm geneve0 addm v0 up
	check_equal "members" "geneve0 v0" "$(members)"
	check "it is up" eval "ip -n $A link show bridge0 up | grep -q bridge0"
	check "one less" h bridge0 deletem v0
	check_equal "members" geneve0 "$(members)"
	check "address" h bridge0 inet 10.0.0.1/24
	check "address" eval "ip -n $A addr show bridge0 | grep -q 'inet 10.0.0.1/24'"
	check "down" h bridge0 down
	check "it is down" eval "! ip -n $A link show bridge0 up | grep -q bridge0"
	check "destroy" h bridge0 destroy
	check "it is gone" eval "! ip -n $A link show bridge0"
	check_equal "the tunnel stays" running "$(fact "$A" geneve0 state)"
	check "all in one" h bridge0 create addm v0 addm geneve0 inet 10.0.0.1/24 up
	check_equal "members" "geneve0 v0" "$(members)"
}

numbers() {
	check_equal "a free number" bridge0 "$(h bridge create)"
	check_equal "the next" bridge1 "$(h bridge create)"
	check "they are bridges" eval "is_bridge bridge0 && is_bridge bridge1"
	check "a number of its own" h bridge7 create
	check_equal "not in the list of tunnels" geneve0 "$(h -l)"
}

refusals() {
	refused 6 'no such interface' bridge0
	refused 6 'no such interface' bridge0 addm geneve0
	refused 6 'no such interface' bridge0 destroy
	check "create" h bridge0 create addm v0
	refused 17 'exists already' bridge0 create
	refused 2 'nosuch0' bridge0 addm nosuch0
	refused 2 'nosuch0' bridge0 addm geneve0 addm nosuch0
	refused 1 'value missing' bridge0 addm
	refused 1 'value missing' bridge0 addm geneve0 deletem
	refused 2 'nosuch0' bridge0 deletem nosuch0
	refused 2 'geneve0' bridge0 deletem geneve0
	refused 1 'unknown word' bridge0 frob
	refused 1 'unknown word' bridge0 geneveid 5
	refused 1 'unknown word' geneve0 addm v0
	refused 40 'bridge0' bridge0 addm bridge0
	ip -n "$A" link add br9 type bridge
	ip -n "$A" link set v1 master br9
	refused 16 'v1' bridge0 addm v1
	check_equal "members" v0 "$(members)"
}

# Whoever made it, a bridge is a bridge.
foreign_bridge() {
	ip -n "$A" link add br9 type bridge
	check "member" h br9 addm geneve0
	check "member" eval "ip -n $A link show master br9 | grep -q geneve0"
	check "destroy" h br9 destroy
	check "gone" eval "! ip -n $A link show br9"
}

TESTS="create_and_destroy numbers refusals foreign_bridge"

run_tests
