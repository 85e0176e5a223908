#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Flood lists (head-end replication).  A sends, and all that it sends is
# captured at the switch (drawing in switch.sh); the remotes of most lists are
# addresses behind B that nobody has.

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/capture.sh
. "$DIR/capture.sh"
# shellcheck source=selftests/switch.sh
. "$DIR/switch.sh"

FRAMES=$DIR/frames.py
MTU=1400

FAR4=198.18 FAR6=2001:db8:18

# far FAMILY NUMBER: the address of a remote behind B.
far() {
	case $1 in
	4) echo "$FAR4.$(($2 / 200)).$(($2 % 200 + 1))" ;;
	6) echo "$FAR6::$(printf %x "$2")" ;;
	esac
}

fars() { for i in $(seq "$2"); do far "$1" "$i"; done; }

# sender FAMILY [WORD...]: geneve0 on A, which says nothing of its own.
sender() {
	local family=$1
	shift
	check "geneve0" g_on "$A" geneve0 create geneveid 42 genevelocal "$(underlay_address "$family" 1)" \
		mtu "$MTU" up "$@"
}

# list ENTRY...: words of `fdb add geneve0 flood`.
list() {
	local entry
	for entry; do
		# shellcheck disable=SC2086
		check "add $entry" g_on "$A" fdb add geneve0 flood $entry
	done
}

# sent FILE: sends these frames on geneve0; what A sent is in the capture.
sent() {
	capture_start "$S" pa in pa
	check "send" on "$A" "$FRAMES" send geneve0 "$1"
	check "the capture" captured_mark pa
	capture_stop
}

# each_gets WHAT CSUM REMOTE...: all kinds of frames.
each_gets() {
	sent "$TMP/inner"
	check "$1" "$DIR/flood.py" each "$TMP/pa" "$TMP/inner" "${@:2}"
}

teardown() { destroy_all; }

# --- who gets a frame

# lists FAMILY CSUM [WORD...]: of one and of three; an entry has another port, and the remote counts too.
lists() {
	local family=$1 csum=$2
	shift 2
	sender "$family" "$@"
	sent "$TMP/inner"
	check "nobody, without a list" "$DIR/flood.py" each "$TMP/pa" "$TMP/inner" "$csum"
	list "$(far "$family" 1)"
	each_gets "one" "$csum" "$(far "$family" 1)"
	list "$(far "$family" 2) --port 7777" "$(far "$family" 3)"
	each_gets "three" "$csum" "$(far "$family" 1)" "$(far "$family" 2),7777" "$(far "$family" 3)"
	list "$(far "$family" 2)"
	each_gets "an address with two ports" "$csum" "$(far "$family" 1)" "$(far "$family" 2)" \
		"$(far "$family" 2),7777" "$(far "$family" 3)"
	check "not any more" g_on "$A" fdb del geneve0 flood "$(far "$family" 2)" --port 6081
	check "remote" g_on "$A" geneve0 down geneveremote "$(far "$family" 9)" up
	each_gets "and the remote" "$csum" "$(far "$family" 1)" "$(far "$family" 2),7777" "$(far "$family" 3)" \
		"$(far "$family" 9)"
	check "remote" g_on "$A" geneve0 down geneveremote "$(far "$family" 3)" up
	each_gets "the remote is in the list, too" "$csum" "$(far "$family" 1)" "$(far "$family" 2),7777" \
		"$(far "$family" 3)"
}

ipv4() { lists 4 zero; }
ipv4_debug() { lists 4 zero debug; }
ipv6() { lists 6 sum; }
ipv6_debug() { lists 6 sum debug; }
ipv6_zero_checksum() { lists 6 zero geneveudp6zerocsum; }

# together_with_group FAMILY GROUP CSUM
together_with_group() {
	sender "$1" genevegroup "$2"
	list "$(far "$1" 1)" "$(far "$1" 2)"
	each_gets "the group and the list" "$3" "$2" "$(far "$1" 1)" "$(far "$1" 2)"
}

group_ipv4() { together_with_group 4 239.1.1.1 zero; }
group_ipv6() { together_with_group 6 ff08::db8:1 sum; }

