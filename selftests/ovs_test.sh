#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Against Open vSwitch's userspace datapath, which is drawn in ovs.sh.  It has its own
# code for all of it: tunnel headers, options, checksums, ECN and neighbours.

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=peers.sh
. "$DIR/peers.sh"
# shellcheck source=peer_options.sh
. "$DIR/peer_options.sh"
# shellcheck source=ovs.sh
. "$DIR/ovs.sh"

# The first packets of a flow take another way through Open vSwitch than the others.
OUT_OF_ORDER=yes

# ours TYPE FAMILY [FLAG...]
ours() {
	local type=$1 family=$2
	shift 2
	tunnel_end "$A" 1 2 "$family" --type "$type" --name "$IFACE" "$@"
}

# theirs TYPE FAMILY [OPTION=VALUE...]
theirs() {
	local type=$1 family=$2
	shift 2
	ovs_wire && ovs_tunnel "$type" "$family" $((family == 4 ? 1450 : 1430)) "$@"
}

# prepare TYPE FAMILY: what all tunnels need.
# Open vSwitch reads packets as they are on a wire: an aggregate would not fit into its
# buffers, and an unfinished checksum would be taken for a wrong one.  (Its
# userspace-tso-enable would change that, and does not work with tunnels.)
prepare() {
	IFACE=${1}0 FAMILY=$2 PORT=6081
	[ "$1" = vxlan ] && PORT=4789
	offloads off
	ovs_start # not by `check`, which waits for what it starts
	check_equal "Open vSwitch starts" 0 $?
}

# tunnel TYPE FAMILY MODE
tunnel() {
	prepare "$1" "$2" && check "our end" ours "$1" "$2" --mode "$3" && check "Open vSwitch" theirs "$1" "$2" || return
	check_equal "receive mode" "$3" "$(fact "$A" "$IFACE" receive)"
	ready
}

# Open vSwitch knows our Ethernet address, and by which port we are reached.
learning() {
	we_learned
	check "Open vSwitch's table has our address" eval "ovs_appctl fdb/show $IFACE |
		grep -q '^ *1 *0 *$(mac_of "$A" "$IFACE") '"
}

# What of our packets were aggregates in the tunnel: with an outer checksum none is.
tcp_aggregates() {
	tcp 20
	[ "$FAMILY-$IFACE" = 6-geneve0 ] || check "aggregates" [ "$(counter "$A" "$IFACE" tx_tso)" -gt 100 ]
}

tcp_packets() {
	local before
	before=$(counter "$A" "$IFACE" tx_tso)
	ip -n "$A" link set "$IFACE" gso_max_segs 1
	tcp 5
	ip -n "$A" link set "$IFACE" gso_max_segs 65535
	check_equal "aggregates" "$before" "$(counter "$A" "$IFACE" tx_tso)"
}

# The queues of Open vSwitch's own devices overflow when it gets no CPU.
none_lost() {
	check "our counters" no_drops "$A"
	none_lost_on "$A"
}

# Open vSwitch has VLAN devices of its own.
their_vlan() {
	vsctl add-port "$IFACE" vlan7 tag=7 -- set interface vlan7 type=internal mtu_request=1400 &&
		vlan_address "$B" 2
}

their_vlan_end() { vsctl del-port "$IFACE" vlan7; }

# checksum_tunnel TYPE FAMILY OURS [OPTION=VALUE...]: OURS is zero or sum.  Over IPv6
# Open vSwitch makes it in any case, and takes zero.
checksum_tunnel() {
	local flag=--no-udp6-zero-csum
	[ "$3" = zero ] && flag=--udp6-zero-csum
	prepare "$1" "$2" && check "our end" ours "$1" "$2" "$flag" &&
		check "Open vSwitch" theirs "$1" "$2" "${@:4}" || return
	ready
}

# The DF bit is one for all packets there, which is why this is over IPv6.
inherit_tunnel() {
	prepare geneve 6 && check "our end" ours geneve 6 --mode tc --ttl inherit --dscp-inherit --df inherit &&
		check "Open vSwitch" theirs geneve 6 ttl=inherit tos=inherit || return
	ready
}

all() { inherited 6; }

# to_us ACTION...: what Open vSwitch does with each frame on its way to us.
to_us() {
	local IFS=,
	check "flow to us: $*" ofctl add-flow "$IFACE" "in_port=LOCAL,actions=$*,output:1"
	check "flow from us" ofctl add-flow "$IFACE" "in_port=1,actions=LOCAL"
}

# option NUMBER TYPE LENGTH: bytes of data in tun_metadataNUMBER.
option() {
	ofctl add-tlv-map "$IFACE" "{class=0x0102,type=$2,len=$3}->tun_metadata$1"
}

# set_option NUMBER LENGTH: the action.
set_option() { printf 'set_field:0x%0*d->tun_metadata%d' $((2 * $2)) 1 "$1"; }

their_options() {
	case $1 in
	few) to_us "$(set_option 0 4)" ;;
	most) to_us "$(set_option 1 124)" "$(set_option 2 120)" ;;
	critical) to_us "$(set_option 0 4)" "$(set_option 3 4)" ;;
	esac
}

their_mtu() {
	vsctl set interface "$IFACE" "mtu_request=$1"
	check_equal "MTU" "$1" "$(on "$B" cat "/sys/class/net/$IFACE/mtu")"
}

tlv_tunnel() {
	room_for_options
	tunnel "$@"
	check "options" option 0 1 4 && check "options" option 1 2 124 && check "options" option 2 3 120 &&
		check "critical option" option 3 0x81 4
}

# dropped_with COUNTER BYTES FLAGS: of the header, which Open vSwitch now sends.
dropped_with() {
	local counter=$1 before
	ip -n "$B" neigh replace 10.0.0.1 lladdr "$(mac_of "$A" "$IFACE")" dev "$IFACE"
	before=$(counter "$A" "$IFACE" "$counter")
	capture_start "$B" u0 out
	check "no ping" eval "! on $B ping -q -c5 -i0.05 -W0.3 10.0.0.1"
	capture_stop
	options_are "$2" "$3"
	check "counted in $counter" [ $(($(counter "$A" "$IFACE" "$counter") - before)) -ge 5 ]
}

# We know no option, so each critical one is unknown to us (RFC 8926 section 3.5).
option_critical() {
	their_options critical
	dropped_with rx_critical 16 0x40
}

control() {
	to_us "set_field:oam->tun_flags"
	dropped_with rx_control 0 0x80
}

MISSING=$(ovs_missing)
STEPS="ping_cold learning full_mtu sizes tcp_aggregates tcp_packets datagrams vlan_device ecn none_lost frames"
TLV_STEPS="options_few options_most option_critical control"
TESTS=
for family in 4 6; do
	for mode in tc xdp; do
		add "geneve_ipv${family}_$mode" "$STEPS" tunnel geneve "$family" "$mode"
	done
done
add vxlan_ipv4_xdp "$STEPS" tunnel vxlan 4 xdp
add vxlan_ipv6_tc "$STEPS" tunnel vxlan 6 tc
add inherits all inherit_tunnel
add ipv4_tc "$TLV_STEPS" tlv_tunnel geneve 4 tc
add ipv6_xdp "$TLV_STEPS" tlv_tunnel geneve 6 xdp
for type in geneve vxlan; do
	add "${type}_ipv4" checksum_zero_sum checksum_tunnel "$type" 4 zero csum=true
	add "${type}_ipv6_made" checksum_sum_sum checksum_tunnel "$type" 6 sum
	add "${type}_ipv6" checksum_zero_sum checksum_tunnel "$type" 6 zero
done

run_tests
