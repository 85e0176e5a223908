#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What an interface can and does leave to hardware, in FreeBSD's words: that of the
# device below it, followed as it changes.  Drawing in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=watch.sh
. "$DIR/watch.sh"

teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

ALL="RXCSUM TXCSUM JUMBO_MTU TSO4 TSO6 LINKSTATE RXCSUM_IPV6 TXCSUM_IPV6"
NONE="JUMBO_MTU LINKSTATE"
NO_TSO="RXCSUM TXCSUM JUMBO_MTU LINKSTATE RXCSUM_IPV6 TXCSUM_IPV6"
NO_RXCSUM="TXCSUM JUMBO_MTU TSO4 TSO6 LINKSTATE TXCSUM_IPV6"
NO_TXCSUM="RXCSUM JUMBO_MTU LINKSTATE RXCSUM_IPV6" # and so no TSO either
NO_SENDING=$NO_TXCSUM
NO_CSUM="JUMBO_MTU TSO4 TSO6 LINKSTATE"

# words INTERFACE FACT
words() {
	h --json show "$1" | python3 -c 'import json, sys; print(*json.load(sys.stdin)[sys.argv[1]])' "$2"
}

# has INTERFACE OPTIONS [CAPABILITIES]: in JSON and in the text alike.
has() {
	check_equal "options of $1" "$2" "$(words "$1" options)"
	check_equal "capabilities of $1" "${3:-$ALL}" "$(words "$1" capabilities)"
	check_equal "options in the text" "$2" "$(h "$1" | sed -n 's/^	options=.*<\(.*\)>$/\1/p' | tr , ' ')"
	check_equal "capabilities in the text" "${3:-$ALL}" \
		"$(h -v "$1" | sed -n 's/^	capabilities=.*<\(.*\)>$/\1/p' | tr , ' ')"
}

# u0 FEATURE VALUE...
u0() { check "ethtool $*" on "$A" ethtool -K u0 "$@"; }

create() { check "create" h geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 "$@"; }

numbers() {
	host_create
	create
	check_equal "all" "	options=680323<${ALL// /,}>" "$(h geneve0 | sed -n 2p)"
	u0 tx-udp_tnl-segmentation off tx-udp_tnl-csum-segmentation off
	check_equal "none" "	options=80020<${NONE// /,}>
	capabilities=680323<${ALL// /,}>" "$(h -v geneve0 | sed -n 2,3p)"
}

# One feature after the other; those of tunnels are switched by the words, too.
features() {
	host_create
	create up
	has geneve0 "$ALL"
	u0 tso off
	has geneve0 "$NO_TSO"
	u0 tso on rx off
	has geneve0 "$NO_RXCSUM"
	u0 rx on tx off
	has geneve0 "$NO_TXCSUM"
	u0 tx on tso on
	has geneve0 "$ALL"
	u0 tx-udp_tnl-segmentation off
	has geneve0 "$NO_TSO"
	check "word" h geneve0 genevehwtso
	has geneve0 "$ALL"
	check "word" h u0 -genevehwcsum
	has geneve0 "$NO_CSUM"
	u0 tx-udp_tnl-csum-segmentation on
	has geneve0 "$ALL"
}

# With the outer checksum, what is sent leaves nothing to the device.
outer_checksum() {
	host_create
	check "geneve" h geneve0 create geneveid 1 genevelocal 2001:db8::1 geneveremote 2001:db8::2 up
	has geneve0 "$NO_SENDING" "$NO_SENDING"
	check "without it" h geneve0 down geneveudp6zerocsum up
	has geneve0 "$ALL"
	check "vxlan" h vxlan0 create vxlanid 1 vxlanlocal 2001:db8::1 vxlanremote 2001:db8::2 up
	has vxlan0 "$ALL"
}

# The device of the local address, before it runs and while; that of a group, if one is named.
which_device() {
	host_create
	ip -n "$A" link set u1 up
	on "$A" ethtool -K u1 tx-udp_tnl-segmentation off
	check "without a place" h geneve1 create geneveid 1
	has geneve1 "$NONE" "$NONE"
	check "on lo" h geneve2 create geneveid 2 genevelocal 127.0.0.1
	has geneve2 "$NONE" "$NONE"
	create
	has geneve0 "$ALL"
	check "group" h geneve3 create geneveid 3 genevelocal 192.0.2.1 genevegroup 239.1.1.1 genevedev u1 up
	has geneve3 "$NO_TSO"
	check "the word is about that device" h geneve3 genevehwtso
	check_equal "its feature" on "$(on "$A" ethtool -k u1 | sed -n 's/^tx-udp_tnl-segmentation: //p')"
	check "attach" h attach u1 --vni 4 --name geneve4 --remote 198.51.100.1 --local 192.0.2.1
	on "$A" ethtool -K u1 tx-udp_tnl-segmentation off
	has geneve4 "$NO_TSO"
}

# It is the underlay's also while the interface is elsewhere.
moved() {
	host_create
	new_ns "$B"
	create up
	ip -n "$A" link set geneve0 netns "$B"
	u0 tso off
	has geneve0 "$NO_TSO"
}

sent() { tcp_content 2 "$A" "$B" TCP4 10.0.0.2; }

# segments_itself NAME: whether of what is sent the kernel has to segment as much as counts.
kernel_segments() {
	local whole soft
	whole=$(counter "$A" geneve0 tx_tso) soft=$(counter "$A" geneve0 tx_soft_tso)
	sent
	whole=$(($(counter "$A" geneve0 tx_tso) - whole)) soft=$(($(counter "$A" geneve0 tx_soft_tso) - soft))
	check "aggregates were sent: $whole" [ "$whole" -gt 10 ]
	case $1 in
	yes) check_equal "segmented by the kernel" "$whole" "$soft" ;;
	no) check_equal "segmented by the kernel" 0 "$soft" ;;
	esac
}

