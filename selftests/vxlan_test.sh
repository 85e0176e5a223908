#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Against the kernel's own vxlan device.
#
#          +------------ namespace $A -+     +- namespace $B ------------+
#          | vxlan0: geneve-bpf        |     |      vxlan0: the kernel's |
#          | 10.0.0.1/24    u0 --------+-----+-------- u0    10.0.0.2/24 |
#          | fd00::1/64     192.0.2.1  |     |  192.0.2.2    fd00::2/64  |
#          |                2001:db8::1|     |  2001:db8::2              |
#          +---------------------------+     +---------------------------+

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=peers.sh
. "$DIR/peers.sh"

IFACE=vxlan0 PORT=4789

# ours FAMILY [FLAG...]
ours() {
	local family=$1
	shift
	tunnel_end "$A" 1 2 "$family" --type vxlan --name vxlan0 "$@"
}

# theirs FAMILY PORT [OPTION...]
theirs() {
	local family=$1 port=$2
	shift 2
	ip -n "$B" link add vxlan0 type vxlan id 42 dev u0 dstport "$port" \
		local "$(underlay_address "$family" 2)" remote "$(underlay_address "$family" 1)" "$@" &&
		their_addresses
}

# With FreeBSD's default, zero checksums over IPv6, on both sides.
tunnel() {
	FAMILY=$1
	check "our end" ours "$1" --mode "$2" &&
		check "the kernel's end" theirs "$1" 4789 udp6zerocsumtx udp6zerocsumrx || return
	check_equal "receive mode" "$2" "$(fact "$A" vxlan0 receive)"
	ready
}

# Each end knows the other's Ethernet address, and where it is.
learning() {
	we_learned
	check "the kernel's table has our address" eval "bridge -n $B fdb show dev vxlan0 |
		grep -q '^$(mac_of "$A" vxlan0) dst $(underlay_address "$FAMILY" 1) self'"
}

# options_tunnel FAMILY FLAG OPTION...: ours with the FLAG and the kernel's with the OPTIONs.
options_tunnel() {
	local flag=$2
	FAMILY=$1
	shift 2
	check "our end, $flag" ours "$FAMILY" "$flag" &&
		check "the kernel's end, $*" theirs "$FAMILY" 4789 "$@" || return
	ready
}

port_tunnel() {
	FAMILY=4 PORT=8472
	check "our end" ours 4 --local-port 8472 --remote-port 8472 && check "the kernel's end" theirs 4 8472 || return
	ready
}

# We receive on one port and send to another; the kernel does that by its table only.
two_ports_tunnel() {
	ip -n "$B" link add vxlan0 type vxlan id 42 dev u0 local 192.0.2.2 dstport 8472 nolearning
	bridge -n "$B" fdb append 00:00:00:00:00:00 dev vxlan0 dst 192.0.2.1 port 9999
	check "the kernel's end" their_addresses
	check "our end, by words" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 192.0.2.1 \
		vxlanremote 192.0.2.2 vxlanlocalport 9999 vxlanremoteport 8472 \
		inet 10.0.0.1/24 inet6 fd00::1/64 up || return
	ready
}

# group_tunnel FAMILY MODE GROUP: who is where, both ends learn through the group.
group_tunnel() {
	FAMILY=$1
	check "our end" g_on "$A" attach u0 --type vxlan --vni 42 --name vxlan0 --mode "$2" --group "$3" \
		--local "$(underlay_address "$1" 1)" --inet 10.0.0.1/24 --inet6 fd00::1/64 &&
		ip -n "$B" link add vxlan0 type vxlan id 42 dev u0 dstport 4789 group "$3" \
			local "$(underlay_address "$1" 2)" udp6zerocsumtx udp6zerocsumrx &&
		check "the kernel's end" their_addresses || return
	ready
}

new_ns "$A"
MISSING=
ip -n "$A" link add type vxlan id 1 dstport 4789 2>/dev/null || MISSING="vxlan device in this kernel (CONFIG_VXLAN)"
del_ns "$A"

STEPS="ping_cold learning full_mtu sizes tcp_aggregates tcp_packets datagram_packets vlan_device ecn none_lost frames"
GROUP_STEPS="ping_cold learning full_mtu sizes tcp_packets datagram_packets vlan_device ecn none_lost frames"
TESTS=
for family in 4 6; do
	for mode in tc xdp; do
		add "ipv${family}_$mode" "$STEPS" tunnel "$family" "$mode"
	done
	add "ipv${family}_aggregates" datagrams_refused tunnel "$family" tc
	add "ipv${family}_xdp_aggregates" datagrams tunnel "$family" xdp
done
add group_ipv4_xdp "$GROUP_STEPS" group_tunnel 4 xdp 239.1.1.1
add group_ipv6_tc "$GROUP_STEPS" group_tunnel 6 tc ff05::101
add ipv4_noudpcsum checksum_zero_zero options_tunnel 4 --udp6-zero-csum noudpcsum
add ipv4_udpcsum checksum_zero_sum options_tunnel 4 --no-udp6-zero-csum udpcsum
add ipv6_zero checksum_zero_zero options_tunnel 6 --udp6-zero-csum udp6zerocsumtx udp6zerocsumrx
add ipv6_both checksum_zero_sum options_tunnel 6 --udp6-zero-csum noudp6zerocsumtx udp6zerocsumrx
add ipv6_sum checksum_sum_sum options_tunnel 6 --no-udp6-zero-csum noudp6zerocsumtx noudp6zerocsumrx
add ipv6 checksum_refused options_tunnel 6 --no-udp6-zero-csum udp6zerocsumtx udp6zerocsumrx
add other_port pings port_tunnel
add two_ports pings two_ports_tunnel

run_tests
