#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The words that any interface has: addresses, MTU, name, description, routing
# table of the tunnel.  Hosts as drawn in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() {
	hosts_create
	check "create" h geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2
}
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

# addresses FAMILY: what the kernel has, sorted, without the link-local one.
addresses() {
	ip -n "$A" -o -"$1" addr show dev geneve0 2>/dev/null |
		sed -n 's/.* inet6\{0,1\} \([^ ]*\) .*/\1/p' | grep -v '^fe80' | sort | xargs
}

# gives FAMILY ADDRESSES WORD...: the words leave these addresses.
gives() {
	local family=$1 expected=$2
	shift 2
	check "$*" h geneve0 "$@"
	check_equal "addresses after $*" "$expected" "$(addresses "$family")"
}

refused() {
	local before
	before=$(addresses 4; addresses 6; h --json show)
	check_error "$1" "$2" g_on "$A" geneve0 "${@:3}"
	check_equal "state after ${*:3}" "$before" "$(addresses 4; addresses 6; h --json show)"
}

# As ifconfig has it: without "alias" the first address is replaced.
inet() {
	gives 4 10.0.0.1/24 inet 10.0.0.1/24
	check_equal "an address starts the interface" running "$(fact "$A" geneve0 state)"
	gives 4 10.0.0.2/24 inet 10.0.0.2/24
	gives 4 "10.0.0.2/24 10.9.0.1/16" inet 10.9.0.1/16 alias
	gives 4 "10.0.0.2/24 10.0.0.3/32 10.9.0.1/16" inet 10.0.0.3/32 alias
	gives 4 "10.0.0.2/24 10.0.0.3/32 10.9.0.1/16" inet 10.0.0.3/32 alias
	gives 4 "10.0.0.2/24 10.0.0.3/32" inet 10.9.0.1/16 -alias
	gives 4 "10.0.0.2/24" inet 10.0.0.3 delete
	gives 4 "" inet 10.0.0.2 -alias
	refused 99 "10.0.0.2" inet 10.0.0.2 -alias
	gives 4 "10.0.0.1/24 10.0.1.1/24" inet 10.0.0.1/24 inet 10.0.1.1/24 alias
}

# The kernel removes with an address those that are "secondary" to it, in the same network.
inet_same_network() {
	gives 4 10.0.0.1/24 inet 10.0.0.1/24
	gives 4 "10.0.0.1/24 10.0.0.2/24 10.0.0.3/24" inet 10.0.0.2/24 alias inet 10.0.0.3/24 alias
	gives 4 "10.0.0.2/24 10.0.0.3/24" inet 10.0.0.1/24 -alias
	gives 4 "10.0.0.3/24 10.0.0.9/24" inet 10.0.0.9/24
}

inet_lengths() {
	gives 4 10.0.0.1/20 inet 10.0.0.1 netmask 255.255.240.0
	gives 4 10.0.0.1/20 inet 10.0.0.1 netmask 0xfffff000
	gives 4 10.0.0.1/8 inet 10.0.0.1 netmask 0xFF000000
	gives 4 "10.0.0.1/8 10.1.0.1/32" inet 10.1.0.1 netmask 255.255.255.255 alias
	gives 4 "10.1.0.1/32" inet 10.0.0.1 -alias
	gives 4 10.0.0.1/24 10.0.0.1/24
	gives 4 10.0.0.2/24 10.0.0.2 netmask 255.255.255.0
	gives 4 "10.0.0.2/24 10.0.0.3/24" 10.0.0.3/24 alias
	refused 1 'netmask' inet 10.0.0.9 netmask 255.0.255.0
	refused 1 'netmask' inet 10.0.0.9 netmask 0xff00ff00
	refused 1 'netmask' inet 10.0.0.9 netmask x
	refused 1 'netmask' inet 10.0.0.9 netmask ""
	refused 1 'value missing' inet 10.0.0.9 netmask
	refused 1 'netmask' inet 10.0.0.9/24 netmask 255.255.255.0 netmask x
	refused 1 'netmask|alias|unknown word' netmask 255.255.255.0
	refused 1 'length' inet 10.0.0.9
	refused 1 'length' 10.0.0.9 alias
	refused 1 'alias' alias
	refused 1 'alias' -alias
}

