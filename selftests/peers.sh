# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh: what a tunnel must carry whose far end, on B, is somebody
# else's.  The test makes both ends, and says in IFACE how the devices are called, in
# FAMILY and PORT what is outside, in MISSING what this machine lacks for it.  Where
# OUT_OF_ORDER is set, the far end may change the order of frames of different flows.

# shellcheck source=traffic.sh
. "$DIR/traffic.sh"

FRAMES=$DIR/frames.py
FROM_FRAMES="ether src 02:00:5e:00:00:01" # MAC_FROM in inner_frames.py
OUT_OF_ORDER=

# have_peer MISSING: or else skips the test.
have_peer() {
	[ -z "$1" ] && return
	skip "there is no $1"
	return 1
}

# add NAME STEPS MAKE ARGUMENT...: a test for each step, on hosts on which MAKE made the tunnel,
# where nothing is MISSING now.
add() {
	local name=$1 steps=$2 step
	shift 2
	for step in $steps; do
		eval "${name}_$step() { have_peer '$MISSING' && hosts_with '$name' $* && $step; }"
		TESTS="$TESTS ${name}_$step"
	done
}

# Of the peer's device, and starts it.
their_addresses() {
	ip -n "$B" addr add 10.0.0.2/24 dev "$IFACE" &&
		ip -n "$B" addr add fd00::2/64 dev "$IFACE" nodad &&
		ip -n "$B" link set "$IFACE" up
}

ready() { busywait 10 no_tentative "$A" && busywait 10 no_tentative "$B"; }

# pings [FLAG...]: both ways.
pings() {
	check "ping to the peer" on "$A" ping -q -c5 -i0.02 -W1 "$@" 10.0.0.2
	check "ping from the peer" on "$B" ping -q -c5 -i0.02 -W1 "$@" 10.0.0.1
	check "ping of IPv6 to the peer" on "$A" ping -q -c5 -i0.02 -W1 "$@" fd00::2
	check "ping of IPv6 from the peer" on "$B" ping -q -c5 -i0.02 -W1 "$@" fd00::1
}

# The first frames too: neighbours are found through the tunnel.
ping_cold() {
	on "$A" ip neigh flush all
	on "$B" ip neigh flush all
	pings
}

# We know the peer's Ethernet address, and where it is.
we_learned() {
	check_equal "our table" "$(mac_of "$B" "$IFACE") $(underlay_address "$FAMILY" 2) $PORT" \
		"$(g_on "$A" --json fdb show "$IFACE" | python3 -c 'import json, sys
for entry in json.load(sys.stdin):
    print(entry["mac"], entry["remote"], entry["remote_port"])')"
}

full_mtu() {
	local mtu
	mtu=$(fact "$A" "$IFACE" mtu)
	check_equal "the peer's MTU" "$mtu" "$(on "$B" cat "/sys/class/net/$IFACE/mtu")"
	check "ping of MTU size" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 28)) 10.0.0.2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 28)) 10.0.0.1
	check "ping of IPv6 of MTU size" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 48)) fd00::2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 -M "do" -s $((mtu - 48)) fd00::1
	pings -s 4000 # in fragments
}

# Packets of 30 bytes up to the MTU; the peer sends each back.
sizes() {
	local mtu
	mtu=$(fact "$A" "$IFACE" mtu)
	sizes_echoed "$A" "$B" 10.0.0.2 2 $((mtu - 28))
	sizes_echoed "$A" "$B" fd00::2 2 $((mtu - 48))
}

# tcp MEGABYTES: both ways.
tcp() {
	tcp_content "$1" "$A" "$B" TCP4 10.0.0.2
	tcp_content "$1" "$B" "$A" TCP4 10.0.0.1
	tcp_content "$1" "$A" "$B" TCP6 "[fd00::2]"
	tcp_content "$1" "$B" "$A" TCP6 "[fd00::1]"
}

