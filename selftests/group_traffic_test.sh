#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What goes through multicast groups, and to whom.  The switch is drawn in switch.sh.

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/capture.sh
. "$DIR/capture.sh"
# shellcheck source=selftests/switch.sh
. "$DIR/switch.sh"
# shellcheck source=selftests/groups.sh
. "$DIR/groups.sh"

D=$RUN-d # a station behind a host

teardown() { destroy_all; }

# The network sends a host's own packets back to it.
own_not_heard() {
	local iface
	bridge -n "$S" link set dev pa hairpin on
	member "$A" 1 4
	check "vxlan0" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 2001:db8::1 vxlangroup "$GROUP6" up
	check "by XDP" g_on "$A" attach u0 --mode xdp --name geneve1 --vni 43 --local 192.0.2.1 --group "$GROUP4"
	ip -n "$A" link set geneve1 up
	for iface in geneve0 vxlan0 geneve1; do
		capture_start "$S" pa out pa
		shout "$A" "$iface" 5
		check "the capture" captured_mark pa
		capture_stop
		check_equal "$iface: they came back" 5 "$(shouts pa)"
		check_equal "$iface: heard" 0 "$(counter "$A" "$iface" rx_packets)"
		check_equal "$iface: learned" "" "$(table "$A" "$iface")"
	done
	bridge -n "$S" link set dev pa hairpin off
}

# Unknown unicast goes to all, and frames to a known address to its host alone.
unknown_unicast() {
	trio 4
	check "pings" ping_all 10.0.0.2 10.0.0.3
	capture_start "$S" pb out pb
	shout "$A" geneve0 5 02:00:00:00:00:99
	check "the capture" captured_mark pb
	check_equal "unknown unicast for B" "5 $GROUP4" "$(shouts pb) $(shouts_to pb)"
	capture_stop
	for each in pb pc; do
		capture_start "$S" "$each" out "$each"
		shout "$A" geneve0 5 "$(mac_of "$C" geneve0)"
		check "the capture" captured_mark "$each"
		capture_stop
	done
	check_equal "known unicast for C" "0 5 192.0.2.3" "$(shouts pb) $(shouts pc) $(shouts_to pc)"
	check "A forgets, and does not learn again" g_on "$A" geneve0 -genevelearn geneveflush
	capture_start "$S" pb out pb
	shout "$A" geneve0 5 "$(mac_of "$C" geneve0)"
	check "the capture" captured_mark pb
	capture_stop
	check_equal "forgotten, it is unknown" "5 $GROUP4" "$(shouts pb) $(shouts_to pb)"
}

# Large frames and aggregates, too, go through the group while their address is unknown.
tcp_through_the_group() {
	local family mtu
	for family in 4 6; do
		member "$A" 1 "$family" -genevelearn
		member "$B" 2 "$family"
		mtu=$(fact "$A" geneve0 mtu)
		check_equal "MTU" $((family == 4 ? 1450 : 1430)) "$mtu"
		check "full MTU" on "$A" ping -q -c1 -W2 -M "do" -s $((mtu - 28)) 10.0.0.2
		tcp_content 5 "$A" "$B" TCP4 10.0.0.2
		check_equal "learned" "" "$(table "$A" geneve0)"
		teardown
	done
}

# Receive by XDP, on B.
xdp() {
	local family group
	for family in 4 6; do
		group=GROUP$family
		member "$A" 1 "$family"
		check "by XDP" g_on "$B" attach u0 --mode xdp --name geneve0 --vni 42 --group "${!group}" \
			--local "$(underlay_address "$family" 2)" --inet 10.0.0.2/24 --inet6 fd00::2/64
		check_equal "receive" xdp "$(fact "$B" geneve0 receive)"
		expect_members "joined" "${!group}" "pa pb"
		check "pings" ping_all 10.0.0.2 fd00::2
		tcp_content 5 "$A" "$B" TCP4 10.0.0.2
		tcp_content 5 "$B" "$A" TCP6 "[fd00::1]"
		teardown
	done
}

known_behind() { table "$A" geneve0 | grep -qx "$(mac_of "$D" st0) $1"; }

# A station behind a bridge on C moves to the one on B.
station_moves() {
	local ns moves
	trio 4
	for ns in "$B" "$C"; do
		ip -n "$ns" link add br9 up type bridge
		ip -n "$ns" link set geneve0 master br9
	done
	new_ns "$D"
	ip link add st0 netns "$D" type veth peer name st0 netns "$C"
	ip -n "$D" addr add 10.0.0.9/24 dev st0
	ip -n "$D" link set st0 up
	ip -n "$C" link set st0 up master br9
	check "the station behind C" on "$D" ping -q -c2 -i0.1 -W2 10.0.0.1
	check "A learned" known_behind 192.0.2.3
	ip -n "$C" link set st0 netns "$B"
	ip -n "$B" link set st0 up master br9
	check "the station behind B" on "$D" ping -q -c2 -i0.1 -W2 10.0.0.1
	check "A learned the move" known_behind 192.0.2.2
	moves=$(counter "$A" geneve0 fdb_moved)
	check "moves are counted" [ "$moves" -ge 1 ]
	check "A to the station" on "$A" ping -q -c3 -i0.1 -W2 10.0.0.9
	check_equal "moves while it stays" "$moves" "$(counter "$A" geneve0 fdb_moved)"
	for ns in "$B" "$C"; do
		ip -n "$ns" link del br9
	done
	del_ns "$D"
}

