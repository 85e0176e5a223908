#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Against the kernel's own geneve device.
#
#          +------------ namespace $A -+     +- namespace $B ------------+
#          | geneve0: geneve-bpf       |     |     geneve0: the kernel's |
#          | 10.0.0.1/24    u0 --------+-----+-------- u0    10.0.0.2/24 |
#          | fd00::1/64     192.0.2.1  |     |  192.0.2.2    fd00::2/64  |
#          |                2001:db8::1|     |  2001:db8::2              |
#          +---------------------------+     +---------------------------+

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=peers.sh
. "$DIR/peers.sh"
# shellcheck source=peer_options.sh
. "$DIR/peer_options.sh"

IFACE=geneve0 PORT=6081

# ours FAMILY [FLAG...]
ours() { tunnel_end "$A" 1 2 "$@"; }

# theirs FAMILY [OPTION...]
theirs() {
	local family=$1
	shift
	ip -n "$B" link add geneve0 type geneve id 42 remote "$(underlay_address "$family" 1)" "$@" &&
		their_addresses
}

# tunnel FAMILY FLAGS [OPTION...]: ours with the FLAGS, the kernel's with the OPTIONs.
tunnel() {
	FAMILY=$1
	# shellcheck disable=SC2086
	check "our end, $2" ours "$1" $2 && check "the kernel's end, ${*:3}" theirs "$1" "${@:3}" || return
	ready
}

# l3_tunnel FAMILY MODE: IP packets without Ethernet, for which the kernel leaves room all
# the same (GENEVE_IPV4_HLEN in drivers/net/geneve.c).
l3_tunnel() {
	tunnel "$1" "--mode $2 --layer l3" innerprotoinherit
	check "MTU" g_on "$A" geneve0 mtu "$(on "$B" cat /sys/class/net/geneve0/mtu)"
}

# Complete packets, because tshark looks at their checksums.
inherited_all() {
	offloads off
	inherited "$FAMILY"
}

# tlv_tunnel FAMILY MODE: the kernel's end takes all from a filter's action.
tlv_tunnel() {
	FAMILY=$1
	room_for_options
	check "our end" ours "$1" --mode "$2" &&
		ip -n "$B" link add geneve0 type geneve external udp6zerocsumrx &&
		check "the kernel's end" their_addresses || return
	tc -n "$B" qdisc add dev geneve0 clsact
	ready
}

# option TYPE LENGTH: as tc writes it.
option() { printf '0102:%s:%0*d' "$1" $((2 * $2)) 1; }

their_options() {
	local options=
	case $1 in
	few) options=$(option 01 4) ;;
	most) options=$(option 02 124),$(option 03 120) ;;
	critical) options=$(option 01 4),$(option 81 4) ;;
	esac
	tc -n "$B" filter del dev geneve0 egress # matchall knows no change
	check "options" tc -n "$B" filter add dev geneve0 egress matchall \
		action tunnel_key set id 42 dst_port 6081 geneve_opts "$options" \
		src_ip "$(underlay_address "$FAMILY" 2)" dst_ip "$(underlay_address "$FAMILY" 1)"
}

their_mtu() { ip -n "$B" link set geneve0 mtu "$1"; }

# That action leaves the header's C bit clear: we then need not look at options (RFC 8926 section 3.4).
option_unmarked() { carried_with critical 16; }

# probe OPTION...: what `ip` tells of such a device, if this kernel has it.
probe() {
	ip -n "$A" link add geneve0 type geneve "$@" 2>/dev/null && ip -n "$A" -d link show geneve0
}

probe_options() {
	probe external && tc -n "$A" qdisc add dev geneve0 clsact && tc -n "$A" filter add dev geneve0 egress \
		matchall action tunnel_key set id 42 src_ip 192.0.2.2 dst_ip 192.0.2.1 geneve_opts "$(option 01 4)"
}

# missing WHAT COMMAND...: WHAT, if the command fails.
missing() {
	new_ns "$A"
	"${@:2}" >/dev/null 2>&1 || echo "$1"
	del_ns "$A"
}

# A kernel that does not know the word ignores it.
probe_l3() { probe id 42 remote 192.0.2.2 innerprotoinherit | grep -q innerprotoinherit; }

MISSING=$(missing "geneve device in this kernel (CONFIG_GENEVE)" probe id 42 remote 192.0.2.2)
NO_L3=$(missing "innerprotoinherit of geneve devices" probe_l3)
NO_OPTIONS=$(missing "matchall or tunnel_key in tc (CONFIG_NET_ACT_TUNNEL_KEY)" probe_options)
STEPS="ping_cold we_learned full_mtu sizes tcp_aggregates tcp_packets datagram_packets vlan_device ecn none_lost frames"
L3_STEPS="pings full_mtu sizes tcp_aggregates tcp_packets datagram_packets ecn none_lost"
TLV_STEPS="options_few options_most option_unmarked"
INHERIT="ttl inherit tos inherit df inherit"
TESTS=
for family in 4 6; do
	for mode in tc xdp; do
		add "ipv${family}_$mode" "$STEPS" tunnel "$family" "'--mode $mode'"
	done
	add "ipv${family}_aggregates" datagrams_refused tunnel "$family" "'--mode tc'"
	add "ipv${family}_inherit" inherited_all tunnel "$family" "'--mode tc --ttl inherit --dscp-inherit --df inherit'" "$INHERIT"
done
add ipv4_noudpcsum checksum_zero_zero tunnel 4 --udp6-zero-csum noudpcsum
add ipv4_udpcsum checksum_zero_sum tunnel 4 --no-udp6-zero-csum udpcsum
add ipv6_zero checksum_zero_zero tunnel 6 --udp6-zero-csum udp6zerocsumtx udp6zerocsumrx
add ipv6_both checksum_zero_sum tunnel 6 --udp6-zero-csum noudp6zerocsumtx udp6zerocsumrx
add ipv6_sum checksum_sum_sum tunnel 6 --no-udp6-zero-csum noudp6zerocsumtx noudp6zerocsumrx
add ipv6 checksum_refused tunnel 6 --no-udp6-zero-csum udp6zerocsumtx udp6zerocsumrx
PEER=$MISSING
MISSING=${PEER:-$NO_L3}
add l3_ipv4_tc "$L3_STEPS" l3_tunnel 4 tc
add l3_ipv6_xdp "$L3_STEPS" l3_tunnel 6 xdp
add l3_aggregates datagrams_refused l3_tunnel 4 tc
MISSING=${PEER:-$NO_OPTIONS}
add tlv_ipv4_tc "$TLV_STEPS" tlv_tunnel 4 tc
add tlv_ipv6_xdp "$TLV_STEPS" tlv_tunnel 6 xdp
if [ -n "$PEER" ]; then # said once
	any() { skip "there is no $PEER"; }
	TESTS=any
fi

run_tests
