#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Kinds of underlay devices: traffic of each kind passes, or the device is
# refused with a reason.  Hosts as drawn in lib.sh, but on B the addresses are on
# device $DEV, which sits on u0 in a way of its own, and on A on $FAR.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() {
	hosts_create
	FAR=u0 DEV=u0
}
teardown() { hosts_destroy; }

# move DEVICE: B's addresses go there from u0.
move() {
	DEV=$1
	ip -n "$B" addr flush dev u0
	host_address_on "$B" 2 "$DEV"
	busywait 5 on "$A" ping -c1 -W1 192.0.2.2
	check "the underlay, IPv4" on "$A" ping -q -c1 -W1 192.0.2.2
	check "the underlay, IPv6" busywait 5 on "$A" ping -c1 -W1 2001:db8::2
}

host_address_on() {
	ip -n "$1" addr add "192.0.2.$2/24" dev "$3"
	ip -n "$1" addr add "2001:db8::$2/64" dev "$3" nodad
	ip -n "$1" link set "$3" up
}

# end NAMESPACE DEVICE ME PEER FAMILY MODE
end() {
	check "attach $2" g_on "$1" attach "$2" --vni 42 --name geneve0 --mode "$6" \
		--local "$(underlay_address "$5" "$3")" --remote "$(underlay_address "$5" "$4")" \
		--inet "10.0.0.$3/24" --inet6 "fd00::$3/64"
}

# tunnel FAMILY MODE: between $FAR of A and $DEV of B.
tunnel() {
	end "$A" "$FAR" 1 2 "$1" auto && end "$B" "$DEV" 2 1 "$1" "$2" && busywait 10 no_tentative "$B"
}

# passes FAMILY MODE RECEIVE: traffic in both directions, received as said.
passes() {
	tunnel "$1" "$2" || return
	check_equal "underlay" "$DEV" "$(fact "$B" geneve0 underlay)"
	check_equal "receive mode of $2" "$3" "$(fact "$B" geneve0 receive)"
	check "ping" on "$A" ping -q -c5 -i0.02 -W2 10.0.0.2
	check "ping of IPv6" on "$A" ping -q -c5 -i0.02 -W2 fd00::2
	check "full-size packets" on "$A" ping -q -c5 -i0.02 -W2 -M "do" \
		-s $(($(fact "$A" geneve0 mtu) - 28)) 10.0.0.2
	tcp_content 5 "$A" "$B" TCP4 10.0.0.2
	tcp_content 5 "$B" "$A" TCP6 "[fd00::1]"
	check "counters of A" no_drops "$A"
	check "counters of B" no_drops "$B"
	check "detach" g_on "$A" detach "$FAR"
	check "detach" g_on "$B" detach "$DEV"
	check_equal "hooks left" "" "$(on "$B" "$DIR/objects.py")"
}

# tc_alone DEVICE: with no native XDP, auto takes tc, and xdp is refused.
tc_alone() {
	move "$1"
	passes 4 auto tc
	passes 6 auto tc
	check_error 95 'XDP' g_on "$B" attach "$DEV" --vni 42 --mode xdp
	check_equal "interfaces left" "" "$(g_on "$B" -l)"
	check_equal "hooks left" "" "$(on "$B" "$DIR/objects.py")"
}

# device NAMESPACE KIND WORD...: makes d0 on u0; skips where the kernel has no such kind.
device() {
	ip -n "$1" link add link u0 name d0 type "${@:2}" 2>/dev/null && return
	skip "no $2 devices here"
	return 1
}

veth() {
	passes 4 auto tc
	passes 6 xdp xdp
}

bridge() {
	ip -n "$B" link add d0 type bridge
	ip -n "$B" link set u0 master d0
	tc_alone d0
}

vlan() {
	device "$A" vlan id 7 && device "$B" vlan id 7 || return
	ip -n "$A" addr flush dev u0
	host_address_on "$A" 1 d0
	FAR=d0
	tc_alone d0
}

macvlan() {
	device "$B" macvlan mode bridge || return
	tc_alone d0
}

bond() {
	ip -n "$B" link add d0 type bond mode active-backup 2>/dev/null ||
		{ skip "no bond devices here"; return; }
	ip -n "$B" link set u0 down
	ip -n "$B" link set u0 master d0
	ip -n "$B" link set d0 up
	tc_alone d0
}

# The two cards that scripts/vm-test gives its VM, with a cable between them; no others.
virtio() {
	local mac=52:54:00:67:6e:0 each
	for each in "$A 1" "$B 2"; do
		ip -o link | grep -q "$mac${each#* }" || { skip "not in a VM of scripts/vm-test"; return; }
	done
	for each in "$A 1" "$B 2"; do
		ip link set "$(ip -o link | sed -n "s/^[0-9]*: \([^:]*\):.*$mac${each#* }.*/\1/p")" netns "${each% *}" name d0
	done
	ip -n "$A" addr flush dev u0
	host_address_on "$A" 1 d0
	FAR=d0
	move d0
	passes 4 auto tc
	passes 6 xdp xdp
}

# A program carries the frames between the tap and u0, as a virtual machine's would be.
tap() {
	ip -n "$B" tuntap add d0 mode tap || { skip "no tap devices here"; return; }
	on "$A" ethtool -K u0 tso off gso off tx off >/dev/null # a frame of the tap is one of the wire
	start_on "$B" "$DIR/tap.py" d0 u0
	ip -n "$B" link set d0 address "$(mac_of "$B" u0)"
	move d0
	passes 4 auto tc
	passes 6 auto tc
	passes 4 xdp xdp
}

# Packets without Ethernet headers, as of WireGuard and PPP, too; a program is the wire.
tun() {
	[ -e /dev/net/tun ] || { skip "no tun devices here"; return; }
	"$DIR/tun.py" d0 "$A" "$B" &
	busywait 5 ip -n "$B" link show d0
	ip -n "$A" addr flush dev u0
	host_address_on "$A" 1 d0
	FAR=d0
	tc_alone d0
	not_ours
}

# What is not for a tunnel is the host's, as it came.
not_ours() {
	end "$B" d0 2 1 4 auto
	check "ping beside the tunnel" on "$A" ping -q -c3 -i0.02 -W1 192.0.2.2
	tcp_content 1 "$A" "$B" TCP4 192.0.2.2
	start_on "$B" "$DIR/sizes.py" echo 192.0.2.2
	busywait 5 listens "$B" -u 7007
	check "UDP beside the tunnel" on "$A" "$DIR/sizes.py" send 192.0.2.2 100 200
	kill $!
	wait $! 2>/dev/null
}

TESTS="veth virtio bridge vlan macvlan bond tap tun"

run_tests