inet6() {
	gives 6 fd00::1/64 inet6 fd00::1
	gives 6 "fd00::1/64 fd01::1/48" inet6 fd01::1/48
	gives 6 "fd00::1/64 fd01::1/48" inet6 fd01::1/48 alias
	gives 6 "fd00::1/64 fd01::1/48 fd02::1/60" inet6 fd02::1 prefixlen 60
	gives 6 "fd00::1/64 fd02::1/60" inet6 fd01::1 -alias
	gives 6 "fd00::1/64" inet6 fd02::1/60 delete
	gives 6 "" inet6 fd00::1 prefixlen 64 -alias
	gives 6 "fd03::1/64" fd03::1/64
	refused 1 'prefixlen' inet6 fd09::1 prefixlen 129
	refused 1 'prefixlen' inet6 fd09::1 prefixlen x
	refused 1 'prefixlen' inet6 fd09::1 prefixlen -1
	refused 1 'value missing' inet6 fd09::1 prefixlen
	refused 1 'prefixlen|unknown word' prefixlen 64
}

# What the kernel says of one interface in "ip -d link".
link() { ip -n "$A" -d -o link show "${2:-geneve0}" | grep -o " $1 [^ ]*" | cut -d' ' -f3; }

ethernet_address() {
	check "lladdr" h geneve0 lladdr 02:00:00:00:00:0b
	check_equal "lladdr" 02:00:00:00:00:0b "$(link link/ether)"
	check "ether" h geneve0 up ether 02:00:00:00:00:0c
	check_equal "ether" 02:00:00:00:00:0c "$(link link/ether)"
}

names() {
	check "while down" h geneve0 name wan0
	check "link" ip -n "$A" link show wan0
	check "while up" h wan0 up
	if renames_while_up "$B" u0; then
		check "while up" h wan0 name wan1
	else
		check_error 16 'give "down" first' g_on "$A" wan0 name wan1
		check "as it says" h wan0 down name wan1
		check "up" h wan1 up
	fi
	check_equal "runs on" running "$(fact "$A" wan1 state)"
	check_error 6 "no such interface" g_on "$A" wan0
	check "a name of the kernel's choice is free" h wan1 down name geneve0
	check_error 17 "u0" g_on "$A" geneve0 name u0
	check "its own" h geneve0 name geneve0
	check "destroy" h geneve0 destroy
}

descriptions() {
	check "set" h geneve0 description "to B: 192.0.2.2, tenant \"x\""
	check_equal "alias of the link" "to B: 192.0.2.2, tenant \"x\"" "$(on "$A" cat /sys/class/net/geneve0/ifalias)"
	check "replaced" h geneve0 descr other
	check_equal "JSON" other "$(fact "$A" geneve0 description)"
	check "removed" h geneve0 -description
	check_equal "JSON" None "$(fact "$A" geneve0 description)"
	check_equal "alias of the link" "" "$(on "$A" cat /sys/class/net/geneve0/ifalias)"
}

promisc() {
	check "on" h geneve0 promisc
	check_equal "link" 1 "$(link promiscuity)"
	check "status" eval "g_on $A geneve0 | grep -q 'flags=.*PROMISC'"
	check "twice" h geneve0 promisc
	check "off" h geneve0 -promisc
	check_equal "link" 0 "$(link promiscuity)"
}

# check_mtu WHAT MTU
check_mtu() {
	check_equal "MTU $1" "$2" "$(fact "$A" geneve0 mtu)"
	check_equal "MTU $1, of the link" "$2" "$(link mtu)"
}