# Many segments at one address and port, some in the group and some not.
one_address_and_port() {
	local ns number=0 i
	for ns in "$A" "$B"; do
		number=$((number + 1))
		for i in 1 2 3; do
			more "$ns" "$number" "geneve$i" "$i" "$GROUP4"
		done
		for i in 4 5; do
			check "unicast" g_on "$ns" "geneve$i" create geneveid "$i" genevelocal "192.0.2.$number" \
				geneveremote "192.0.2.$((3 - number))" inet "10.0.$i.$number/24" up
		done
	done
	check "pings" ping_all 10.0.1.2 10.0.2.2 10.0.3.2 10.0.4.2 10.0.5.2
}

same_vni_elsewhere() {
	local ns number=0
	pair 4
	for ns in "$A" "$B"; do
		number=$((number + 1))
		check "another port" g_on "$ns" geneve1 create geneveid 42 genevelocal "192.0.2.$number" genevegroup "$GROUP4" \
			genevelocalport 7000 geneveremoteport 7000 inet "10.0.1.$number/24" up
		check "another family" g_on "$ns" geneve2 create geneveid 42 genevelocal "2001:db8::$number" \
			genevegroup "$GROUP6" inet "10.0.2.$number/24" up
		check "another protocol" g_on "$ns" vxlan0 create vxlanid 42 vxlanlocal "192.0.2.$number" \
			vxlangroup "$GROUP4" inet "10.0.3.$number/24" up
		ip -n "$ns" addr add "192.0.2.1$number/24" dev u0
		check "another address and group" g_on "$ns" geneve3 create geneveid 42 genevelocal "192.0.2.1$number" \
			genevegroup 239.1.1.2 inet "10.0.4.$number/24" up
	done
	check "pings" ping_all 10.0.0.2 10.0.1.2 10.0.2.2 10.0.3.2 10.0.4.2
	for each in "$A 1" "$B 2"; do
		ip -n "${each% *}" addr del "192.0.2.1${each#* }/24" dev u0
	done
}

# --- the kernel's own vxlan device on B

# kernel_vxlan FAMILY
kernel_vxlan() {
	local family=$1 group=GROUP$1
	check "vxlan0 of A" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal "$(underlay_address "$family" 1)" \
		vxlangroup "${!group}" inet 10.0.0.1/24 inet6 fd00::1/64 up
	ip -n "$B" link add vxlan100 type vxlan id 42 group "${!group}" dev u0 dstport 4789 \
		local "$(underlay_address "$family" 2)" udp6zerocsumrx
	ip -n "$B" addr add 10.0.0.2/24 dev vxlan100
	ip -n "$B" addr add fd00::2/64 dev vxlan100
	ip -n "$B" link set vxlan100 up
	expect_members "both joined" "${!group}" "pa pb"
	check "pings from ours" ping_all 10.0.0.2 fd00::2
	check "pings from the kernel's" ping_each "$B" 10.0.0.1 fd00::1
	check_equal "what ours learned" "$(mac_of "$B" vxlan100) $(underlay_address "$family" 2)" "$(table "$A" vxlan0)"
	check_equal "what the kernel's learned" "$(mac_of "$A" vxlan0) $(underlay_address "$family" 1)" \
		"$(bridge -n "$B" fdb show dev vxlan100 | sed -n 's/^\([^ ]*\) dst \([^ ]*\) self.*/\1 \2/p' | grep -v ^00:00:00)"
	tcp_content 20 "$A" "$B" TCP4 10.0.0.2
	tcp_content 20 "$B" "$A" TCP4 10.0.0.1
	tcp_content 20 "$A" "$B" TCP6 "[fd00::2]"
	tcp_content 20 "$B" "$A" TCP6 "[fd00::1]"
	ip -n "$B" link del vxlan100
}

kernel_vxlan_ipv4() { kernel_vxlan 4; }
kernel_vxlan_ipv6() { kernel_vxlan 6; }

TESTS="own_not_heard unknown_unicast tcp_through_the_group xdp station_moves
	one_address_and_port same_vni_elsewhere kernel_vxlan_ipv4 kernel_vxlan_ipv6"

switch_create
run_tests
