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
	container consumer_tc consumer_xdp gro_off gro_off_in_container down small_by_hand overflow"

C=$RUN-c
SIZES=400 COUNT=25
HOLD_NS=500000000

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

# datagrams ADDRESS SIZE [PYTHON]: COUNT of them from A, whoever receives; sent on CPU, if that is set.
datagrams() {
	on "$A" ${CPU:+taskset -c "$CPU"} python3 -c "
import socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
sock = socket.socket(family, socket.SOCK_DGRAM)
${3:-}
for number in range($COUNT):
    sock.sendto(bytes([number % 256]) * int(sys.argv[2]), (sys.argv[1], 7009))" "$1" "$2"
}

# no_ports NAMESPACE: how many its stack got, to a port where nobody listens.
no_ports() { on "$1" nstat -asz UdpNoPorts | awk '/^UdpNoPorts/ { print $2 }'; }

is_fast() { [ "$(fast)" -ge "$1" ]; }

prints() { [ "$("${@:2}")" = "$1" ]; }

# becomes WHAT EXPECTED COMMAND...: what the command prints, sooner or later.
becomes() {
	busywait 5 prints "$2" "${@:3}" || check_equal "$1" "$2" "$("${@:3}")"
}

# arrive NAMESPACE WHAT ADDRESS SIZE [PYTHON]: COUNT datagrams, all of them.
arrive() {
	local before
	before=$(no_ports "$1")
	check "send: $2" datagrams "${@:3}"
	becomes "arrived: $2" $((before + COUNT)) no_ports "$1"
}

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
	wire_create 4
	arrive "$B" "without checksum" 10.0.0.2 100 'sock.setsockopt(socket.SOL_SOCKET, 11, 1) # SO_NO_CHECK'
	check_equal "fast" 0 "$(fast)"
}

tcp() {
	wire_create 4
	tcp_content 2 "$A" "$B" TCP4 10.0.0.2
	check_equal "fast" 0 "$(fast)"
	check "counters" no_drops "$B"
}

# More than its MTU would take the rest of a burst along (veth_xdp_xmit).
too_long() {
	wire_create 4
	check "a small MTU" g_on "$B" geneve0 mtu 700
	arrive "$B" "as long as it may be" 10.0.0.2 672
	check_equal "fast" "$COUNT" "$(fast)"
	arrive "$B" "longer" 10.0.0.2 673
	check_equal "fast, but the longer ones" "$COUNT" "$(fast)"
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

# container_create: B's interface is in $C.
container_create() {
	new_ns "$C"
	ip -n "$B" link set geneve0 netns "$C"
	ip -n "$C" addr add 10.0.0.2/24 dev geneve0
	ip -n "$C" link set geneve0 up
	check "ping" busywait 5 on "$A" ping -q -c1 -W1 10.0.0.2
}

container() {
	wire_create 4
	container_create
	sizes_echoed "$A" "$C" 10.0.0.2 1 "$SIZES"
	check_equal "fast" "$SIZES" "$(fast)"
	check "counters" no_drops "$B"
	del_ns "$C"
}

# xdp_packets DEVICE: what its driver gave to an XDP program there.
xdp_packets() { on "$B" ethtool -S "$1" | awk '/rx_queue_[0-9]*_xdp_packets/ { sum += $2 } END { print sum }'; }

# What was delivered, but not to the program; while nothing comes, or neighbour discovery does.
unseen() {
	local packets try
	for try in 1 2 3 4 5; do
		packets=$(counter "$B" geneve0 rx_packets)
		UNSEEN=$((packets - $(xdp_packets geneve0)))
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

queue_dropped() { counter "$B" geneve0 rx_queue_dropped; }

# dropped: how often a frame was counted as lost behind us, wherever.
dropped() {
	g_on "$B" --json stats geneve0 | python3 -c 'import json, sys
print(sum(value for name, value in json.load(sys.stdin)["geneve0"].items() if name.endswith("_dropped")))'
}

came() { [ "$(xdp_packets u0)" -ge "$1" ]; }

# lost NAMESPACE WHAT SIZE: the first COUNT datagrams that are lost, with no command of ours
# before they came, which would mend it.  Each is counted once, as the queue's; a few others,
# as of neighbour discovery, may be lost besides.
lost() {
	local arrived packets
	arrived=$(no_ports "$1") packets=$(xdp_packets u0)
	check "send: $2" datagrams 10.0.0.2 "$3"
	check "they come: $2" busywait 5 came $((packets + COUNT))
	check_equal "counted: $2" "$COUNT" "$(queue_dropped)"
	check "not again elsewhere: $2" [ $(($(dropped) - COUNT)) -lt "$COUNT" ]
	check_equal "arrived: $2" "$arrived" "$(no_ports "$1")"
}

# By hand, without a word to us: the first command mends it.
gro_off() {
	wire_create 4
	on "$B" ethtool -K geneve0 gro off
	lost "$B" "without queue" 100
	arrive "$B" "after the next command" 10.0.0.2 100
	check_equal "not fast" "$COUNT" "$(fast)"
	on "$B" ethtool -K geneve0 gro on
	check "a command" g_on "$B" -l
	arrive "$B" "with GRO again" 10.0.0.2 100
	check_equal "fast again" $((2 * COUNT)) "$(fast)"
}

# Out of our sight, but for what the port can do then (NETDEV_XDP_ACT_NDO_XMIT).
gro_off_in_container() {
	wire_create 4
	container_create
	on "$C" ethtool -K geneve0 gro off
	lost "$C" "without queue" 100
	if ! genl ctrl get name netdev >/dev/null 2>&1; then
		skip "no XDP features of devices (Linux 6.3)"
	else
		arrive "$C" "after the next command" 10.0.0.2 100
		on "$C" ethtool -K geneve0 gro on
		check "a command" g_on "$B" -l
		arrive "$C" "with GRO again" 10.0.0.2 100
		check_equal "fast again" $((2 * COUNT)) "$(fast)"
	fi
	del_ns "$C"
}

down() {
	wire_create 4
	ip -n "$B" link set geneve0 down
	lost "$B" "down" 100
}

# The next command would let them go another way.
small_by_hand() {
	wire_create 4
	ip -n "$B" link set geneve0 mtu 700
	lost "$B" "longer than the interface takes" 800
}

# accounted BEFORE: what XDP gave to the queue has arrived since, or is counted.
accounted() { [ $(($(no_ports "$B") - $1 + $(queue_dropped))) -eq "$(fast)" ]; }

# More than the ring of a queue has room for (VETH_RING_SIZE), while its NAPI rests: after
# the first packet it waits for others (napi_complete_done).
overflow() {
	local COUNT=1500 CPU=0 arrived lost
	wire_create 4
	arrived=$(no_ports "$B")
	on "$B" sh -c "echo $HOLD_NS >/sys/class/net/geneve0/gro_flush_timeout
		echo 100 >/sys/class/net/geneve0/napi_defer_hard_irqs"
	check "send" datagrams 10.0.0.2 100
	check "given to the queue" busywait 5 is_fast 1000
	check "arrived or counted" busywait 5 accounted "$arrived"
	lost=$(queue_dropped)
	check "some were lost" [ "$lost" -gt 0 ]
	check_equal "counted, wherever" "$lost" "$(dropped)"
}

run_tests
