#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The worked examples of geneve(4) and vxlan(4), typed as the manuals have them,
# with this command called `ifconfig`.
#
#     namespace $A             $R                 namespace $B
#   +---------------+     +--------+     +--------------------------------+
#   | geneve0 .1.1  |     | router |     | geneve0--bridge0--epair0a      |
#   | geneve1 .2.1  |     |        |     | geneve1--bridge1--epair1a  |   |
#   | em0-----------+-----+        +-----+-em0                     |  |   |
#   | 198.51.100.10 |     +--------+     | 203.0.113.1             |  |   |
#   +---------------+                    +-------------------------+--+---+
#                                           $JAIL_A: epair0b 10.1.1.2 |  |
#                                           $JAIL_B: epair1b 10.2.2.2----+

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

R=$RUN-r JAIL_A=$RUN-ja JAIL_B=$RUN-jb

setup() {
	ln -sfn "$GENEVE_BPF" "$TMP/ifconfig"
	new_ns "$A"
	new_ns "$R"
	new_ns "$B"
	on "$R" sysctl -qw net.ipv4.ip_forward=1
	link_to_router "$A" to_a 198.51.100.10 198.51.100.1
	link_to_router "$B" to_b 203.0.113.1 203.0.113.2
	busywait 5 on "$A" ping -c1 -W1 203.0.113.1
}
teardown() {
	del_ns "${NAMESPACES[@]}"
	NAMESPACES=()
}

# link_to_router NAMESPACE ROUTER-DEVICE ADDRESS ROUTER-ADDRESS
link_to_router() {
	ip link add em0 netns "$1" type veth peer name "$2" netns "$R"
	ip -n "$R" addr add "$4/24" dev "$2"
	ip -n "$R" link set "$2" up
	ip -n "$1" addr add "$3/24" dev em0
	ip -n "$1" link set em0 up
	ip -n "$1" route add default via "$4"
}

# a and b: a line as it is typed on that host.
a() { on "$A" env PATH="$TMP:$PATH" "$@"; }
b() { on "$B" env PATH="$TMP:$PATH" "$@"; }

# jail NAMESPACE NUMBER ADDRESS: with an epair(4) as FreeBSD names it.
jail() {
	new_ns "$1"
	ip link add "epair$2a" netns "$B" type veth peer name "epair$2b" netns "$1"
	ip -n "$B" link set "epair$2a" up
	ip -n "$1" addr add "$3/24" dev "epair$2b"
	ip -n "$1" link set "epair$2b" up
}

pings() { on "$1" ping -q -c3 -i0.05 -W1 "$2"; }

geneve_host_a() {
	check "A" a ifconfig geneve0 create geneveid 100 genevelocal 198.51.100.10 geneveremote 203.0.113.1
	check "A" a ifconfig geneve1 create geneveid 200 genevelocal 198.51.100.10 geneveremote 203.0.113.1
	check "A" a ifconfig geneve0 10.1.1.1/24
	check "A" a ifconfig geneve1 10.2.2.1/24
}

geneve_host_b() {
	check "B" b ifconfig geneve0 create geneveid 100 genevelocal 203.0.113.1 geneveremote 198.51.100.10
	check "B" b ifconfig geneve1 create geneveid 200 genevelocal 203.0.113.1 geneveremote 198.51.100.10
	check "B" b ifconfig bridge0 create
	check "B" b ifconfig bridge1 create
	check "B" b ifconfig bridge0 addm geneve0 addm epair0a
	check "B" b ifconfig bridge1 addm geneve1 addm epair1a
	check "B" eval "b ifconfig geneve0 up && b ifconfig geneve1 up && b ifconfig bridge0 up && b ifconfig bridge1 up"
}

# What one tenant sees of the other, while both send.
other_tenant() {
	start_on "$JAIL_B" timeout 20 tcpdump -Zroot -lnni epair1b net 10.1.1.0/24 >"$TMP/crossed" 2>"$TMP/ready"
	busywait 5 grep -q listening "$TMP/ready"
	check "tenant 1" pings "$JAIL_A" 10.1.1.1
	on "$JAIL_A" ping -q -c1 -W1 10.1.1.77 >/dev/null # nobody: its ARP is flooded
	check "tenant 2" pings "$JAIL_B" 10.2.2.1
	kill $!
	wait $! 2>/dev/null
	check_equal "frames of tenant 1 with tenant 2" "" "$(cat "$TMP/crossed")"
}

