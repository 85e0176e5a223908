#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Status text: FreeBSD's shape to the letter, and the same facts as in JSON.
# One host, see host_create in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() { host_create; }
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

MAC="ether 02:00:00:00:00:05"
NEWLINE=$'\n'
# A veth has all that tunnels may use.
ALL="680323<RXCSUM,TXCSUM,JUMBO_MTU,TSO4,TSO6,LINKSTATE,RXCSUM_IPV6,TXCSUM_IPV6>"

create() {
	local name=$1 type=${1%%[0-9]*}
	shift
	# shellcheck disable=SC2086
	h "$name" create "${type}id" 42 "${type}local" 192.0.2.1 "${type}remote" 192.0.2.2 $MAC "$@"
}

# text FLAGS NAME: without the addresses of the interface, which the kernel adds.
text() { h "$@" | grep -v '^	inet'; }

# golden NAME TEXT MORE: without -v, and what -v adds, besides the capabilities.
golden() {
	check_equal "status of $1" "$2" "$(text "$1")"
	check_equal "-v of $1" "${2/$ALL/$ALL$NEWLINE	capabilities=$ALL}
$3" "$(text -v "$1")"
	agrees "$1"
	check_equal "show of $1" "$(h "$1")" "$(h show "$1")"
}

# The text has the facts of the JSON, no other and none less.
agrees() {
	h -v "$1" >"$TMP/text"
	h --json show "$1" >"$TMP/json"
	check "text and JSON of $1" python3 "$DIR/status_text.py" "$TMP/text" "$TMP/json"
}

geneve_l2() {
	check "create" create geneve0 up
	golden geneve0 "geneve0: flags=1043<UP,BROADCAST,RUNNING,MULTICAST> metric 0 mtu 1450
	options=$ALL
	ether 02:00:00:00:00:05
	groups: geneve
	geneve mode: l2
	geneve config:
		virtual network identifier (vni): 42
		local: 192.0.2.1:6081
		remote: 192.0.2.2:6081" "		portrange: 10000-65535, ttl: 64, df: unset
		ftable mode: learning, count: 0, max: 2000, timeout: 1200, nospace: 0
		stats: tso 0, txcsum 0, rxcsum 0
		underlay: u0, receive: tc, state: running"
}

# What makes no sense without Ethernet is not there.
geneve_l3() {
	local head
	check "create" h geneve0 create genevemode l3 geneveid 42 genevelocal 192.0.2.1 \
		geneveremote 192.0.2.2 inet 10.0.0.1/24 up
	head=$(h geneve0 | head -n 1)
	[[ $head =~ ^"geneve0: flags="[0-9a-f]+"<UP,".*NOARP.*"> metric 0 mtu 1464"$ ]]
	check_equal "first line: $head" 0 $?
	golden geneve0 "$head
	options=$ALL
	groups: geneve
	geneve mode: l3
	geneve config:
		virtual network identifier (vni): 42
		local: 192.0.2.1:6081
		remote: 192.0.2.2:6081" "		portrange: 10000-65535, ttl: 64, df: unset
		stats: tso 0, txcsum 0, rxcsum 0
		underlay: u0, receive: tc, state: running"
	check_equal "mode" l3 "$(fact "$A" geneve0 mode)"
}

vxlan() {
	check "create" create vxlan0 up
	golden vxlan0 "vxlan0: flags=1043<UP,BROADCAST,RUNNING,MULTICAST> metric 0 mtu 1450
	options=$ALL
	ether 02:00:00:00:00:05
	groups: vxlan
	vxlan vni 42 local 192.0.2.1:4789 remote 192.0.2.2:4789" \
		"		config: learning portrange 10000-65535 ttl 64
		ftable: cnt 0 max 2000 timeout 1200
		underlay: u0, receive: tc, state: running, udp6zerocsum"
}

