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
# shellcheck source=capture.sh
. "$DIR/capture.sh"

FRAMES=$DIR/frames.py
FROM_FRAMES="ether src 02:00:5e:00:00:01" # MAC_FROM in inner_frames.py

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
		ip -n "$B" addr add 10.0.0.2/24 dev vxlan0 &&
		ip -n "$B" addr add fd00::2/64 dev vxlan0 &&
		ip -n "$B" link set vxlan0 up
}

ready() { busywait 10 no_tentative "$A" && busywait 10 no_tentative "$B"; }

# With FreeBSD's default, zero checksums over IPv6, on both sides.
tunnel() {
	FAMILY=$1
	check "our end" ours "$1" --mode "$2" &&
		check "the kernel's end" theirs "$1" 4789 udp6zerocsumtx udp6zerocsumrx || return
	check_equal "receive mode" "$2" "$(fact "$A" vxlan0 receive)"
	ready
}

# pings [FLAG...]: both ways.
pings() {
	check "ping to the kernel" on "$A" ping -q -c5 -i0.02 -W1 "$@" 10.0.0.2
	check "ping from the kernel" on "$B" ping -q -c5 -i0.02 -W1 "$@" 10.0.0.1
	check "ping of IPv6 to the kernel" on "$A" ping -q -c5 -i0.02 -W1 "$@" fd00::2
	check "ping of IPv6 from the kernel" on "$B" ping -q -c5 -i0.02 -W1 "$@" fd00::1
}

# The first frames too: neighbours are found through the tunnel.
ping_cold() {
	on "$A" ip neigh flush all
	on "$B" ip neigh flush all
	pings
}

# Each end knows the other's Ethernet address, and where it is.
learning() {
	check_equal "our table" "$(mac_of "$B" vxlan0) $(underlay_address "$FAMILY" 2) 4789" \
		"$(g_on "$A" --json fdb show vxlan0 | python3 -c 'import json, sys
for entry in json.load(sys.stdin):
    print(entry["mac"], entry["remote"], entry["remote_port"])')"
	check "the kernel's table has our address" eval "bridge -n $B fdb show dev vxlan0 |
		grep -q '^$(mac_of "$A" vxlan0) dst $(underlay_address "$FAMILY" 1) self'"
}

full_mtu() {
	local mtu
	mtu=$(fact "$A" vxlan0 mtu)
	check_equal "the kernel's MTU" "$mtu" "$(on "$B" cat /sys/class/net/vxlan0/mtu)"
	check "ping of MTU size" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 28)) 10.0.0.2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 28)) 10.0.0.1
	check "ping of IPv6 of MTU size" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 48)) fd00::2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 48)) fd00::1
	pings -s 4000 # in fragments
}

# tcp MEGABYTES: both ways.
tcp() {
	tcp_content "$1" "$A" "$B" TCP4 10.0.0.2
	tcp_content "$1" "$B" "$A" TCP4 10.0.0.1
	tcp_content "$1" "$A" "$B" TCP6 "[fd00::2]"
	tcp_content "$1" "$B" "$A" TCP6 "[fd00::1]"
}

tcp_aggregates() { tcp 20; }

# offloads on|off: of the underlay; off, packets are as on a wire.
offloads() {
	on "$A" ethtool -K u0 tx "$1" tso "$1" gso "$1" >"$TMP/ethtool" 2>&1
	on "$B" ethtool -K u0 tx "$1" tso "$1" gso "$1" >"$TMP/ethtool" 2>&1
}

tcp_packets() {
	offloads off
	tcp 5
	offloads on
}

# carried FROM TO: each kind of frame, tagged ones too, arrives as it was.
carried() {
	local count
	capture_start "$2" vxlan0 in
	count=$(on "$1" "$FRAMES" send vxlan0 "$TMP/inner")
	check "all frames arrive" busywait 5 captured "${count:-1}" "$FROM_FRAMES"
	capture_stop
	check "frames on $2" "$FRAMES" same "$TMP/inner" "$TMP/capture"
}