geneve_unicast() {
	jail "$JAIL_A" 0 10.1.1.2
	jail "$JAIL_B" 1 10.2.2.2
	geneve_host_a
	geneve_host_b
	check "jail A" busywait 5 pings "$A" 10.1.1.2
	check "jail B" busywait 5 pings "$A" 10.2.2.2
	other_tenant
	# The same addresses do not reach over: tenant 1 has nobody else.
	ip -n "$JAIL_A" addr add 10.2.2.3/24 dev epair0b
	check "no crossing to A's other address" eval "! on $JAIL_A ping -q -c1 -W1 10.2.2.1"
	check "no crossing to the other jail" eval "! on $JAIL_A ping -q -c1 -W1 10.2.2.2"
	check "destroy" eval "b ifconfig geneve0 destroy && b ifconfig bridge0 destroy"
	check "the other tenant stays" pings "$JAIL_B" 10.2.2.1
	check "nor is there a way without" eval "! on $A ping -q -c1 -W1 10.1.1.2"
}

# The configuration is taken and shown; the traffic of a group is in group_traffic_test.sh.
geneve_multicast() {
	ip -n "$A" addr add 3fff::1/64 dev em0 nodad
	check "A" a ifconfig geneve0 create geneveid 42 genevelocal 3fff::1 genevegroup ff08::db8:1 genevedev em0
	check_equal "status" "		virtual network identifier (vni): 42
		local: [3fff::1]:6081
		group: [ff08::db8:1]:6081, dev: em0" "$(a ifconfig geneve0 | tail -n 3)"
}

geneve_rc_conf() {
	ip -n "$A" addr add 192.168.100.1/24 dev em0
	check "as rc.conf says" a ifconfig geneve0 create geneveid 108 genevelocal 192.168.100.1 \
		geneveremote 192.168.100.2
	check_equal "status" "		virtual network identifier (vni): 108
		local: 192.168.100.1:6081
		remote: 192.168.100.2:6081" "$(a ifconfig geneve0 | tail -n 3)"
}

vxlan_unicast() {
	ip -n "$A" addr add 192.168.100.1/32 dev em0
	ip -n "$B" addr add 192.168.100.2/32 dev em0
	ip -n "$R" route add 192.168.100.1 via 198.51.100.10
	ip -n "$R" route add 192.168.100.2 via 203.0.113.1
	check_equal "A prints the name" vxlan0 \
		"$(a ifconfig vxlan create vxlanid 108 vxlanlocal 192.168.100.1 vxlanremote 192.168.100.2)"
	check_equal "B prints the name" vxlan0 \
		"$(b ifconfig vxlan create vxlanid 108 vxlanlocal 192.168.100.2 vxlanremote 192.168.100.1)"
	check "A" a ifconfig vxlan0 inet 10.3.3.1/24
	check "B" b ifconfig vxlan0 inet 10.3.3.2 netmask 255.255.255.0
	check "ping" busywait 5 pings "$A" 10.3.3.2
	check_equal "status" "	vxlan vni 108 local 192.168.100.1:4789 remote 192.168.100.2:4789
		config: learning portrange 10000-65535 ttl 64
		ftable: cnt 1 max 2000 timeout 1200" "$(a ifconfig -v vxlan0 | tail -n 4 | head -n 3)"
	check "vxlan and geneve side by side" a ifconfig geneve0 create geneveid 108 genevelocal \
		192.168.100.1 geneveremote 192.168.100.2 up
	check_equal "names" "geneve0 vxlan0" "$(a ifconfig -l)"
}

vxlan_multicast() {
	check "A" a ifconfig vxlan create vxlanid 42 vxlanlocal 192.168.10.95 vxlangroup 224.0.2.6 vxlandev em0
	check_equal "status" "	vxlan vni 42 local 192.168.10.95:4789 group 224.0.2.6:4789" "$(a ifconfig vxlan0 | tail -n 1)"
}

TESTS="geneve_unicast geneve_multicast geneve_rc_conf vxlan_unicast vxlan_multicast"

run_tests
