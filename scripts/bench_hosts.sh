# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: two hosts, the wire between them, and the systems that make a
# tunnel over it.  One of them is configured at a time, so that none pays for
# another's hooks.
#
#          +------------ namespace $A -+     +- namespace $B ------------+
#          | geneve0 or vxlan0         |     |         geneve0 or vxlan0 |
#          | 10.42.0.1                 |     |                 10.42.0.2 |
#          |                u0 --------+-----+-------- u0                |
#          |              192.0.2.1    |     |    192.0.2.2              |
#          |              2001:db8::1  |     |    2001:db8::2            |
#          +---------------------------+     +---------------------------+

A=$RUN-a B=$RUN-b

# Each system's device, the frames that it receives, what makes it, and flags of attach.
declare -A SYSTEMS=(
	[geneve]="geneve0 geneve $build/geneve-bpf"
	[vxlan]="vxlan0 vxlan $build/geneve-bpf --type vxlan"
	[l3]="geneve0 l3 $build/geneve-bpf --layer l3"
	[old]="geneve0 geneve $against"
	[kernel]="vxlan0 vxlan ip"
	[kernel_geneve]="geneve0 geneve ip"
	[veth]="u0 raw none"
)
TUNNELS=(l3 vxlan kernel geneve ${against:+old}) # neighbours are compared best; see has_geneve
OURS=(l3 vxlan geneve ${against:+old})

hosts_destroy() {
	ip netns del "$A" 2>/dev/null || :
	ip netns del "$B" 2>/dev/null || :
}

host_create() {
	local ns=$1 number=$2
	ip -n "$ns" link set lo up
	# On the tunnels no IPv6: what nobody asked for is not to be measured.
	ip netns exec "$ns" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.u0.disable_ipv6=0 \
		net.ipv6.conf.u0.router_solicitations=0 net.ipv4.ping_group_range="0 2147483647"
	ip -n "$ns" addr add "192.0.2.$number/24" dev u0
	ip -n "$ns" addr add "2001:db8::$number/64" dev u0 nodad
	ip -n "$ns" link set u0 up
}

hosts_create() {
	ip netns add "$A"
	ip netns add "$B"
	ip link add u0 netns "$A" type veth peer name u0 netns "$B"
	host_create "$A" 1
	host_create "$B" 2
}

# GRO on a veth turns its NAPI on: it then takes frames as a NIC's ring does.
gro() { ip netns exec "$B" ethtool -K u0 gro "$1"; }

# wire gso|mtu MTU: what crosses it, the sender's aggregates or frames of its MTU, which
# the sender has to make and the receiver may merge.
wire() {
	local ns offload=on
	[ "$1" = gso ] || offload=off
	for ns in "$A" "$B"; do
		ip -n "$ns" link set u0 mtu "$2"
		# It tells what else changes.
		ip netns exec "$ns" ethtool -K u0 tx $offload sg $offload tso $offload gso $offload >/dev/null
	done
	gro "$([ "$1" = gso ] && echo off || echo on)"
}

# choose SYSTEM: what the functions below speak of.
choose() { read -r device frames program flags <<<"${SYSTEMS[$1]}"; }

family=4
underlay_address() { [ "$family" = 6 ] && echo "2001:db8::$1" || echo "192.0.2.$1"; }

# kernels_own NUMBER: type and words of the kernel's own device.
kernels_own() {
	case $device in
	vxlan0) echo "vxlan dstport 4789 local $(underlay_address "$1") dev u0" ;;
	geneve0) echo "geneve dstport 6081" ;;
	esac
}

has_geneve() { ip -n "$A" link add probe type geneve id 1 remote 192.0.2.2 2>/dev/null && ip -n "$A" link del probe; }

# end_up NETNS NUMBER VNI [FLAG...]: its end of the tunnel, with no more flags
# than needed: an older build has fewer.
end_up() {
	local ns=$1 vni=$3 remote address=10.$3.0.$2/24
	remote=$(underlay_address $((3 - $2)))
	case $program in
	none) ;;
	ip)
		ip -n "$ns" -batch - <<-END
			link add ${device%0}$((vni - 42)) group 42 type $(kernels_own "$2") id $vni ttl 64 remote $remote
			addr add $address dev ${device%0}$((vni - 42))
			link set ${device%0}$((vni - 42)) up
		END
		;;
	*)
		# shellcheck disable=SC2086
		"$program" -j "$ns" attach u0 --vni "$vni" --remote "$remote" --inet "$address" \
			$flags "${@:4}" >/dev/null
		;;
	esac
}

# end_down NETNS: whatever end_up made there, if it did.
end_down() {
	case $program in
	none) ;;
	ip) ip -n "$1" link del group 42 2>/dev/null || : ;;
	*) [ -z "$("$program" -j "$1" -l)" ] || "$program" -j "$1" detach u0 ;;
	esac
}

# noting NETNS: the command that has ours note what was changed there beside it.
noting() {
	case $program in
	none | ip) echo true ;;
	*) echo "$program -j $1 list >/dev/null" ;;
	esac
}

# No tunnel at either end.
program=none
all_down() {
	end_down "$A"
	end_down "$B"
	choose veth
}

# use SYSTEM [MODE]: configure that, and nothing else.  False if nothing passes.
use() {
	local mode=()
	[ "${2:-tc}" = tc ] || mode=(--mode "$2")
	all_down
	choose "$1"
	peer=$([ "$program" = none ] && underlay_address 2 || echo 10.42.0.2)
	# Neighbours and forwarding tables are not what is measured.
	end_up "$A" 1 42 && end_up "$B" 2 42 "${mode[@]}" && reach "$peer"
}

reach() {
	ip netns exec "$A" ping -q -c 3 -i 0.002 -W 2 "$1" >/dev/null || {
		say "no ping to $1"
		return 1
	}
}