mtu_follows() {
	check "up" h geneve0 up
	check_mtu "of the underlay" 1450
	ip -n "$A" link set u0 mtu 1400
	h list >/dev/null
	check_mtu "with the underlay's" 1350
	ip -n "$A" link set u0 mtu 9000
	h list >/dev/null
	check_mtu "with the underlay's" 8950
	ip -n "$A" link set u0 mtu 1500
	check "another remote" h geneve0 down genevelocal 2001:db8::1 geneveremote 2001:db8::2 up
	check_mtu "with the remote" 1430
	ip -n "$A" route add 2001:db8::2 dev u0 mtu 1300
	h list >/dev/null
	check_mtu "with the route" 1230
}

mtu_fixed() {
	check "set" h geneve0 mtu 1300 up
	ip -n "$A" link set u0 mtu 1400
	h list >/dev/null
	check_mtu "against the underlay's" 1300
	check "another remote" h geneve0 down genevelocal 2001:db8::1 geneveremote 2001:db8::2 up
	check_mtu "against the remote" 1300
	check "down, up" h geneve0 down up
	check_mtu "against down and up" 1300
	check_equal "said so" True "$(fact "$A" geneve0 mtu_fixed)"
	check "another" h geneve0 mtu 1310
	check_mtu "set again" 1310
}

mtu_l3() {
	check "create" h geneve1 create genevemode l3 geneveid 1 genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
	check_equal "MTU" 1464 "$(fact "$A" geneve1 mtu)"
	check "largest" h geneve1 mtu 65459
	check_error 1 "out of range" g_on "$A" geneve1 mtu 65460
	check_error 1 "out of range" g_on "$A" geneve0 mtu 65459
}

# The remote is known to table 100 only, or to it another way.
tunnelfib() {
	ip -n "$B" addr add 198.51.100.2/32 dev lo
	check "B" g_on "$B" geneve0 create geneveid 42 genevelocal 198.51.100.2 geneveremote 192.0.2.1 \
		inet 10.0.0.2/24
	ip -n "$A" route add 198.51.100.2 via 192.0.2.2 table 100
	check "up" h geneve0 geneveremote 198.51.100.2 inet 10.0.0.1/24 up
	check "not by the main table" eval "! on $A ping -q -c1 -W1 10.0.0.2"
	check "with the table" h geneve0 down tunnelfib 100 up
	check "ping" pings
	check_equal "JSON" 100 "$(fact "$A" geneve0 tunnelfib)"
	check_equal "text" "	tunnelfib: 100" "$(h geneve0 | grep tunnelfib)"
	ip -n "$A" route add blackhole 198.51.100.2
	check "ping in spite of the main table" pings
	ip -n "$A" route del 198.51.100.2 table 100
	check "not by the main table" eval "! on $A ping -q -c1 -W1 10.0.0.2"
	ip -n "$A" route del blackhole 198.51.100.2
	ip -n "$A" route add 198.51.100.2 via 192.0.2.2
	check "back" h geneve0 down tunnelfib 0 up
	check "ping by the main table" pings
}

pings() { on "$A" ping -q -c3 -i0.05 -W1 10.0.0.2; }

# From here nothing can be done to a device that is in a container.
in_another_namespace() {
	local word
	new_ns "$RUN-c"
	ip -n "$A" link set geneve0 netns "$RUN-c"
	for word in "mtu 1300" "ether 02:00:00:00:00:0a" "inet 10.0.0.1/24" "inet6 fd00::1/64" "name wan0" \
		"description x" -description promisc -promisc; do
		# shellcheck disable=SC2086
		refused 19 "another namespace" $word
	done
	check "the tunnel's words" h geneve0 genevettl 7 genevetimeout 9 up
	check_equal "state" moved "$(fact "$A" geneve0 state)"
	del_ns "$RUN-c"
}

TESTS="inet inet_same_network inet_lengths inet6 ethernet_address names descriptions promisc
	mtu_follows mtu_fixed mtu_l3 tunnelfib
	in_another_namespace"

run_tests
