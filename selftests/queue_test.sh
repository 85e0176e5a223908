#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What XDP puts straight into the interface's queue (bpf/deliver_xdp.h): UDP packets
# that are complete, as off a wire.  See hosts_create in lib.sh; B receives by XDP,
# and $C is a container's namespace on it.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=traffic.sh
. "$DIR/traffic.sh"

TESTS="geneve vxlan over_ipv6 l3 unfinished zero_checksum tcp too_long wrong_checksum
	container consumer_tc consumer_xdp gro_off down"

C=$RUN-c
SIZES=400 COUNT=25

# wire_create FAMILY [FLAG...]: A sends frames whose checksums are finished.
wire_create() {
	hosts_create
	check "create" tunnel_create "$1" xdp "${@:2}"
	finish_checksums off
	check "ping" busywait 5 on "$A" ping -q -c1 -W1 10.0.0.2
	check "ping of IPv6" busywait 5 on "$A" ping -q -c1 -W1 fd00::2
}

finish_checksums() { check "checksums" on "$A" ethtool -K geneve0 tx "$1"; }

teardown() { hosts_destroy; }

fast() { counter "$B" geneve0 rx_fast; }

# datagrams ADDRESS SIZE [PYTHON]: COUNT of them from A, whoever receives.
datagrams() {
	on "$A" python3 -c "
import socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
sock = socket.socket(family, socket.SOCK_DGRAM)
${3:-}
for number in range($COUNT):
    sock.sendto(bytes([number]) * int(sys.argv[2]), (sys.argv[1], 7009))" "$1" "$2"
}

# in_datagrams NAMESPACE: how many its stack got, to a port where nobody listens.
no_ports() { on "$1" nstat -asz UdpNoPorts | awk '/^UdpNoPorts/ { print $2 }'; }

is_fast() { [ "$(fast)" -ge "$1" ]; }

# echoed ADDRESS...: each size to it goes the fast way, and comes back the same.
echoed() {
	local address before
	for address; do
		before=$(fast)
		sizes_echoed "$A" "$B" "$address" 1 "$SIZES"
		check_equal "fast to $address" $((before + SIZES)) "$(fast)"
	done
	check "counters of B" no_drops "$B"
	check "counters of A" no_drops "$A"
}

geneve() {
	wire_create 4
	echoed 10.0.0.2 fd00::2
	sizes_echoed "$A" "$B" 10.0.0.2 1400 1422
	check "all of them" is_fast $((2 * SIZES + 23))
}

vxlan() { wire_create 4 --type vxlan && echoed 10.0.0.2; }
over_ipv6() { wire_create 6 && echoed fd00::2; }
l3() { wire_create 4 --layer l3 && echoed 10.0.0.2 fd00::2; }

# Left to the device of the receiver: a redirect would forget that.
unfinished() {
	wire_create 4
	finish_checksums on
	sizes_echoed "$A" "$B" 10.0.0.2 1 "$SIZES"
	check_equal "fast" 0 "$(fast)"
	check "counters" no_drops "$B"
}

# It does not say whether something inside is unfinished.
zero_checksum() {
	local before
	wire_create 4
	before=$(no_ports "$B")
	check "send" datagrams 10.0.0.2 100 'sock.setsockopt(socket.SOL_SOCKET, 11, 1) # SO_NO_CHECK'
	check_equal "fast" 0 "$(fast)"
	check_equal "arrived" $((before + COUNT)) "$(no_ports "$B")"
}

tcp() {
	wire_create 4
	tcp_content 2 "$A" "$B" TCP4 10.0.0.2
	check_equal "fast" 0 "$(fast)"
	check "counters" no_drops "$B"
}

# More than its MTU would take the rest of a burst along (veth_xdp_xmit).
too_long() {
	local before
	wire_create 4
	check "a small MTU" g_on "$B" geneve0 mtu 700
	before=$(no_ports "$B")
	check "send" datagrams 10.0.0.2 672
	check_equal "fast" "$COUNT" "$(fast)"
	check "send" datagrams 10.0.0.2 673
	check_equal "fast, but the longer ones" "$COUNT" "$(fast)"
	check_equal "all arrived" $((before + 2 * COUNT)) "$(no_ports "$B")"
	check "counters" no_drops "$B"
}

