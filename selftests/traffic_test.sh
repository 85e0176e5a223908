#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Real traffic through a tunnel between two hosts (drawing in lib.sh), of each
# kind, over each underlay family and receive mode; contents are compared, not
# just counted.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=traffic.sh
. "$DIR/traffic.sh"

# A kind of tunnel: its flags, and its MTU over IPv4 and IPv6, which is 1500 less the
# headers.  With debug, aggregates cross the port: the kernel checks what they say of themselves.
declare -A FLAGS=([geneve]="" [vxlan]="--type vxlan" [l3]="--layer l3" [debug]="--debug --udp6-zero-csum")
declare -A MTUS=([geneve4]=1450 [geneve6]=1430 [vxlan4]=1450 [vxlan6]=1430 [l34]=1464 [l36]=1444
	[debug4]=1450 [debug6]=1430)

# tunnel KIND FAMILY MODE
tunnel() {
	# shellcheck disable=SC2086
	check "tunnel" tunnel_create "$2" "$3" ${FLAGS[$1]} || return
	check_equal "receive mode" "$3" "$(fact "$B" geneve0 receive)"
	MTU=${MTUS[$1$2]}
}

# Before anything else on a new tunnel: no neighbour entry on either level.
cold() {
	on "$A" ip neigh flush all
	on "$B" ip neigh flush all
	check "first ping, ARP from cold" on "$A" ping -c1 -W2 10.0.0.2
	on "$A" ip neigh flush all
	on "$B" ip neigh flush all
	check "first ping, ND from cold" on "$A" ping -c1 -W2 fd00::2
}

ping4() { check "ping" on "$A" ping -q -c20 -i0.01 -W1 10.0.0.2; }
ping6() { check "ping" on "$A" ping -q -c20 -i0.01 -W1 fd00::2; }

inner_fragments() {
	check "fragmented IPv4 ping" on "$A" ping -q -c5 -i0.05 -W1 -s 5000 10.0.0.2
	check "fragmented IPv6 ping" on "$A" ping -q -c5 -i0.05 -W1 -s 5000 fd00::2
}

full_mtu() {
	check_equal "MTU of the interface" "$MTU" "$(fact "$A" geneve0 mtu)"
	check "IPv4 of exactly the MTU" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((MTU - 28)) 10.0.0.2
	check "IPv6 of exactly the MTU" on "$A" ping -q -c3 -i0.05 -W1 -M "do" -s $((MTU - 48)) fd00::2
}

# Frames of 64 bytes up to the MTU.
sizes() { sizes_echoed "$A" "$B" "$1" $((50 - $2)) $((MTU - $2)); }
sizes4() { sizes 10.0.0.2 28; }
sizes6() { sizes fd00::2 48; }

# As TCP; the sums of both ends are compared.
tcp4() { tcp_content 50 "$A" "$B" TCP4 10.0.0.2; }
tcp6() { tcp_content 50 "$A" "$B" TCP6 "[fd00::2]"; }

# Nobody but the kernel segments them, before the tunnel: see is_datagrams() in bpf/decap_tc.h.
datagrams() { datagrams_arrive "$A" "$B" "$1" "$2"; }

datagrams4() { datagrams 10.0.0.2 $((MTU - 28)); }
datagrams6() { datagrams fd00::2 1000; }

# A tag in the frame, as an 802.1Q trunk through the tunnel sends it.
vlan() {
	start_on "$B" timeout 10 tcpdump -Zroot -lnni geneve0 -c1 vlan 7 and \
		ether src 02:00:00:00:00:77 >"$TMP/vlan" 2>"$TMP/vlan.ready"
	busywait 5 grep -q listening "$TMP/vlan.ready"
	on "$A" python3 -c '
import socket
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("geneve0", 0))
sock.send(bytes.fromhex("ffffffffffff" "020000000077" "81000007" "0800") + bytes(60))'
	wait $!
	check_equal "a tagged frame arrives" 0 $?
}

none_lost() {
	check "counters of A" no_drops "$A"
	check "counters of B" no_drops "$B"
}

STEPS="ping4 ping6 inner_fragments full_mtu sizes4 sizes6 tcp4 tcp6 datagrams4 datagrams6
	none_lost"
# Without Ethernet there are no neighbours to find and no tags.
declare -A EACH=([geneve]="cold vlan $STEPS" [vxlan]="cold vlan $STEPS" [l3]="$STEPS"
	[debug]="cold vlan full_mtu tcp4 tcp6 datagrams4 datagrams6 none_lost")
TESTS=
for kind in geneve vxlan l3 debug; do
	for family in 4 6; do
		for mode in tc xdp; do
			for name in ${EACH[$kind]}; do
				test=${kind}_ipv${family}_${mode}_$name args="$kind $family $mode"
				eval "$test() { hosts_with '$args' tunnel $args && $name; }"
				TESTS="$TESTS $test"
			done
		done
	done
done

run_tests
