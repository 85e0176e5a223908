#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# A line of words takes effect whole or not at all, whether it fails when it is
# read or when it is applied.  Hosts as drawn in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() {
	hosts_create
	check "A" g_on "$A" geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 \
		inet 10.0.0.1/24 inet6 fd00::1/64 description before
	check "B" g_on "$B" geneve0 create geneveid 42 genevelocal 192.0.2.2 geneveremote 192.0.2.1 \
		inet 10.0.0.2/24
	busywait 5 no_tentative "$A" # its routes come by themselves
	check "ping" reachable
}
teardown() { hosts_destroy; }

reachable() { on "$A" ping -q -c3 -i0.05 -W1 10.0.0.2; }

# All that a word can change; what is counted is left out.
state() {
	ip -n "$A" -o -d link | sed 's/promiscuity \([0-9]*\)/\1/'
	ip -n "$A" -o addr | sed 's/ tentative//; s/valid_lft.*//'
	ip -n "$A" route show table all
	ip -n "$A" -6 route show table all | sed 's/expires [0-9]*sec//'
	on "$A" ethtool -k u0
	g_on "$A" --json show | grep -Ev '"(fdb_count|fdb_nospace|tso|txcsum|rxcsum)"'
}

# refused STATUS PATTERN WORD...: the whole line, and the tunnel goes on as before.
refused() {
	local before
	before=$(state)
	check_error "$1" "$2" g_on "$A" "${@:3}"
	busywait 5 no_tentative "$A" # after a restart the kernel looks for duplicates anew
	check_equal "after ${*:3}" "" "$(diff <(echo "$before") <(state) 2>&1)"
}

# Each goes well.
WELL="mtu 1300 ether 02:00:00:00:00:0a description after inet 10.9.0.1/24 alias inet6 fd09::1/64
	genevettl 7 genevetimeout 5 genevemaxaddr 6 -genevelearn genevedscpinherit debug promisc -genevehwtso"

# shellcheck disable=SC2086
wrong_when_read() {
	refused 1 'unknown word "frob"' geneve0 $WELL frob
	refused 1 'value missing' geneve0 $WELL mtu
	refused 1 'out of range' geneve0 $WELL genevettl 256
	refused 1 'is no address' geneve0 $WELL down geneveremote 1.2.3.400
	refused 16 'geneveid' geneve0 $WELL geneveid 43
	refused 16 'geneveid' geneve0 down up geneveid 43
	refused 1 'unknown word' geneve0 down frob
	refused 1 'not among other words' geneve0 down destroy
	refused 1 'not among other words' geneve0 $WELL create
	refused 1 'unknown word' geneve1 create $WELL frob
	refused 1 'unknown flag' attach u0 --vni 5 --frob
	check "still there" reachable
}

# What only the kernel or the rest of the configuration can tell.
# shellcheck disable=SC2086
wrong_when_applied() {
	ip -n "$A" link add taken type veth peer name other
	refused 17 'taken' geneve0 $WELL name taken
	refused 17 'taken' geneve0 name taken
	refused 99 '::1' geneve0 $WELL inet6 ::1/128
	refused 95 'multicast' geneve0 $WELL down genevegroup 239.1.1.1 genevedev lo up
	refused 101 'no route' geneve0 $WELL down genevelocal 0.0.0.0 geneveremote 198.51.100.1 up
	refused 99 '192.0.2.99' geneve0 $WELL down genevelocal 192.0.2.99 up
	refused 97 'families' geneve0 $WELL down geneveremote 2001:db8::2 up
	refused 22 'wildcard' geneve0 $WELL down geneveremote 0.0.0.0 up
	refused 22 'group' geneve0 $WELL down genevedev u0 up
	check "still there" reachable
}

# Between "down" and "up" the link is down for a moment; that must not show.
wrong_between_down_and_up() {
	refused 99 '::1' geneve0 down geneveid 43 genevelocalport 7000 inet6 ::1/128 up
	refused 99 '::1' geneve0 down up inet6 ::1/128
	refused 99 '::1' geneve0 geneveexternal inet6 ::1/128
	check "still there" reachable
}

# What was learned is there after a line that would have flushed it, or the table made smaller.
table_stays() {
	check "learned" [ "$(fact "$A" geneve0 fdb_count)" -gt 0 ]
	refused 99 '::1' geneve0 geneveflush inet6 ::1/128
	refused 99 '::1' geneve0 geneveflushall genevemaxaddr 1 inet6 ::1/128
	refused 99 '::1' geneve0 genevemaxaddr 100000 inet6 ::1/128
	check "kept" [ "$(fact "$A" geneve0 fdb_count)" -gt 0 ]
}

wrong_addresses() {
	on "$A" sysctl -qw net.ipv6.conf.geneve0.disable_ipv6=1
	refused 13 'fd09::1' geneve0 mtu 1300 description after inet6 fd09::1/64
	refused 13 'fd09::1' geneve0 mtu 1300 inet 10.9.0.1/24 inet6 fd09::1/64
	on "$A" sysctl -qw net.ipv6.conf.geneve0.disable_ipv6=0
	busywait 5 no_tentative "$A"
	refused 99 '10.9.0.1' geneve0 mtu 1300 inet 10.9.0.1/24 -alias
	refused 99 '10.9.0.1' geneve0 inet 10.9.0.2/24 alias inet 10.9.0.1/24 -alias
	check "still there" reachable
}

# shellcheck disable=SC2086
wrong_creation() {
	ip -n "$A" link add taken type veth peer name geneve5
	refused 22 'no VNI' geneve1 create genevelocal 192.0.2.1 up
	refused 17 'VNI 42' geneve1 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
	refused 95 'multicast' geneve1 create geneveid 43 genevelocal 192.0.2.1 genevegroup 239.1.1.1 genevedev lo up
	refused 17 'taken' geneve1 create geneveid 43 genevelocal 192.0.2.1 geneveremote 192.0.2.2 up name taken
	refused 99 '::1' geneve1 create geneveid 43 genevelocal 192.0.2.1 geneveremote 192.0.2.2 inet6 ::1/128
	refused 17 'exists' geneve5 create
	refused 17 'geneve0' attach u0 --vni 43 --name geneve0
	refused 99 '::1' attach u0 --vni 43 --inet6 ::1/128
	check "still there" reachable
}

# The words that failed above do go together.
# shellcheck disable=SC2086
well() {
	check "all of them" g_on "$A" geneve0 $WELL
	check_equal "mtu" 1300 "$(fact "$A" geneve0 mtu)"
	check_equal "description" after "$(fact "$A" geneve0 description)"
	check_equal "ttl" 7 "$(fact "$A" geneve0 ttl)"
	check "address" eval "ip -n $A addr show geneve0 | grep -q 10.9.0.1/24"
	on "$A" ip neigh flush all
	check "ping, with the new Ethernet address" busywait 5 reachable
	check "and more while down" g_on "$A" geneve0 down geneveid 43 genevelocalport 7000 up
	check_equal "vni" 43 "$(fact "$A" geneve0 vni)"
}

TESTS="wrong_when_read wrong_when_applied wrong_between_down_and_up table_stays wrong_addresses
	wrong_creation well"

run_tests
