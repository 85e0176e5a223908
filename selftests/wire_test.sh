#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Golden frames, judged by other people's code: what leaves is dissected by
# tshark, what arrives was built by scapy.  Frames on the wire are complete,
# because the underlay's offloads are off.
#
#  +-- $A ------------------+          +-- $B -------------------+
#  | geneve0 <- every kind  |          |                         |
#  |   |        of frame    |          |                         |
#  |   u0 ------------------+--> wire -+-> u0 -> tcpdump, tshark |  tx_*
#  |                        |          |                         |
#  |   u0 <- scapy ---------+--> wire -+-> u0 -> geneve0         |
#  |                        |          |            -> tcpdump   |  rx_*
#  +------------------------+          +-------------------------+

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/capture.sh
. "$DIR/capture.sh"

TESTS="tx_ipv4 tx_ipv4_debug tx_ipv6 tx_ipv6_debug tx_ipv6_zero_checksum
	tx_vxlan_ipv4 tx_vxlan_ipv4_debug tx_vxlan_ipv6 tx_vxlan_ipv6_checksum
	rx_ipv4_tc rx_ipv4_xdp rx_ipv6_tc rx_ipv6_xdp
	rx_vxlan_ipv4_tc rx_vxlan_ipv4_xdp rx_vxlan_ipv6_tc rx_vxlan_ipv6_xdp"

FRAMES=$DIR/frames.py

setup() {
	hosts_create
	on "$A" ethtool -K u0 tx off tso off gso off >"$TMP/ethtool"
	on "$B" ethtool -K u0 tx off tso off gso off gro off >"$TMP/ethtool"
}

teardown() {
	[ -z "${TCPDUMP:-}" ] || capture_stop
	hosts_destroy
}

captured_ours() { [ "$("$FRAMES" count "$TMP/capture")" -ge "$1" ]; }

# A frame beside the tunnel says that all before it were captured.
captured_mark() {
	ping_mark && tcpdump -r "$TMP/capture" "icmp[icmptype] = icmp-echo and greater 300 and dst 192.0.2.2" |
		grep -q .
}

ping_mark() { on "$A" ping -q -c1 -W1 -s 333 192.0.2.2; }

sink_ready() { grep -q ready "$TMP/sink"; }

# What the hosts' own stacks say to each other.
talk() {
	local mtu sink
	mtu=$(fact "$A" geneve0 mtu)
	ip netns exec "$B" "$DIR/flows.py" sink >"$TMP/sink" &
	sink=$!
	check "the sink listens" busywait 5 sink_ready
	check "ping" on "$A" ping -q -c2 -i 0.1 -W2 10.0.0.2
	check "ping of MTU size" on "$A" ping -q -c1 -W2 -M "do" -s $((mtu - 28)) 10.0.0.2
	check "ping of IPv6 of MTU size" on "$A" ping -q -c1 -W2 -M "do" -s $((mtu - 48)) fd00::2
	check "ping in fragments" on "$A" ping -q -c1 -W2 -s 4000 10.0.0.2
	check "ping of IPv6 in fragments" on "$A" ping -q -c1 -W2 -s 4000 fd00::2
	check "flows" on "$A" "$DIR/flows.py" talk
	wait "$sink"
	check_equal "exit status of the sink" 0 $?
	on "$A" "$DIR/flows.py" talk_want >"$TMP/talk"
	check "what the sink got" cmp "$TMP/talk" "$TMP/sink"
}

# tx PROTOCOL FAMILY CSUM [FLAG...]
tx() {
	local protocol=$1 family=$2 csum=$3 mtu
	shift 3
	check "tunnel" tunnel_create "$family" tc --type "$protocol" "$@" || return
	mtu=$(fact "$A" geneve0 mtu)
	"$FRAMES" inner "$TMP/inner" "$mtu"
	capture_start "$B" u0 inout
	check "send" on "$A" "$FRAMES" send geneve0 "$TMP/inner"
	check "all frames arrive" busywait 5 captured_ours "$("$FRAMES" count "$TMP/inner")"
	talk
	check "the capture is complete" busywait 5 captured_mark
	capture_stop
	check "frames inside" "$FRAMES" same "$TMP/inner" "$TMP/capture"
	check "what tshark says" "$DIR/judge.py" "$TMP/capture" "$protocol" "$family" "$csum"
}

tx_ipv4() { tx geneve 4 zero; }
tx_ipv4_debug() { tx geneve 4 zero --debug; }
tx_ipv6() { tx geneve 6 sum; }
tx_ipv6_debug() { tx geneve 6 sum --debug; }
tx_ipv6_zero_checksum() { tx geneve 6 zero --udp6-zero-csum; }
tx_vxlan_ipv4() { tx vxlan 4 zero; }
tx_vxlan_ipv4_debug() { tx vxlan 4 zero --debug; }
tx_vxlan_ipv6() { tx vxlan 6 zero; }
tx_vxlan_ipv6_checksum() { tx vxlan 6 sum --no-udp6-zero-csum; }

# rx PROTOCOL FAMILY MODE
rx() {
	local protocol=$1 family=$2 mode=$3
	check "tunnel" tunnel_end "$B" 2 1 "$family" --type "$protocol" --mode "$mode" || return
	check "packets" "$FRAMES" outer "$TMP/outer" "$TMP/want" "$(mac_of "$B" u0)" \
		"$(underlay_address "$family" 1)" "$(underlay_address "$family" 2)" "$protocol"
	capture_start "$B" geneve0 in
	check "send" on "$A" "$FRAMES" send u0 "$TMP/outer"
	check "all frames arrive" busywait 5 captured_ours "$("$FRAMES" count "$TMP/want")"
	capture_stop
	check "frames delivered" "$FRAMES" same "$TMP/want" "$TMP/capture"
}

rx_ipv4_tc() { rx geneve 4 tc; }
rx_ipv4_xdp() { rx geneve 4 xdp; }
rx_ipv6_tc() { rx geneve 6 tc; }
rx_ipv6_xdp() { rx geneve 6 xdp; }
rx_vxlan_ipv4_tc() { rx vxlan 4 tc; }
rx_vxlan_ipv4_xdp() { rx vxlan 4 xdp; }
rx_vxlan_ipv6_tc() { rx vxlan 6 tc; }
rx_vxlan_ipv6_xdp() { rx vxlan 6 xdp; }

run_tests