# As many as there can be; the first has a route of its own.
full() {
	local remotes
	sender 4
	mapfile -t remotes < <(fars 4 256)
	list "${remotes[@]}"
	check_error 28 "the flood list is full \(256\)" g_on "$A" fdb add geneve0 flood "$(far 4 257)"
	check_equal "entries shown" 256 "$(entries)"
	check "few kinds" "$DIR/flood.py" first 12 "$TMP/inner" "$TMP/few"
	sent "$TMP/few"
	check "each of 256" "$DIR/flood.py" each "$TMP/pa" "$TMP/few" zero "${remotes[@]}"
	check_equal "refused" 0 "$(counter "$A" geneve0 tx_refused)"
	check "one goes" g_on "$A" fdb del geneve0 flood "$(far 4 100)"
	check "another comes" g_on "$A" fdb add geneve0 flood "$(far 4 257)"
	check "flush" g_on "$A" fdb flush geneve0
	check_equal "what was entered stays" 256 "$(entries)"
	check "flush all" g_on "$A" fdb flush geneve0 --all
	check_equal "none is left" 0 "$(entries)"
	check_equal "none is left in the map" 0 "$(in_map)"
}

# Many copies at once do not overflow the CPU's backlog (net.core.netdev_max_backlog,
# 1000): as in a softirq that forwards a burst, one frame makes 20, to 64 remotes.
burst() {
	local remotes
	sender 4
	mapfile -t remotes < <(fars 4 64)
	list "${remotes[@]}"
	check "one frame" "$DIR/flood.py" first 1 "$TMP/inner" "$TMP/few"
	check "it finds the ways" on "$A" "$FRAMES" send geneve0 "$TMP/few"
	check "sent" busywait 2 sent_frames 64
	check "20 for one" tc -n "$A" filter add dev geneve0 egress prio 1 \
		bpf direct-action obj "$DIR/repeat.bpf.o" sec tc
	check "burst" on "$A" "$FRAMES" send geneve0 "$TMP/few"
	check "all are sent" busywait 2 sent_frames $((21 * 64))
	check_equal "refused" 0 "$(counter "$A" geneve0 tx_refused)"
}

sent_frames() { [ "$(counter "$A" geneve0 tx_packets)" -eq "$1" ]; }

entries() { g_on "$A" fdb show geneve0 | wc -l; }

# in_map [INTERFACE]: entries in the map of all lists.
in_map() { dump "${1:-geneve0}" | python3 -c 'import json, sys; print(sum("key" in e for e in json.load(sys.stdin)))'; }
dump() { bpftool -j map dump id "$(filter_map "$A" "$1" egress geneve_flood)"; }

# Known unicast goes to its remote alone; what is learned and what is entered.
known_unicast() {
	local address=02:00:5e:00:00:02 # where the frames go
	sender 4 geneveremote "$(far 4 9)"
	list "$(far 4 1)" "$(far 4 2)"
	check "entry" g_on "$A" fdb add geneve0 "$address" "$(far 4 5)" --port 7000 --static
	check "one kind" "$DIR/flood.py" first 10 "$TMP/inner" "$TMP/few" # no broadcast
	sent "$TMP/few"
	check "known" "$DIR/flood.py" each "$TMP/pa" "$TMP/few" zero "$(far 4 5),7000"
	check "entry goes" g_on "$A" fdb del geneve0 "$address"
	sent "$TMP/few"
	check "unknown again" "$DIR/flood.py" each "$TMP/pa" "$TMP/few" zero "$(far 4 1)" "$(far 4 2)" "$(far 4 9)"
}

# One that cannot be reached does not stop the others, wherever in the list it is.
unreachable() {
	local place no_route=203.0.113.1 no_neighbour=192.0.2.77 count
	count=$("$FRAMES" count "$TMP/inner")
	sender 4
	for place in first last; do
		[ "$place" = last ] || list "$no_route" "$no_neighbour"
		list "$(far 4 1)" "$(far 4 2)"
		[ "$place" = first ] || list "$no_route" "$no_neighbour"
		each_gets "$place" zero "$(far 4 1)" "$(far 4 2)"
		check_equal "$place: without a route" "$count" "$(counter "$A" geneve0 tx_no_route)"
		check "destroy" g_on "$A" geneve0 destroy
		sender 4
	done
}

unreachable_ipv6() {
	sender 6
	list "2001:db8:ffff::1" "$(far 6 1)" "2001:db8::77" "$(far 6 2)"
	each_gets "IPv6" sum "$(far 6 1)" "$(far 6 2)"
	check_equal "without a route" "$("$FRAMES" count "$TMP/inner")" "$(counter "$A" geneve0 tx_no_route)"
}

# --- the list itself

rows() { g_on "$A" fdb show geneve0 | sed 's/geneve0 00:00:00:00:00:00 remote //' | sort | xargs; }