# Each port stands at its own address, and IPv6 in brackets.
ipv6() {
	check "geneve" h geneve0 create geneveid 1 genevelocal 2001:db8::1 geneveremote 2001:db8::2 \
		genevelocalport 7001 geneveremoteport 7002 up
	check_equal "geneve" "		local: [2001:db8::1]:7001
		remote: [2001:db8::2]:7002" "$(h geneve0 | tail -n 2)"
	check_equal "MTU" 1430 "$(fact "$A" geneve0 mtu)"
	agrees geneve0
	check "vxlan" h vxlan0 create vxlanid 1 vxlanlocal 2001:db8::1 vxlanremote 2001:db8::2 \
		vxlanlocalport 7003 vxlanremoteport 7004 up
	check_equal "vxlan" "	vxlan vni 1 local [2001:db8::1]:7003 remote [2001:db8::2]:7004" \
		"$(h vxlan0 | tail -n 1)"
	check_equal "MTU" 1430 "$(fact "$A" vxlan0 mtu)"
	agrees vxlan0
}

groups() {
	local device group
	for group in 239.1.1.1 ff08::db8:1; do
		for device in u0 ""; do
			check "create" create geneve0 genevegroup "$group" genevedev "$device"
			agrees geneve0
			check "create" create vxlan0 vxlangroup "$group" vxlandev "$device"
			agrees vxlan0
			[ "$group" = 239.1.1.1 ] && golden_groups "$device"
			h geneve0 destroy
			h vxlan0 destroy
		done
	done
}

golden_groups() {
	check_equal "geneve, device \"$1\"" "		group: 239.1.1.1:6081, dev: $1" "$(h geneve0 | tail -n 1)"
	check_equal "vxlan, device \"$1\"" "	vxlan vni 42 local 192.0.2.1:4789 group 239.1.1.1:4789" \
		"$(h vxlan0 | tail -n 1)"
}

without_vni() {
	check "geneve" h geneve0 create genevelocal 192.0.2.1
	check_equal "geneve" "	groups: geneve
	geneve mode: l2
	geneve config:
		virtual network identifier (vni): not configured" "$(h geneve0 | tail -n 4)"
	check_equal "-v of geneve" "$(h geneve0)" "$(h -v geneve0 | grep -v capabilities=)"
	check_equal "state" incomplete "$(fact "$A" geneve0 state)"
	check "vxlan" h vxlan0 create vxlanlocal 192.0.2.1
	check_equal "vxlan" "	groups: vxlan" "$(h vxlan0 | tail -n 1)"
	check_equal "-v of vxlan" "$(h vxlan0)" "$(h -v vxlan0 | grep -v capabilities=)"
	agrees geneve0
	agrees vxlan0
}

external_without_vni() {
	# shellcheck disable=SC2086
	check "create" h geneve0 create genevelocal 192.0.2.1 geneveexternal $MAC up
	golden geneve0 "geneve0: flags=1043<UP,BROADCAST,RUNNING,MULTICAST> metric 0 mtu 1450
	options=$ALL
	ether 02:00:00:00:00:05
	groups: geneve
	geneve mode: l2
	geneve config:
		virtual network identifier (vni): not configured
		local: 192.0.2.1:6081" "		portrange: 10000-65535, ttl: 64, df: unset, externally controlled
		ftable mode: learning, count: 0, max: 2000, timeout: 1200, nospace: 0
		stats: tso 0, txcsum 0, rxcsum 0
		underlay: u0, receive: tc, state: running"
	check_error 22 "no VNI" g_on "$A" geneve0 -geneveexternal
	check_equal "still so" True "$(fact "$A" geneve0 external)"
}

# Each state of the options, in FreeBSD's words.
geneve_options() {
	local ttl dscp df external learn
	check "create" create geneve0
	for ttl in 7 inherit; do
		for df in unset set inherit; do
			for dscp in "" -; do
				for external in "" -; do
					for learn in "" -; do
						option_state "$ttl" "$df" "$dscp" "$external" "$learn"
					done
				done
			done
		done
	done
}

