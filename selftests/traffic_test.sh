#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Real traffic through a tunnel between two hosts (drawing in lib.sh), over
# each underlay family and receive mode; contents are compared, not just counted.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

MTU4=1450 MTU6=1430 # 1500 less the headers of each underlay family

# combination FAMILY MODE: makes that tunnel, unless it is there already.
combination() {
	[ "${NOW:-}" = "$*" ] && return
	[ -n "${NOW:-}" ] && hosts_destroy
	hosts_create
	check "tunnel over IPv$1, $2" tunnel_create "$1" "$2"
	check_equal "receive mode" "$2" "$(fact "$B" geneve0 receive)"
	if [ "$1" = 4 ]; then MTU=$MTU4; else MTU=$MTU6; fi
	NOW="$*"
}

no_drops() {
	g_on "$1" --json stats | python3 -c '
import json, sys
for subject, counters in json.load(sys.stdin).items():
    for name, value in counters.items():
        if value and not name.endswith(("packets", "bytes", "learned", "moved", "tso", "csum")):
            sys.exit(f"{subject} {name} {value}")'
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

# Frames of 64 bytes up to the MTU, each byte compared, there and back.
sizes() {
	local address=$1 headers=$2 server
	start_on "$B" python3 "$DIR/sizes.py" echo "$address"
	server=$!
	busywait 5 listens "$B" -u 7007
	check "UDP of each size to $address" \
		on "$A" python3 "$DIR/sizes.py" send "$address" $((50 - headers)) $((MTU - headers))
	kill "$server"
	wait "$server" 2>/dev/null
}

sizes4() { sizes 10.0.0.2 28; }
sizes6() { sizes fd00::2 48; }

# 200 MB as TCP; the sums of both ends are compared.
tcp4() { tcp_content 200 "$A" "$B" TCP4 10.0.0.2; }
tcp6() { tcp_content 200 "$A" "$B" TCP6 "[fd00::2]"; }

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

EACH="cold vlan ping4 ping6 inner_fragments full_mtu sizes4 sizes6 tcp4 tcp6 none_lost"
TESTS=
for family in 4 6; do
	for mode in tc xdp; do
		for name in $EACH; do
			eval "ipv${family}_${mode}_$name() { combination $family $mode; $name; }"
			TESTS="$TESTS ipv${family}_${mode}_$name"
		done
	done
done

run_tests
