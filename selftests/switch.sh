# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh and capture.sh by tests of more than two hosts: a switch
# that forwards a group only to ports where somebody reported it.
#
#   +-- $A --+ u0 192.0.2.1, 2001:db8::1      pa +-- $S ------------+
#   |        +-----------------------------------+                  |
#   +-- $B --+ u0 192.0.2.2, 2001:db8::2      pb | br0              |
#   |        +-----------------------------------+ IGMP and MLD     |
#   +-- $C --+ u0 192.0.2.3, 2001:db8::3      pc | snooping,        |
#   |        +-----------------------------------+ and the querier  |
#   +--------+                                pd |                  |
#                                   nobody ------+------------------+

C=$RUN-c S=$RUN-s
HOSTS="$A $B $C" # 1, 2 and 3
declare -A PORT=(["$A"]=pa ["$B"]=pb ["$C"]=pc)

# The bridge floods groups for one response interval after it became the querier, to
# hear of all members first.  It asks each second, and forgets who does not answer.
switch_create() {
	local ns number=0
	new_ns "$S"
	if ! ip -n "$S" link add br0 type bridge mcast_snooping 1 mcast_igmp_version 3 mcast_mld_version 2 \
		mcast_query_interval 100 mcast_query_response_interval 10 mcast_startup_query_interval 10 \
		mcast_membership_interval 500 mcast_last_member_interval 10; then
		echo "1..0 # SKIP no bridge with multicast snooping (CONFIG_BRIDGE_IGMP_SNOOPING)"
		exit "$KSFT_SKIP"
	fi
	ip -n "$S" addr add fe80::1/64 dev br0 nodad # MLD queries have a source
	ip -n "$S" link set br0 up
	ip -n "$S" link set br0 type bridge mcast_querier 1
	for ns in $HOSTS; do
		number=$((number + 1))
		new_ns "$ns"
		ip link add u0 netns "$ns" type veth peer name "${PORT[$ns]}" netns "$S"
		switch_port "${PORT[$ns]}"
		host_address "$ns" $number
		ip -n "$ns" route add 239.0.0.0/8 dev u0
	done
	ip -n "$S" link add pd type veth peer name nobody
	ip -n "$S" link set nobody up
	switch_port pd
	capture_start "$S" pd out pd
	check "snooping works" busywait 10 stays_unregistered
}

switch_port() {
	on "$S" sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1"
	ip -n "$S" link set "$1" master br0 up
}

# say NAMESPACE FAMILY ADDRESS PORT TEXT: one UDP packet.
say() { printf '%s' "$5" | on "$1" socat -u - "UDP$2-DATAGRAM:$3:$4,broadcast"; }

# Groups that nobody reported do not come out of port pd.
stays_unregistered() {
	PROBES=$((${PROBES:-0} + 1))
	say "$A" 4 239.255.255.1 9 "probe $PROBES " &&
		say "$A" 6 '[ff08::255:1]' 9 "probe $PROBES " &&
		captured_mark pd && ! grep -aq "probe $PROBES " "$TMP/pd"
}

# captured_mark FILE...: a broadcast says that all before it are in the captures.
captured_mark() {
	local file
	MARKS=$((${MARKS:-0} + 1))
	say "$A" 4 192.0.2.255 9 "mark $MARKS " || return
	for file; do
		busywait 5 grep -aq "mark $MARKS " "$TMP/$file" || return
	done
}

# What came out of port pd of tunnel packets; a member's port would have them.
leaked() {
	captured_mark pd || echo "no mark"
	tcpdump -nnr "$TMP/pd" udp port 6081 or udp port 4789 2>/dev/null
}

# table NAMESPACE INTERFACE: "MAC REMOTE" lines of the forwarding table, sorted.
table() {
	g_on "$1" --json fdb show "$2" | python3 -c '
import json, sys
for entry in json.load(sys.stdin):
    print(entry["mac"], entry["remote"])' | sort
}

destroy_all() {
	local ns iface
	for ns in $HOSTS; do
		for iface in $(g_on "$ns" -l); do
			g_on "$ns" "$iface" destroy
		done
	done
}

# shout NAMESPACE INTERFACE COUNT [DESTINATION]: frames, for all if nothing else is said.
shout() {
	check "shout" on "$1" python3 -c '
import socket, sys
name, count, destination = sys.argv[1:]
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind((name, 0))
for number in range(int(count)):
    sock.send(bytes.fromhex(destination.replace(":", "")) + bytes.fromhex("020000000077" "88b5") + b"shout".ljust(46))
' "$2" "$3" "${4:-ff:ff:ff:ff:ff:ff}"
}

# shouts FILE: how many in a capture; shouts_to FILE: to which addresses.
shouts() { destinations "$1" | wc -l; }
shouts_to() { destinations "$1" | sort -u | xargs; }

destinations() {
	tshark -r "$TMP/$1" -Y 'eth.src == 02:00:00:00:00:77' -T fields -e ip.dst -e ipv6.dst 2>/dev/null | tr -d '\t'
}