# offloads on|off: of the underlay; off, packets are as on a wire.
offloads() {
	on "$A" ethtool -K u0 tx "$1" tso "$1" gso "$1" >"$TMP/ethtool" 2>&1
	on "$B" ethtool -K u0 tx "$1" tso "$1" gso "$1" >"$TMP/ethtool" 2>&1
}

tcp_aggregates() { tcp 20; }

tcp_packets() {
	offloads off
	tcp 5
	offloads on
}

# Many in a call, in both ways, of the full MTU.
datagrams() {
	local mtu
	mtu=$(fact "$A" "$IFACE" mtu)
	datagrams_arrive "$A" "$B" 10.0.0.2 $((mtu - 28))
	datagrams_arrive "$B" "$A" 10.0.0.1 $((mtu - 28))
	datagrams_arrive "$A" "$B" fd00::2 $((mtu - 48))
	datagrams_arrive "$B" "$A" fd00::1 $((mtu - 48))
}

# What we send was segmented before the tunnel, and what the kernel's devices send is here.
datagram_packets() {
	offloads off
	datagrams
	offloads on
}

refused() { [ "$(counter "$A" "$IFACE" rx_refused)" -ge 1 ]; }

# What they send across a veth arrives as one aggregate, which we cannot strip:
# see is_datagrams() in bpf/decap_tc.h.  Where XDP receives, or it is told to, the veth segments it.
datagrams_refused() {
	local size
	size=$(($(fact "$A" "$IFACE" mtu) - 28))
	pings
	capture_start "$A" "$IFACE" in
	check "no answer from us" eval "! on $B $DIR/datagrams.py send 10.0.0.1 $size"
	check "counted" busywait 5 refused
	capture_stop
	check_equal "datagrams on $IFACE" 0 "$(count_captured udp)"
	datagrams_arrive "$A" "$B" 10.0.0.2 "$size"
	check "segmented by the veth" on "$B" ethtool -K u0 tx-udp-segmentation off
	datagrams_arrive "$B" "$A" 10.0.0.1 "$size"
}

# carried FROM TO: each kind of frame, tagged ones too, arrives as it was.
carried() {
	local count
	capture_start "$2" "$IFACE" in
	count=$(on "$1" "$FRAMES" send "$IFACE" "$TMP/inner")
	check "all frames arrive" busywait 5 captured "${count:-1}" "$FROM_FRAMES"
	capture_stop
	check "frames on $2" "$FRAMES" same "$TMP/inner" "$TMP/capture" ${OUT_OF_ORDER:+sorted}
}

# Last, because the stacks drop what they do not know, and count it.
frames() {
	[ -e "$TMP/inner" ] || "$FRAMES" inner "$TMP/inner" 1400
	carried "$A" "$B"
	carried "$B" "$A"
}

# vlan_end NAMESPACE HOST: a VLAN device upon ours, which has no room for a tag in its MTU.
vlan_end() {
	ip -n "$1" link add link "$IFACE" name vlan7 mtu 1400 type vlan id 7 &&
		vlan_address "$1" "$2"
}

vlan_address() {
	ip -n "$1" addr add "10.7.0.$2/24" dev vlan7 &&
		ip -n "$1" link set vlan7 up
}

their_vlan() { vlan_end "$B" 2; }
their_vlan_end() { ip -n "$B" link del vlan7; }

vlan_device() {
	if ! ip -n "$A" link add link u0 name probe type vlan id 7 2>/dev/null; then
		skip "the kernel has no VLAN devices (CONFIG_VLAN_8021Q)"
		return
	fi
	ip -n "$A" link del probe
	check "VLAN on our end" vlan_end "$A" 1
	check "VLAN on the peer's end" their_vlan
	check "ping in the VLAN" on "$A" ping -q -c3 -i0.05 -W1 10.7.0.2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 10.7.0.1
	tcp_content 5 "$A" "$B" TCP4 10.7.0.2
	tcp_content 5 "$B" "$A" TCP4 10.7.0.1
	ip -n "$A" link del vlan7
	their_vlan_end
}