wrong_checksum() {
	wire_create 4
	check "inject" on "$A" python3 - "$(mac_of "$B" u0)" "$(mac_of "$B" geneve0)" "$DIR" <<-'END'
		import socket, sys
		sys.path.insert(0, sys.argv[3])
		from outer_packets import Outer
		from scapy.layers.inet import IP, UDP
		from scapy.layers.l2 import Ether
		outer = Outer(sys.argv[1], "192.0.2.1", "192.0.2.2", "geneve")
		wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		wire.bind(("u0", 0))
		for check in (0x1234, None):
		    udp = UDP(sport=9, dport=7009, chksum=check)
		    wire.send(outer.packet(bytes(Ether(dst=sys.argv[2], src="02:00:00:00:00:01") /
		        IP(src="10.0.0.1", dst="10.0.0.2") / udp / bytes(50))))
	END
	check "the right one is fast" busywait 5 is_fast 1
	check_equal "the wrong one is not" 1 "$(fast)"
	check_equal "and is the receiver's to refuse" 1 \
		"$(on "$B" nstat -asz UdpInCsumErrors | awk '/^UdpInCsumErrors/ { print $2 }')"
}

container() {
	wire_create 4
	new_ns "$C"
	ip -n "$B" link set geneve0 netns "$C"
	ip -n "$C" addr add 10.0.0.2/24 dev geneve0
	ip -n "$C" link set geneve0 up
	check "ping" busywait 5 on "$A" ping -q -c1 -W1 10.0.0.2
	sizes_echoed "$A" "$C" 10.0.0.2 1 "$SIZES"
	check_equal "fast" "$SIZES" "$(fast)"
	check "counters" no_drops "$B"
	del_ns "$C"
}

# What the driver of geneve0 gave to an XDP program there.
consumed() { on "$B" ethtool -S geneve0 | awk '/rx_queue_[0-9]*_xdp_packets/ { sum += $2 } END { print sum }'; }

# What was delivered, but not to the program; while nothing comes, or neighbour discovery does.
unseen() {
	local packets try
	for try in 1 2 3 4 5; do
		packets=$(counter "$B" geneve0 rx_packets)
		UNSEEN=$((packets - $(consumed)))
		[ "$packets" -ne "$(counter "$B" geneve0 rx_packets)" ] || return 0
	done
	note "never quiet in $try times"
	return 1
}

# Somebody's XDP program on the interface sees all that is delivered, once a command has seen it.
consumer() {
	local before
	hosts_create
	check "create" tunnel_create 4 "$1"
	check "the port" ip -n "$B" link set gnvport0 mtu 3506
	check "a program" ip -n "$B" link set geneve0 xdpdrv obj "$DIR/xdp_pass.bpf.o" sec xdp
	check "a command" g_on "$B" -l
	unseen || FAILED=1
	before=$UNSEEN
	tcp_content 2 "$A" "$B" TCP4 10.0.0.2
	sizes_echoed "$A" "$B" 10.0.0.2 1 100
	finish_checksums off
	tcp_content 2 "$A" "$B" TCP4 10.0.0.2
	sizes_echoed "$A" "$B" fd00::2 1 100
	unseen || FAILED=1
	check_equal "unseen" "$before" "$UNSEEN"
	check "counters" no_drops "$B"
	check "away" ip -n "$B" link set geneve0 xdpdrv off
	check "a command" g_on "$B" -l
	sizes_echoed "$A" "$B" 10.0.0.2 1 100
	check "counters" no_drops "$B"
}

consumer_tc() { consumer tc; }
consumer_xdp() { consumer xdp; }

# lost WHAT: COUNT datagrams, which are all counted by one or the other, for kernels differ.
lost() {
	local before
	before=$(no_ports "$B")
	check "send" datagrams 10.0.0.2 100
	check_equal "$1: arrived" "$before" "$(no_ports "$B")"
	check_equal "$1: counted" "$COUNT" \
		$(($(counter "$B" geneve0 rx_queue_dropped) + $(counter "$B" geneve0 rx_port_dropped)))
}

# By hand, without a word to us: the first command mends it.
gro_off() {
	local before
	wire_create 4
	on "$B" ethtool -K geneve0 gro off
	lost "without queue"
	before=$(no_ports "$B")
	check "send" datagrams 10.0.0.2 100
	check_equal "after the next command: arrived" $((before + COUNT)) "$(no_ports "$B")"
	check_equal "not fast" "$COUNT" "$(fast)"
	on "$B" ethtool -K geneve0 gro on
	check "a command" g_on "$B" -l
	check "send" datagrams 10.0.0.2 100
	check_equal "fast again" $((2 * COUNT)) "$(fast)"
}

down() {
	wire_create 4
	ip -n "$B" link set geneve0 down
	lost "down"
}

run_tests
