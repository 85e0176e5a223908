#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The way to the remote is the kernel's, as it is at that moment:
#
#    $A u0 192.0.2.1 ---- 192.0.2.2 u0 $B      lo 198.51.100.1 on A, 198.51.100.2 on B
#    $A u1 203.0.113.1 -- 203.0.113.2 u1 $B    (a second link, for routes to change to)

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

C=$RUN-c

setup() {
	hosts_create
	ip link add u1 netns "$A" type veth peer name u1 netns "$B"
	ip -n "$A" addr add 203.0.113.1/24 dev u1
	ip -n "$B" addr add 203.0.113.2/24 dev u1
	ip -n "$A" link set u1 up
	ip -n "$B" link set u1 up
	ip -n "$A" addr add 198.51.100.1/32 dev lo
	ip -n "$B" addr add 198.51.100.2/32 dev lo
	ip -n "$A" route add 198.51.100.2 via 192.0.2.2
	ip -n "$B" route add 198.51.100.1 via 192.0.2.1
}
teardown() { hosts_destroy; }

end() {
	g_on "$1" geneve0 create geneveid 42 genevelocal "198.51.100.$2" \
		geneveremote "198.51.100.$3" inet "10.0.0.$2/24"
}

ping_through() { on "$A" ping -q -c5 -i0.02 -W1 10.0.0.2; }

