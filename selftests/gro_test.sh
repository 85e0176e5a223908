#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Inner flows are merged on receive (GRO), each segment's for itself, and what was
# merged leaves another device as it came.  See hosts_create in lib.sh; $C is a
# container's namespace behind a bridge on B.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=traffic.sh
. "$DIR/traffic.sh"

TESTS="merged_tc merged_xdp off_a_wire_tc off_a_wire_xdp to_veth to_tap"

C=$RUN-c
SNAPLEN=65535
HOLD_NS=200000000 # so long a packet waits for others, to which the test then need not be fast

teardown() { hosts_destroy; }

# Packets that came as such, as a veth gives them to its peer's NAPI.
like_a_wire() {
	check "a wire" on "$A" ethtool -K u0 tso off gso off tx off sg off
	check "its receiver" on "$B" ethtool -K u0 gro on
}

# The same TCP flow, of each family, in two tunnels, whose interfaces have the same addresses.
merged() {
	local mode=$1 holder=$2 mac=02:00:00:00:00:02 device captures=()
	hosts_create
	like_a_wire
	for device in geneve0:42 geneve1:43; do
		check "create" g_on "$B" attach u0 --vni "${device#*:}" --name "${device%:*}" --mode "$mode" \
			--remote 192.0.2.1
		check "its address" g_on "$B" "${device%:*}" ether "$mac"
		# Nobody is to answer or to take part.
		on "$B" sysctl -qw "net.ipv4.conf.${device%:*}.arp_ignore=8"
	done
	for device in $holder; do
		on "$B" bash -c "echo $HOLD_NS >/sys/class/net/$device/gro_flush_timeout
			echo 100 >/sys/class/net/$device/napi_defer_hard_irqs"
	done
	capture_start "$B" geneve0 in first
	captures+=("$TCPDUMP")
	capture_start "$B" geneve1 in second
	captures+=("$TCPDUMP")
	check "send" on "$A" "$DIR/gro.py" send u0 "$(mac_of "$B" u0)" "$mac"
	check "geneve0" busywait 5 "$DIR/gro.py" judge "$TMP/first" 42
	check "geneve1" busywait 5 "$DIR/gro.py" judge "$TMP/second" 43
	capture_end "${captures[0]}"
	capture_end "${captures[1]}"
	check "counters" no_drops "$B"
}

merged_tc() { merged tc "geneve0 geneve1"; } # in the interface's own NAPI
merged_xdp() { merged xdp u0; }              # in the driver's

# wire_packets: how many A has sent onto it.
wire_packets() { on "$A" cat /sys/class/net/u0/statistics/tx_packets; }

# merged_content FAMILY ADDRESS: what B's sockets get came in less than half the packets that
# crossed the wire, by a capture that lacks none.
merged_content() {
	local wire delivered SNAPLEN=64
	capture_start "$B" geneve0 in
	wire=$(wire_packets)
	tcp_content 20 "$A" "$B" "$@"
	wire=$(($(wire_packets) - wire))
	capture_stop
	check "a whole capture" grep -q '^0 packets dropped by kernel' "$TMP/tcpdump"
	delivered=$(count_captured tcp)
	check "$1: of $wire packets, some were delivered" [ "$delivered" -gt 0 ]
	check "$1: of $wire packets, less than half were delivered" [ $((2 * delivered)) -lt "$wire" ]
}

off_a_wire() {
	local mode=$1
	hosts_create
	like_a_wire
	check "create" tunnel_create 4 "$mode"
	merged_content TCP4 10.0.0.2
	merged_content TCP6 "[fd00::2]"
	tcp_content 5 "$B" "$A" TCP4 10.0.0.1
	check "counters of A" no_drops "$A"
	check "counters of B" no_drops "$B"
}

off_a_wire_tc() { off_a_wire tc; }
off_a_wire_xdp() { off_a_wire xdp; }

# bridge_to DEVICE: on B, with geneve0; what is behind it is 10.0.0.3.
bridge_to() {
	ip -n "$B" link add br0 type bridge
	ip -n "$B" addr flush dev geneve0
	ip -n "$B" link set geneve0 master br0
	ip -n "$B" link set "$1" master br0
	ip -n "$B" link set "$1" up
	ip -n "$B" link set br0 up
}

container_create() {
	new_ns "$C"
	ip -n "$B" link add c0 type veth peer name eth0 netns "$C"
	ip -n "$C" addr add 10.0.0.3/24 dev eth0
	ip -n "$C" link set eth0 mtu 1450 up
	ip -n "$B" link set c0 up
}

# both_ways WHAT: content through the bridge.
both_ways() {
	check "ping, $1" busywait 10 on "$A" ping -q -c1 -W1 10.0.0.3
	tcp_content 20 "$A" "$C" TCP4 10.0.0.3
	tcp_content 20 "$C" "$A" TCP4 10.0.0.1
	check "counters, $1" no_drops "$B"
}

# An aggregate of a tunnel arrives, whose traces stay with it; the device has no
# offloads for tunnels, or none at all.
to_veth() {
	local mode features
	for mode in tc xdp; do
		hosts_create
		check "tunnel" tunnel_create 4 "$mode"
		container_create
		bridge_to c0
		for features in "tx-udp_tnl-segmentation off tx-udp_tnl-csum-segmentation off" \
			"tso off" "tx off sg off tso off gso off"; do
			# shellcheck disable=SC2086
			on "$B" ethtool -K c0 $features >/dev/null 2>&1
			both_ways "$mode, $features"
		done
		del_ns "$C"
		hosts_destroy
	done
}

to_tap() {
	local tap
	hosts_create
	check "tunnel" tunnel_create 4 tc
	container_create
	ip -n "$B" tuntap add tap0 mode tap
	bridge_to tap0
	start_on "$B" python3 "$DIR/tap.py" tap0 c0
	tap=$!
	ip -n "$C" route replace 10.0.0.0/24 dev eth0
	# What crosses tap.py has its checksum, and fits a frame.
	on "$C" ethtool -K eth0 tx off tso off gso off >/dev/null 2>&1
	both_ways tap
	kill "$tap"
	wait "$tap" 2>/dev/null
	del_ns "$C"
}

run_tests