# Last, because the stacks drop what they do not know, and count it.
frames() {
	[ -e "$TMP/inner" ] || "$FRAMES" inner "$TMP/inner" 1400
	carried "$A" "$B"
	carried "$B" "$A"
}

# vlan_end NAMESPACE HOST: a VLAN device upon vxlan0, which has no room for a tag in its MTU.
vlan_end() {
	ip -n "$1" link add link vxlan0 name vlan7 mtu 1400 type vlan id 7 &&
		ip -n "$1" addr add "10.7.0.$2/24" dev vlan7 &&
		ip -n "$1" link set vlan7 up
}

vlan_device() {
	if ! ip -n "$A" link add link u0 name probe type vlan id 7 2>/dev/null; then
		skip "the kernel has no VLAN devices (CONFIG_VLAN_8021Q)"
		return
	fi
	ip -n "$A" link del probe
	check "VLAN on our end" vlan_end "$A" 1
	check "VLAN on the kernel's end" vlan_end "$B" 2
	check "ping in the VLAN" on "$A" ping -q -c3 -i0.05 -W1 10.7.0.2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 10.7.0.1
	tcp_content 5 "$A" "$B" TCP4 10.7.0.2
	tcp_content 5 "$B" "$A" TCP4 10.7.0.1
	ip -n "$A" link del vlan7
	ip -n "$B" link del vlan7
}

# congested FROM TO HOST: what the wire marks arrives marked inside; what cannot be marked, too.
congested() {
	tc -n "$1" qdisc add dev u0 clsact 2>/dev/null # there already, where the kernel has no tcx
	tc -n "$1" filter add dev u0 egress prio 1 bpf da object-file "$DIR/congest.bpf.o" section tc
	capture_start "$2" vxlan0 in
	check "ping with ECT(0)" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x2a "10.0.0.$3"
	check "ping with ECT(1), IPv6" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x29 "fd00::$3"
	check "ping without ECN" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x28 "10.0.0.$3"
	check "marked CE" busywait 5 captured 2 "icmp[icmptype] = icmp-echo and ip[1] = 0x2b"
	check "marked CE, IPv6" busywait 5 captured 2 "ip6[40] = 128 and ip6[0:2] & 0xff0 = 0x2b0"
	check "left alone" busywait 5 captured 2 "icmp[icmptype] = icmp-echo and ip[1] = 0x28"
	capture_stop
	tc -n "$1" filter del dev u0 egress prio 1
}

ecn() {
	congested "$A" "$B" 2
	congested "$B" "$A" 1
}

# link_drops NAMESPACE DEVICE: what the device itself counted.
link_drops() {
	ip -n "$1" -s -j link show "$2" | python3 -c '
import json, sys
for way, values in json.load(sys.stdin)[0]["stats64"].items():
    for name in ("errors", "dropped"):
        if values[name]:
            print(way, name, values[name])'
}

none_lost() {
	local ns device
	check "our counters" no_drops "$A"
	for ns in "$A" "$B"; do
		for device in u0 vxlan0; do
			check_equal "drops of $device of $ns" "" "$(link_drops "$ns" "$device")"
		done
	done
}

# checksums_are ADDRESS WANT: zero or sum, in each packet from there.
checksums_are() {
	local ip="udp[6:2]" other
	[ "$FAMILY" = 6 ] && ip="ip6[46:2]"
	other="src host $1 and udp port 4789 and $ip $([ "$2" = zero ] && echo "!=" || echo "=") 0"
	check "packets from $1" captured 5 "src host $1 and udp port 4789"
	check_equal "packets from $1 without $2" 0 "$(count_captured "$other")"
}

