#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# GENEVE and VXLAN on one device, between the same addresses and with the same VNI:
#
#    $A geneve0 10.0.0.1, vxlan0 10.1.0.1 -- u0 ---- u0 -- 10.0.0.2 geneve0, 10.1.0.2 vxlan0 $B

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=capture.sh
. "$DIR/capture.sh"

# both_end NAMESPACE HOST PEER MODE: the same VNI, address and device for both protocols.
both_end() {
	tunnel_end "$1" "$2" "$3" 4 --mode "$4" &&
		g_on "$1" attach u0 --type vxlan --vni 42 --name vxlan0 --mode "$4" \
			--local "192.0.2.$2" --remote "192.0.2.$3" --inet "10.1.0.$2/24" >/dev/null
}

# separate DEVICE ADDRESS OTHER: DEVICE takes what is sent to its ADDRESS, and not what is for OTHER.
separate() {
	capture_start "$B" "$1" in
	check "ping through the one" on "$A" ping -q -c3 -i0.05 -W1 "$2"
	check "ping through the other" on "$A" ping -q -c3 -i0.05 -W1 "$3"
	check "its own" busywait 5 captured 3 "icmp and dst host $2"
	capture_stop
	check_equal "packets of the other on $1" 0 "$(count_captured dst host "$3")"
}

both_protocols() {
	local mode
	for mode in tc xdp; do
		hosts_with "both protocols, $mode" true
		check "on A" both_end "$A" 1 2 "$mode" && check "on B" both_end "$B" 2 1 "$mode" || return
		separate geneve0 10.0.0.2 10.1.0.2
		separate vxlan0 10.1.0.2 10.0.0.2
		tcp_content 5 "$A" "$B" TCP4 10.0.0.2
		tcp_content 5 "$A" "$B" TCP4 10.1.0.2
		check "nothing lost on A" no_drops "$A"
		check "nothing lost on B" no_drops "$B"
	done
}

# A packet does not say which protocol it is.
address_and_port_in_use() {
	hosts_with "in use" both_end "$A" 1 2 tc || return
	check_error 98 'geneve0.* has 192.0.2.1:6081' g_on "$A" attach u0 --type vxlan --vni 43 --local-port 6081
	check_error 98 'vxlan0.* has 192.0.2.1:4789' g_on "$A" attach u0 --type geneve --vni 43 --local-port 4789
	check "to change" g_on "$A" vxlan0 down
	check_error 98 'geneve0.* has 192.0.2.1:6081' g_on "$A" vxlan0 vxlanlocalport 6081 up
	check "the address is another" g_on "$A" attach u0 --type vxlan --vni 43 --local-port 6081 \
		--local 2001:db8::1
}

TESTS="both_protocols address_and_port_in_use"

run_tests