# option_state TTL DF, then a dash for what is off: DSCP EXTERNAL LEARN
option_state() {
	local dscp=", dscp: inherit" external=", externally controlled" mode=learning
	[ "$3" ] && dscp=
	[ "$4" ] && external=
	[ "$5" ] && mode=nolearning
	check "set $*" h geneve0 -geneveexternal genevettl "$1" genevedf "$2" "$3genevedscpinherit" \
		"$5genevelearn" "$4geneveexternal"
	check_equal "$*" "		portrange: 10000-65535, ttl: $1$dscp, df: $2$external
		ftable mode: $mode, count: 0, max: 2000, timeout: 1200, nospace: 0
		stats: tso 0, txcsum 0, rxcsum 0" "$(h -v geneve0 | tail -n 4 | head -n 3)"
	agrees geneve0
}

vxlan_options() {
	check "create" create vxlan0 -vxlanlearn vxlanportrange 20000 20001 vxlanttl 255 vxlanmaxaddr 7 \
		vxlantimeout 0
	check_equal "-v" "		config: nolearning portrange 20000-20001 ttl 255
		ftable: cnt 0 max 7 timeout 0" "$(h -v vxlan0 | tail -n 3 | head -n 2)"
	agrees vxlan0
}

# FreeBSD shows a renamed geneve interface as if it were none.
renamed() {
	local name
	for name in geneve vxlan; do
		check "create" create "${name}0"
		h -v "${name}0" >"$TMP/before"
		check "rename" h "${name}0" name wan0
		check_equal "$name" "$(sed "s/^${name}0/wan0/" "$TMP/before")" "$(h -v wan0)"
		agrees wan0
		check_error 6 "no such interface" g_on "$A" "${name}0"
		h wan0 destroy
	done
}

descriptions() {
	check "create" create geneve0 description "way  to B"
	check_equal "text" "	description: way  to B" "$(h geneve0 | sed -n 2p)"
	agrees geneve0
	check "removed" h geneve0 -description
	check_equal "text" "" "$(h geneve0 | grep description)"
}

all_of_them() {
	check_equal "none: -l" "" "$(h -l)"
	check_equal "none: status" "" "$(h)"
	check_equal "none: JSON" "[]" "$(h --json | tr -d '\n')"
	check "vxlan" create vxlan3
	check "geneve" create geneve7
	check "renamed" h geneve7 name anyname # while it is down: Linux 6.1 asks for that
	check "up" h anyname up
	check_equal "-l" "anyname vxlan3" "$(h -l | tr ' ' '\n' | sort | xargs)"
	check_equal "no argument" "$(h anyname; h vxlan3)" "$(h)"
	check_equal "show" "$(h)" "$(h show)"
	check_equal "-v" "$(h -v anyname; h -v vxlan3)" "$(h -v)"
	check_equal "-a" "$(h)" "$(h -a)"
	check_equal "-v -a" "$(h -v)" "$(h -v -a)"
	check_equal "JSON" "$(h --json show anyname | python3 -m json.tool)" \
		"$(h --json | python3 -c 'import json,sys; print(json.dumps(next(i for i in json.load(sys.stdin) if i["name"] == "anyname"), indent=4))')"
}

# The addresses of the interface, as FreeBSD writes them.
addresses() {
	check "create" create geneve0 inet 10.0.0.1/20 inet6 fd00::1/64
	check_equal "inet" "	inet 10.0.0.1 netmask 0xfffff000" "$(h geneve0 | grep -o '^	inet .* netmask [^ ]*')"
	check_equal "inet6" "	inet6 fd00::1 prefixlen 64" "$(h geneve0 | grep 'inet6 fd')"
}

TESTS="geneve_l2 geneve_l3 vxlan ipv6 groups without_vni external_without_vni geneve_options vxlan_options
	renamed descriptions all_of_them addresses"

run_tests