# checksums FAMILY OURS THEIRS FLAG OPTION...: zero or sum, by our FLAG and the kernel's OPTIONs.
checksums() {
	local we=$2 they=$3 flag=$4
	FAMILY=$1
	shift 4
	ours "$FAMILY" "$flag" && theirs "$FAMILY" 4789 "$@" && ready
	check_equal "tunnel with $flag, $*" 0 $? || return
	capture_start "$B" u0 inout
	pings
	capture_stop
	checksums_are "$(underlay_address "$FAMILY" 1)" "$we"
	checksums_are "$(underlay_address "$FAMILY" 2)" "$they"
	tcp 1
	check "nothing lost with $flag, $*" no_drops "$A"
	check "detach" g_on "$A" detach u0
	ip -n "$B" link del vxlan0
}

checksum_ipv4() {
	have_peer && hosts_with checksum_ipv4 true || return
	checksums 4 zero zero --udp6-zero-csum noudpcsum
	checksums 4 zero sum --no-udp6-zero-csum udpcsum
}

checksum_ipv6() {
	have_peer && hosts_with checksum_ipv6 true || return
	checksums 6 zero zero --udp6-zero-csum udp6zerocsumtx udp6zerocsumrx
	checksums 6 zero sum --udp6-zero-csum noudp6zerocsumtx udp6zerocsumrx
	checksums 6 sum sum --no-udp6-zero-csum noudp6zerocsumtx noudp6zerocsumrx
}

# Who does not send zero does not take it (RFC 6936), and says so.
checksum_refused() {
	have_peer && hosts_with checksum_refused true || return
	ours 6 --no-udp6-zero-csum && theirs 6 4789 udp6zerocsumtx udp6zerocsumrx && ready
	check_equal "tunnel" 0 $? || return
	check "no ping" eval "! on $B ping -q -c2 -i0.05 -W1 10.0.0.1"
	check "counted" [ "$(counter "$A" vxlan0 rx_zero_checksum)" -ge 2 ]
}

other_port() {
	have_peer && hosts_with other_port true || return
	ours 4 --local-port 8472 --remote-port 8472 && theirs 4 8472 && ready
	check_equal "tunnel on port 8472" 0 $? || return
	pings
	check "detach" g_on "$A" detach u0
	ip -n "$B" link del vxlan0
}

# We receive on one port and send to another; the kernel does that by its table only.
two_ports() {
	have_peer && hosts_with two_ports true || return
	ip -n "$B" link add vxlan0 type vxlan id 42 dev u0 local 192.0.2.2 dstport 8472 nolearning
	bridge -n "$B" fdb append 00:00:00:00:00:00 dev vxlan0 dst 192.0.2.1 port 9999
	ip -n "$B" addr add 10.0.0.2/24 dev vxlan0
	ip -n "$B" addr add fd00::2/64 dev vxlan0
	ip -n "$B" link set vxlan0 up
	check "our end, by words" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 192.0.2.1 \
		vxlanremote 192.0.2.2 vxlanlocalport 9999 vxlanremoteport 8472 \
		inet 10.0.0.1/24 inet6 fd00::1/64 up || return
	ready
	pings
}

# Skips the test where there is no peer for it.
have_peer() {
	[ -n "$HAVE_PEER" ] && return
	skip "the kernel has no vxlan device (CONFIG_VXLAN)"
	return 1
}

new_ns "$A"
HAVE_PEER=$(ip -n "$A" link add type vxlan id 1 dstport 4789 2>/dev/null && echo yes)
del_ns "$A"

STEPS="ping_cold learning full_mtu tcp_aggregates tcp_packets vlan_device ecn none_lost frames"
TESTS=
for family in 4 6; do
	for mode in tc xdp; do
		for name in $STEPS; do
			test=ipv${family}_${mode}_$name args="$family $mode"
			eval "$test() { have_peer && hosts_with '$args' tunnel $args && $name; }"
			TESTS="$TESTS $test"
		done
	done
done
TESTS="$TESTS checksum_ipv4 checksum_ipv6 checksum_refused other_port two_ports"

run_tests
