#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What passes between inner and outer header: ECN (RFC 6040), DSCP, TTL, DF, and
# the flow as source port.  Other people's code judges: what leaves is dissected
# by tshark; what arrives was built by scapy, and so was what must come of it.
# Frames on the wire are complete, because the underlay's offloads are off.
#
#  +-- $A -------------------+          +-- $B ----------------------+
#  | geneve0 <- each kind    |          |                            |
#  |   |        of frame     |          |                            |
#  |   u0 -------------------+--> wire -+-> u0 -> tcpdump, tshark    |  encap_*, ports_*
#  |                         |          |                            |
#  |   u0 <- scapy ----------+--> wire -+-> u0 -> geneve0 -> tcpdump |  decap_*
#  |                         |          |                            |
#  | sockets -> geneve0, u0 -+--> wire -+-> u0 -> geneve0 -> sockets |  sockets_*
#  +-------------------------+          +----------------------------+

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/traffic.sh
. "$DIR/traffic.sh"

TESTS="encap_ipv4 encap_ipv6 encap_l3_ipv4 encap_l3_ipv6 encap_vxlan_ipv4 encap_vxlan_ipv6
	ports ports_l3 ports_vxlan
	decap_tc decap_xdp decap_l3_tc decap_l3_xdp decap_vxlan_tc decap_vxlan_xdp
	sockets_ipv4 sockets_ipv6"

KEEP=geneve99
ENCAP=$DIR/inherit_encap.py PORTS=$DIR/inherit_ports.py DECAP=$DIR/inherit_decap.py

# Once for all tests.
create() {
	hosts_create
	on "$A" ethtool -K u0 tx off tso off gso off >"$TMP/ethtool"
	on "$B" ethtool -K u0 tx off tso off gso off gro off >"$TMP/ethtool"
	# No waiting for addresses.
	on "$A" sysctl -qw net.ipv6.conf.default.accept_dad=0
	on "$B" sysctl -qw net.ipv6.conf.default.accept_dad=0
	check "packets" "$DECAP" build "$TMP" "$(on "$B" cat /sys/class/net/u0/address)" \
		192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2
	# The programs stay loaded: a further interface takes a fraction of the first one's time.
	check "another interface" g_on "$A" attach u0 --vni 1 --name "$KEEP" --mode tc
}

teardown() {
	local name
	[ -z "${TCPDUMP:-}" ] || capture_stop
	for name in $(g_on "$A" -l); do
		[ "$name" = "$KEEP" ] || g_on "$A" "$name" destroy
	done
	[ -z "$(g_on "$B" -l)" ] || g_on "$B" detach u0
}

# interface PROTOCOL FAMILY: its name.
interface() {
	case $1 in
	vxlan) echo "vxlan$2" ;;
	*) echo "geneve$2" ;;
	esac
}

# endpoint NAMESPACE ME PEER PROTOCOL FAMILY MODE
endpoint() {
	local ns=$1 me=$2 peer=$3 protocol=$4 family=$5 mode=$6 name flags=()
	name=$(interface "$protocol" "$family")
	case $protocol in
	l3) flags=(--layer l3) ;;
	vxlan) flags=(--type vxlan) ;;
	esac
	g_on "$ns" attach u0 --vni 42 --name "$name" --mode "$mode" "${flags[@]}" \
		--local "$(underlay_address "$family" "$me")" \
		--remote "$(underlay_address "$family" "$peer")" &&
		g_on "$ns" "$name" up
}

count() { "$DIR/inherit.py" count "$1"; }

captured() { [ "$(count "$TMP/capture")" -ge "$1" ]; }

# outward SCRIPT PROTOCOL FAMILY: what the script sends is captured behind the wire, and judged.
outward() {
	local script=$1 protocol=$2 family=$3
	check "interface" endpoint "$A" 1 2 "$protocol" "$family" tc || return
	capture_start "$B" u0 in
	check "send" on "$A" "$script" send "$TMP/sent" "$GENEVE_BPF" \
		"$(interface "$protocol" "$family")" "$protocol" || return
	check "all arrive" busywait 5 captured "$(count "$TMP/sent")"
	capture_stop
	check "what tshark says" "$script" judge "$TMP/sent" "$TMP/capture" "$protocol" "$family"
}

encap_ipv4() { outward "$ENCAP" geneve 4; }
encap_ipv6() { outward "$ENCAP" geneve 6; }
encap_l3_ipv4() { outward "$ENCAP" l3 4; }
encap_l3_ipv6() { outward "$ENCAP" l3 6; }
encap_vxlan_ipv4() { outward "$ENCAP" vxlan 4; }
encap_vxlan_ipv6() { outward "$ENCAP" vxlan 6; }

ports() { outward "$PORTS" geneve 4; }
ports_l3() { outward "$PORTS" l3 4; }
ports_vxlan() { outward "$PORTS" vxlan 4; }

# deliver NAME: sends the file, and adds to DELIVERED and DROPPED what must become of it.
deliver() {
	local sent want
	sent=$(count "$TMP/$1.sent")
	want=$(count "$TMP/$1.want")
	check "some are dropped" [ "$sent" -gt "$want" ]
	DELIVERED=$((DELIVERED + want)) DROPPED=$((DROPPED + sent - want))
	check "send" on "$A" "$DIR/frames.py" send u0 "$TMP/$1.sent"
	check "all arrive" busywait 5 captured "$DELIVERED"
}

# decap_over PROTOCOL FAMILY MODE
decap_over() {
	local protocol=$1 family=$2 mode=$3 name wants
	name=$(interface "$protocol" "$family")
	check "interface" endpoint "$B" 2 1 "$protocol" "$family" "$mode" || return
	check_equal "hook" "$mode" "$(fact "$B" "$name" receive)"
	DELIVERED=0 DROPPED=0 wants=("$TMP/$protocol${family}0.want")
	capture_start "$B" "$name" in
	deliver "$protocol${family}0"
	if [ "$protocol" != vxlan ]; then
		check "TTL" g_on "$B" "$name" genevettl inherit
		deliver "$protocol${family}1"
		wants+=("$TMP/$protocol${family}1.want")
	fi
	capture_stop
	check "frames over IPv$family" "$DECAP" judge "$TMP/capture" "$protocol" "${wants[@]}"
	check_equal "rx_ecn over IPv$family" "$DROPPED" "$(counter "$B" "$name" rx_ecn)"
	check_equal "rx_packets over IPv$family" "$DELIVERED" "$(counter "$B" "$name" rx_packets)"
}

decap() {
	decap_over "$1" 4 "$2"
	decap_over "$1" 6 "$2"
}

decap_tc() { decap geneve tc; }
decap_xdp() { decap geneve xdp; }
decap_l3_tc() { decap l3 tc; }
decap_l3_xdp() { decap l3 xdp; }
decap_vxlan_tc() { decap vxlan tc; }
decap_vxlan_xdp() { decap vxlan xdp; }

sockets() {
	local family=$1 mode=$2 inherit="--ttl inherit --dscp-inherit --df inherit"
	# shellcheck disable=SC2086
	check "A" tunnel_end "$A" 1 2 "$family" --mode tc $inherit &&
		check "B" tunnel_end "$B" 2 1 "$family" --mode "$mode" $inherit || return
	inherited "$family"
}

sockets_ipv4() { sockets 4 tc; }
sockets_ipv6() { sockets 6 xdp; }

create
run_tests