words() {
	sender 4 geneveremoteport 7001
	list 192.0.2.2 "192.0.2.3 --port 7777"
	check_equal "text" "192.0.2.2:7001 static 192.0.2.3:7777 static" "$(rows)"
	check_equal "JSON" "00:00:00:00:00:00 192.0.2.2 7001 True None
00:00:00:00:00:00 192.0.2.3 7777 True None" "$(g_on "$A" --json fdb show geneve0 | python3 -c '
import json, sys
for entry in json.load(sys.stdin):
    print(*(entry[key] for key in ("mac", "remote", "remote_port", "static", "expires")))' | sort)"
	check_equal "count of the table" 0 "$(fact "$A" geneve0 fdb_count)"
	check_equal "bpftool" "192.0.2.2 7001 192.0.2.3 7777" "$(dumped)"
	check_error 17 'use "replace"' g_on "$A" fdb add geneve0 flood 192.0.2.2
	check_error 17 'use "replace"' g_on "$A" fdb add geneve0 00:00:00:00:00:00 192.0.2.3 --port 7777
	check_equal "as it was" "192.0.2.2:7001 static 192.0.2.3:7777 static" "$(rows)"
	check "another port" g_on "$A" fdb add geneve0 flood 192.0.2.2 --port 8
	check_error 2 'no such entry' g_on "$A" fdb del geneve0 flood 192.0.2.2 --port 7
	check_equal "both" "192.0.2.2:7001 static 192.0.2.2:8 static 192.0.2.3:7777 static" "$(rows)"
	check "one of them" g_on "$A" fdb del geneve0 flood 192.0.2.2 --port 7001
	check_equal "the other" "192.0.2.2:8 static 192.0.2.3:7777 static" "$(rows)"
	check "two again" g_on "$A" fdb add geneve0 flood 192.0.2.2
	check "replace" g_on "$A" fdb replace geneve0 flood 192.0.2.2 --port 9
	check "replace what is not there" g_on "$A" fdb replace geneve0 00:00:00:00:00:00 192.0.2.4
	check_equal "replaced" "192.0.2.2:9 static 192.0.2.3:7777 static 192.0.2.4:7001 static" "$(rows)"
	check "del" g_on "$A" fdb del geneve0 flood 192.0.2.2
	check_error 2 'no such entry' g_on "$A" fdb del geneve0 flood 192.0.2.2
	check_error 2 'no such entry' g_on "$A" fdb del geneve0 flood 192.0.2.99
	check_error 1 'which remote' g_on "$A" fdb del geneve0 flood
	check_equal "deleted" "192.0.2.3:7777 static 192.0.2.4:7001 static" "$(rows)"
	check "del" g_on "$A" fdb del geneve0 00:00:00:00:00:00 192.0.2.4
	check "the last" g_on "$A" fdb del geneve0 flood 192.0.2.3
	check_equal "empty" "" "$(rows)"
	check_equal "the map is empty" 0 "$(in_map)"
}

# What `bpftool map dump` shows of each entry, by field name.
dumped() {
	dump geneve0 | python3 -c '
import json, sys
for entry in sorted((e["formatted"]["value"] for e in json.load(sys.stdin)), key=str):
    print(".".join(map(str, entry["remote"]["bytes"][12:])), entry["port"])' | xargs
}

refusals() {
	sender 4
	list 192.0.2.2
	check_error 97 "family" g_on "$A" fdb add geneve0 flood 2001:db8::2
	check_error 1 "multicast" g_on "$A" fdb add geneve0 flood 239.1.1.1
	check_error 22 "wildcard" g_on "$A" fdb add geneve0 flood 0.0.0.0
	check_error 1 "unexpected" g_on "$A" fdb del geneve0 02:00:00:00:00:01 --port 8
	check_error 1 "REMOTE" g_on "$A" fdb add geneve0 flood
	check_error 1 "port" g_on "$A" fdb add geneve0 flood 192.0.2.3 --port 0
	check_error 1 "port" g_on "$A" fdb add geneve0 flood 192.0.2.3 --port 65536
	check_error 1 "unexpected" g_on "$A" fdb add geneve0 flood 192.0.2.3 nonsense
	check_error 6 "no such interface" g_on "$A" fdb add geneve9 flood 192.0.2.3
	check "an L3 tunnel" g_on "$A" geneve1 create genevemode l3 geneveid 43 genevelocal 192.0.2.1
	check_error 95 "no table" g_on "$A" fdb add geneve1 flood 192.0.2.3
	check_equal "the list" "192.0.2.2:6081 static" "$(rows)"
}

# The list goes with its interface, and no other's does.
destroyed() {
	sender 4
	list 192.0.2.2 192.0.2.3
	check "another" g_on "$A" geneve1 create geneveid 43 genevelocal 192.0.2.1 up
	check "its list" g_on "$A" fdb add geneve1 flood 192.0.2.2
	check_equal "entries of both" 3 "$(in_map)"
	check "down and up" g_on "$A" geneve0 down up
	check_equal "entries after down" "192.0.2.2:6081 static 192.0.2.3:6081 static" "$(rows)"
	check "destroy" g_on "$A" geneve0 destroy
	check_equal "entries of the other" 1 "$(in_map geneve1)"
	sender 4
	check_equal "a new one has none" "" "$(rows)"
	ip -n "$A" link del geneve1
	g_on "$A" list >/dev/null
	check_equal "left after ip link del" 0 "$(in_map)"
}

# --- three hosts that know each other by their lists alone

# mesh FAMILY
mesh() {
	local family=$1 ns other number=0
	for ns in $HOSTS; do
		number=$((number + 1))
		check "geneve0 of host $number" g_on "$ns" geneve0 create geneveid 42 \
			genevelocal "$(underlay_address "$family" "$number")" inet "10.0.0.$number/24" up
		for other in 1 2 3; do
			[ "$other" -eq "$number" ] ||
				check "list" g_on "$ns" fdb add geneve0 flood "$(underlay_address "$family" "$other")"
		done
	done
}

# learned FAMILY: what A knows of B and C.
learned() {
	{
		echo "$(mac_of "$B" geneve0) $(underlay_address "$1" 2)"
		echo "$(mac_of "$C" geneve0) $(underlay_address "$1" 3)"
	} | sort
}

# with_learning FAMILY
with_learning() {
	mesh "$1"
	check "A to B" on "$A" ping -q -c2 -i0.05 -W2 10.0.0.2
	check "A to C" on "$A" ping -q -c2 -i0.05 -W2 10.0.0.3
	check "C to B" on "$C" ping -q -c2 -i0.05 -W2 10.0.0.2
	check_equal "what A learned" "$(learned "$1")" "$(table "$A" geneve0 | grep -v ^00:00:00:00:00:00)"
	capture_start "$S" pc out pc
	check "A to B again" on "$A" ping -q -c3 -i0.05 -W2 10.0.0.2
	check "the capture" captured_mark pc
	capture_stop
	# What C may ask of A by ARP is answered to C.
	check_equal "known unicast to B at the port of C" "" \
		"$(tcpdump -nnr "$TMP/pc" udp port 6081 2>/dev/null | grep 'ICMP echo')"
}

with_learning_ipv4() { with_learning 4; }
with_learning_ipv6() { with_learning 6; }

# A knows nobody: all that it sends goes to both, aggregates too.
tcp_to_unknown() {
	local ns
	mesh "$1"
	check "no learning on A" g_on "$A" geneve0 -genevelearn
	check "ping" on "$A" ping -q -c1 -W2 10.0.0.2
	check "and B has learned" on "$B" ping -q -c1 -W2 10.0.0.1
	for ns in $HOSTS; do
		g_on "$ns" --json stats geneve0 >"$TMP/before-$ns"
	done
	tcp_content 20 "$A" "$B" TCP4 10.0.0.2
	check_equal "learned" "" "$(table "$A" geneve0 | grep -v ^00:00:00:00:00:00)"
	check_equal "bytes for C, who is not meant" "$(change "$B" rx_bytes)" "$(change "$C" rx_bytes)"
	check_equal "packets for C" "$(change "$B" rx_packets)" "$(change "$C" rx_packets)"
	check_equal "packets of A" "$((2 * $(change "$B" rx_packets)))" "$(change "$A" tx_packets)"
}

# change NAMESPACE NAME: of a counter, since it was noted.
change() {
	echo $(($(counter "$1" geneve0 "$2") - $(python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["geneve0"][sys.argv[2]])' "$TMP/before-$1" "$2")))
}

tcp_to_unknown_ipv4() {
	tcp_to_unknown 4
	check "aggregates" [ "$(counter "$A" geneve0 tx_tso)" -gt 100 ]
}
tcp_to_unknown_ipv6() { tcp_to_unknown 6; }

TESTS="ipv4 ipv4_debug ipv6 ipv6_debug ipv6_zero_checksum group_ipv4 group_ipv6 full burst known_unicast
	unreachable unreachable_ipv6 words refusals destroyed
	with_learning_ipv4 with_learning_ipv6 tcp_to_unknown_ipv4 tcp_to_unknown_ipv6"

switch_create
for each in $HOSTS; do
	on "$each" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # of the tunnels
done
ip -n "$A" route add $FAR4.0.0/16 via 192.0.2.2
ip -n "$A" route add $FAR6::/48 via 2001:db8::2
"$FRAMES" inner "$TMP/inner" $MTU
run_tests