sent_by() { ip -n "$A" -j -s link show "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["stats64"]["tx"]["packets"])'; }

# The tunnel addresses are on lo: the device is the route's.
address_on_loopback() {
	check "A" end "$A" 1 2
	check "B" end "$B" 2 1
	check_equal "underlay" u0 "$(fact "$A" geneve0 underlay)"
	check "ping" ping_through
}

# A route that changes is followed by the next packet, to another device too.
route_changes() {
	local before after
	check "A" end "$A" 1 2
	check "B, on both links" end "$B" 2 1
	check "ping over u0" ping_through
	# B receives on u1 as well.
	check "second VNI makes B listen on u1" g_on "$B" attach u1 --vni 99 --name geneve9
	ip -n "$A" route replace 198.51.100.2 via 203.0.113.2
	before=$(sent_by u1)
	check "ping over u1" ping_through
	after=$(sent_by u1)
	check "packets went over u1" [ $((after - before)) -ge 5 ]
	ip -n "$A" route replace unreachable 198.51.100.2
	before=$(counter "$A" geneve0 tx_no_route)
	on "$A" ping -q -c2 -i0.02 -W1 10.0.0.2 >/dev/null
	# ping tries again at once when told that the device refused its packet.
	check "counted as no route" [ $(($(counter "$A" geneve0 tx_no_route) - before)) -ge 2 ]
	ip -n "$A" route replace 198.51.100.2 via 192.0.2.2
	check "ping over u0 again" ping_through
}

# Another Ethernet address of the next hop is used as soon as the kernel knows it.
neighbour_changes() {
	check "tunnel" tunnel_create 4 tc
	check "ping" ping_through
	ip -n "$B" link set u0 address 02:00:00:00:be:ef
	ip -n "$A" neigh replace 192.0.2.2 lladdr 02:00:00:00:be:ef dev u0 nud reachable
	check "ping with the new address" ping_through
	# Without a word to A: its own probes find out, as for any other traffic.
	on "$A" sysctl -qw net.ipv4.neigh.u0.delay_first_probe_time=1 net.ipv4.neigh.u0.retrans_time_ms=100
	ip -n "$A" neigh replace 192.0.2.2 lladdr 02:00:00:00:00:99 dev u0 nud stale
	check "found by probes" busywait 10 on "$A" ping -q -c1 -W1 10.0.0.2
}

# What has to wait for the next hop's Ethernet address gets there, aggregates too, and
# nobody asks for the underlay's addresses inside the tunnel.
unresolved_next_hop() {
	local family layer before
	for family in 4 6; do
		for layer in l2 l3; do
			check "tunnel" tunnel_create "$family" tc --layer "$layer"
			check "ping" ping_through
			on "$A" ip neigh flush dev u0
			check "the first packet, $layer over IPv$family" on "$A" ping -q -c1 -W1 10.0.0.2
			before=$(counter "$B" geneve0 rx_bytes)
			on "$A" ip neigh flush dev u0
			check "an aggregate" on "$A" "$DIR/frames.py" aggregate geneve0 8000 \
				"$(on "$B" cat /sys/class/net/geneve0/address)"
			check "all of it, $layer over IPv$family" busywait 2 received $((before + 8000))
			check_equal "neighbours in the tunnel" "" \
				"$(ip -n "$A" neigh show dev geneve0 | grep -e 192.0.2 -e 2001:db8:)"
			tunnel_destroy
		done
	done
}

received() { [ "$(counter "$B" geneve0 rx_bytes)" -ge "$1" ]; }

# Neither host forwards, and nobody's changing that stops the tunnel.
forwarding_is_not_needed() {
	check "tunnel" tunnel_create 4 tc
	check_equal "forwarding" 0 "$(on "$A" sysctl -n net.ipv4.ip_forward)"
	on "$A" sysctl -qw net.ipv4.ip_forward=1
	on "$A" sysctl -qw net.ipv4.ip_forward=0
	check "ping after it was turned off" ping_through
	on "$A" sysctl -qw net.ipv6.conf.all.forwarding=1
	on "$A" sysctl -qw net.ipv6.conf.all.forwarding=0
	check "ping after it was turned off for IPv6" ping_through
	check_equal "nothing lost" 0 "$(counter "$A" geneve0 tx_no_route)"
}

# Many interfaces on one address; the same VNI on another port or address.
sharing() {
	check "A" tunnel_end "$A" 1 2 4
	check "another VNI" g_on "$A" attach u0 --vni 43 --remote 192.0.2.2
	check "another port" g_on "$A" attach u0 --vni 42 --local-port 7000
	check "another address" g_on "$A" attach u1 --vni 42
	check_error 17 "geneve0 has VNI 42" g_on "$A" attach u0 --vni 42 --remote 192.0.2.2
	check_equal "interfaces" 4 "$(g_on "$A" -l | wc -w)"
}

# A jumbo underlay in both modes: XDP gets such a frame in several buffers.
jumbo() {
	local mode
	ip -n "$A" link set u0 mtu 9000
	ip -n "$B" link set u0 mtu 9000
	for mode in tc xdp; do
		check "tunnel" tunnel_create 4 "$mode"
		check_equal "MTU" 8950 "$(fact "$A" geneve0 mtu)"
		check "full MTU, $mode" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s 8922 10.0.0.2
		check "full MTU back, $mode" on "$B" ping -q -c3 -i0.05 -W1 -M "do" -s 8922 10.0.0.1
		tunnel_destroy
		check "tunnel over IPv6" tunnel_create 6 "$mode"
		check "full MTU over IPv6, $mode" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s 8902 10.0.0.2
		tunnel_destroy
	done
}

# A container behind a bridge on B: what arrives as an aggregate leaves by a
# device that takes none, and one that offloads nothing.
behind_a_bridge() {
	local mode
	for mode in tc xdp; do
		new_ns "$C"
		check "tunnel" tunnel_create 4 "$mode"
		ip -n "$B" link add br0 type bridge
		ip -n "$B" link add c0 type veth peer name eth0 netns "$C"
		on "$B" ethtool -K c0 tso off gso off tx off sg off >/dev/null 2>&1
		ip -n "$B" link set c0 master br0
		ip -n "$B" addr flush dev geneve0
		ip -n "$B" link set geneve0 master br0
		ip -n "$B" link set br0 up
		ip -n "$B" link set c0 up
		ip -n "$C" addr add 10.0.0.3/24 dev eth0
		ip -n "$C" link set eth0 mtu 1450 up
		check "ping, $mode" busywait 10 on "$A" ping -q -c1 -W1 10.0.0.3
		tcp_content 50 "$A" "$C" TCP4 10.0.0.3
		tcp_content 50 "$C" "$A" TCP4 10.0.0.1
		ip -n "$B" link del br0
		ip -n "$B" link del c0
		tunnel_destroy
		del_ns "$C"
	done
}

# One tunnel over another, aggregates included.
tunnel_in_tunnel() {
	local mode
	for mode in tc xdp; do
		check "outer tunnel" tunnel_create 4 "$mode"
		check "A" g_on "$A" attach geneve0 --vni 9 --name geneve9 --local 10.0.0.1 \
			--remote 10.0.0.2 --inet 10.9.0.1/24
		check "B" g_on "$B" attach geneve0 --vni 9 --name geneve9 --local 10.0.0.2 \
			--remote 10.0.0.1 --inet 10.9.0.2/24
		check "ping, $mode" on "$A" ping -q -c5 -i0.02 -W1 10.9.0.2
		tcp_content 50 "$A" "$B" TCP4 10.9.0.2
		check "detach" g_on "$A" detach geneve0
		check "detach" g_on "$B" detach geneve0
		tunnel_destroy
	done
}

# Only frames that cross the device are seen by its taps and counters.
debug() {
	local before
	check "tunnel" tunnel_create 4 tc
	check "ping" ping_through
	check "debug on" g_on "$A" geneve0 debug
	before=$(sent_by geneve0)
	check "ping" ping_through
	check "counted by the device" [ $(($(sent_by geneve0) - before)) -ge 5 ]
	check "debug off" g_on "$A" geneve0 -debug
	before=$(sent_by geneve0)
	check "ping" ping_through
	check_equal "not counted by the device" "$before" "$(sent_by geneve0)"
}

TESTS="address_on_loopback route_changes neighbour_changes unresolved_next_hop
	forwarding_is_not_needed sharing
	jumbo behind_a_bridge tunnel_in_tunnel debug"

run_tests