# congested FROM TO HOST: what the wire marks arrives marked inside (RFC 6040 section 4.2);
# what cannot be marked is left alone.
congested() {
	tc -n "$1" qdisc add dev u0 clsact 2>/dev/null # there already, where the kernel has no tcx
	tc -n "$1" filter add dev u0 egress prio 1 bpf da object-file "$DIR/congest.bpf.o" section tc
	capture_start "$2" "$IFACE" in
	check "ping with ECT(0)" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x2a "10.0.0.$3"
	check "ping with ECT(1), IPv6" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x29 "fd00::$3"
	check "ping without ECN" on "$1" ping -q -c2 -i0.05 -W1 -Q 0x28 "10.0.0.$3"
	check "marked CE" busywait 5 captured 2 "icmp[icmptype] = icmp-echo and ip[1] = 0x2b"
	check "marked CE, IPv6" busywait 5 captured 2 "ip6[40] = 128 and ip6[0:2] & 0xff0 = 0x2b0"
	check "left alone" busywait 5 captured 2 "icmp[icmptype] = icmp-echo and ip[1] = 0x28"
	capture_stop
	tc -n "$1" filter del dev u0 egress prio 1
}

# unmarked FROM TO HOST: each value of ECN arrives as it was, whatever the outer header said.
unmarked() {
	local tos
	capture_start "$2" "$IFACE" in
	for tos in 40 41 42 43; do
		check "ping with TOS $tos" on "$1" ping -q -c1 -W1 -Q "$tos" "10.0.0.$3"
		check "ping of IPv6 with TOS $tos" on "$1" ping -q -c1 -W1 -Q "$tos" "fd00::$3"
	done
	for tos in 40 41 42 43; do
		check "TOS $tos" busywait 5 captured 1 "icmp[icmptype] = icmp-echo and ip[1] = $tos"
		check "TOS $tos, IPv6" busywait 5 captured 1 "ip6[40] = 128 and ip6[0:2] & 0xff0 = $((tos * 16))"
	done
	capture_stop
}

ecn() {
	unmarked "$A" "$B" 2
	unmarked "$B" "$A" 1
	congested "$A" "$B" 2
	congested "$B" "$A" 1
}

none_lost_on() {
	local device
	for device in u0 "$IFACE"; do
		check_equal "drops of $device of $1" "" "$(link_drops "$1" "$device")"
	done
}

none_lost() {
	check "our counters" no_drops "$A"
	none_lost_on "$A"
	none_lost_on "$B"
}

# checksums_are ADDRESS WANT: zero or sum, in each packet from there.
checksums_are() {
	local ip="udp[6:2]" other
	[ "$FAMILY" = 6 ] && ip="ip6[46:2]"
	other="src host $1 and udp port $PORT and $ip $([ "$2" = zero ] && echo "!=" || echo "=") 0"
	check "packets from $1" captured 5 "src host $1 and udp port $PORT"
	check_equal "packets from $1 without $2" 0 "$(count_captured "$other")"
}

# checksums OURS THEIRS: of what each end sends, zero or sum.
checksums() {
	capture_start "$B" u0 inout
	pings
	capture_stop
	checksums_are "$(underlay_address "$FAMILY" 1)" "$1"
	checksums_are "$(underlay_address "$FAMILY" 2)" "$2"
	tcp 1
	check "nothing lost" no_drops "$A"
}

checksum_zero_zero() { checksums zero zero; }
checksum_zero_sum() { checksums zero sum; }
checksum_sum_sum() { checksums sum sum; }

# Who does not send zero does not take it (RFC 6936), and says so.
checksum_refused() {
	check "no ping" eval "! on $B ping -q -c2 -i0.05 -W1 10.0.0.1"
	check "counted" [ "$(counter "$A" "$IFACE" rx_zero_checksum)" -ge 2 ]
}
