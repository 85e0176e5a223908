# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: a container on $B behind the tunnel.  Our interface moves into it;
# others need a bridge and a veth pair, also the bare underlay.
#
#   ours     namespace $C: geneve0              $B: its port, u0
#   others   namespace $C: c0 -------- v0, bridge br0, vxlan0 or u0 :$B

C=$RUN-c

container_destroy() { ip netns del "$C" 2>/dev/null || :; }

container_up() {
	local address=${peer%.*}.3
	ip -n "$A" neigh flush dev "$device" # of the container before this one
	ip netns add "$C" && ip -n "$C" link set lo up &&
		ip netns exec "$C" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 || return
	case $program in
	ip | none) bridge_up ;;
	*) inside=$device && ip -n "$B" link set "$device" netns "$C" ;;
	esac && ip -n "$C" addr add "$address/24" dev "$inside" &&
		ip -n "$C" link set "$inside" up && eval "$(noting "$B")" && reach "$address"
}

bridge_up() {
	inside=c0
	# Where br_netfilter is loaded, each frame would go through the host's iptables hooks.
	ip netns exec "$B" sysctl -qew net.bridge.bridge-nf-call-{ip,ip6,arp}tables=0
	ip -n "$B" -batch - <<-END
		link add v0 type veth peer name c0 netns $C
		link add br0 type bridge
		link set v0 master br0 up
		link set $device master br0
		link set br0 up
	END
}

# Our interface goes with its port.
container_down() {
	ip -n "$B" link del br0 2>/dev/null || :
	ip -n "$B" link del v0 2>/dev/null || :
	all_down
	container_destroy
}

measure_to_container() { measure_frames -n "$C" -d "$inside"; }

# send_on NETNS DEVICE [FLAG...]: through to the bare underlay device of $A, whose end goes.
send_on() {
	local mac
	mac=$(ip netns exec "$A" cat "/sys/class/net/$device/address")
	end_down "$A"
	pinned "$build/bench_forward" "${@:3}" "$frames" "$1" "$2" "$mac" "$A" u0 "$seconds"
}

# The last row of its turn.
measure_from_container() { send_on "$C" "$inside"; }