counted() {
	hosts_create
	check "tunnel" tunnel_create 4 tc
	kernel_segments no
	u0 tx-udp_tnl-segmentation off
	check "a command notices" g_on "$A" list
	kernel_segments yes
	check "word of the device" g_on "$A" u0 genevehwtso
	kernel_segments no
	check "word of the interface" g_on "$A" geneve0 -genevehwtso
	kernel_segments yes
	check "word of the interface" g_on "$A" geneve0 genevehwtso down up
	kernel_segments no
	u0 tso off
	check "restart" g_on "$A" geneve0 down up
	kernel_segments yes
	check_equal "in the status" "$(counter "$A" geneve0 tx_soft_tso)" "$(fact "$A" geneve0 soft_tso)"
}

# With the outer checksum the kernel segments before the programs see it.
counted_with_outer_checksum() {
	hosts_create
	check "tunnel" tunnel_create 6 tc
	sent
	check_equal "encapsulated whole" 0 "$(counter "$A" geneve0 tx_tso)"
	check "segmented by the kernel" [ "$(counter "$A" geneve0 tx_soft_tso)" -gt 10 ]
}

# soft: what counts of A, without a command of ours, which would look around.
soft() {
	bpftool -j map dump id "$(on "$A" "$DIR/objects.py" --maps | sed -n 's/^stats_geneve0 //p')" |
		python3 -c 'import json, sys
print(sum(cpu["value"]["tx_soft_tso"] for cpu in json.load(sys.stdin)[0]["formatted"]["values"]))'
}

# noticed yes|no: whether what is sent now counts.
noticed() {
	local before
	before=$(soft)
	sent
	[ "$1" = "$([ "$(soft)" -gt "$before" ] && echo yes || echo no)" ]
}

# The other end, by a second way too: a device answers ARP for its own address only.
two_ways() {
	hosts_create
	on "$A" sysctl -qw net.ipv4.conf.all.arp_ignore=1
	ip link add w0 netns "$A" type veth peer name w0 netns "$B"
	ip -n "$A" link set w0 up
	ip -n "$B" link set w0 up
	ip -n "$B" link add br0 type bridge
	ip -n "$B" link set br0 up
	ip -n "$B" addr flush dev u0
	ip -n "$B" addr add 192.0.2.2/24 dev br0
	ip -n "$B" link set u0 master br0
	ip -n "$B" link set w0 master br0
	create inet 10.0.0.1/24
	check "B" g_on "$B" geneve0 create geneveid 42 genevelocal 192.0.2.2 geneveremote 192.0.2.1 \
		inet 10.0.0.2/24
	check "ping" busywait 5 on "$A" ping -c1 -W1 10.0.0.2
}

# Features of the device, then another device; watch looks every 5 s even if it hears nothing.
watched() {
	two_ways
	watch_start
	check "at first" noticed no
	u0 tx-udp_tnl-segmentation off
	check "off" busywait 3 noticed yes
	u0 tx-udp_tnl-segmentation on
	check "on" busywait 3 noticed no
	check "ethtool" on "$A" ethtool -K w0 tx-udp_tnl-segmentation off
	ip -n "$A" addr del 192.0.2.1/24 dev u0
	ip -n "$A" addr add 192.0.2.1/24 dev w0
	check "ping by w0" busywait 10 on "$A" ping -c1 -W1 10.0.0.2
	check "w0" busywait 5 noticed yes
	watch_stop
}

TESTS="numbers features outer_checksum which_device moved counted counted_with_outer_checksum watched"

run_tests
