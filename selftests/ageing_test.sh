#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Expired entries leave the maps, though nothing passes the tunnels and nobody
# gives a command.  Hosts as drawn in lib.sh: A has many interfaces, B sends to
# each of them by a socket; $C is a container's namespace.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=capture.sh
. "$DIR/capture.sh"

C=$RUN-c
MANY=50
TIMEOUT=4
WITHIN=10 # seconds from an entry's end to its leaving the map

setup() {
	hosts_create
	new_ns "$C"
	on "$A" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # nothing is said unasked
	on "$C" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
}
teardown() {
	hosts_destroy
	del_ns "$C"
}

h() { g_on "$A" "$@"; }

# attach VNI [FLAG...]
attach() { check "attach" h attach u0 --vni "$1" --remote 192.0.2.2 --timeout "$TIMEOUT" "${@:2}"; }

# A frame of one station to each interface of A.
speak() {
	check "B sends" on "$B" python3 -c '
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
frame = b"\xff" * 6 + b"\2\0\0\0\0\1" + b"\x88\xb5" + bytes(46)
for vni in range(1, int(sys.argv[1]) + 1):
    sock.sendto(b"\0\0\x65\x58" + vni.to_bytes(3, "big") + b"\0" + frame, ("192.0.2.1", 6081))
sock.sendto(b"\x08\0\0\0\0\0\1\0" + frame, ("192.0.2.1", 4789))' "$MANY"
}

# dump MAP: all maps of A whose names begin so, from outside.
dump() {
	sed -n "s/^$1.* /map dump id /p" "$TMP/maps" >"$TMP/batch"
	bpftool batch file "$TMP/batch" 2>&1
}

learned() { dump fdb_ | grep -c '"mac": \[2,0,0,0,0,1'; }

none_learned() { [ "$(learned)" -eq 0 ]; }

# Whatever counts what passes the tunnel or is dropped: its devices, and our programs.
counters() {
	local ns
	for ns in "$A" "$C"; do
		ip -n "$ns" -s -o link | grep -v -w u0
	done
	dump stats_
}

# What was seen on any device but the underlay's, and there of the neighbour.
seen() {
	on "$A" tcpdump -nr "$TMP/capture" 2>/dev/null | grep -v -w u0
	tcpdump -nr "$TMP/capture" host 192.0.0.8 2>/dev/null
}

# What must not stop the kernel from asking for the neighbour that calls geneve_age.
disturb() {
	check "down and up" h geneve2 down up
	ip -n "$A" link set geneve3 netns "$C"
	ip -n "$C" link set geneve3 up
	ip -n "$A" link set geneve4 netns "$C"
	ip -n "$C" link set geneve4 netns "$A"
	ip -n "$A" link set geneve4 up
	check "down and up" h geneve5 down up
	# From here on no command of ours, which would repair what these break.
	on "$A" "$DIR/objects.py" --maps >"$TMP/maps"
	ip -n "$A" link set geneve5 down
	ip -n "$A" link set geneve6 down
	ip -n "$A" link set geneve6 up
	ip -n "$A" link set geneve7 netns "$C"
	ip -n "$C" link set geneve7 up
	ip -n "$A" link set geneve8 netns "$C"
	ip -n "$C" link set geneve8 netns "$A"
	ip -n "$A" link set geneve8 up
	ip -n "$A" link set geneve9 name wan
}

idle() {
	local number
	for number in $(seq "$MANY"); do
		attach "$number" --name "geneve$number"
	done
	attach 1 --type vxlan --name vxlan1
	check "static" h fdb add vxlan1 02:00:00:00:00:02 192.0.2.3 --static
	disturb
	speak
	check "all learn" busywait 3 eval "[ \$(learned) -eq $((MANY + 1)) ]"
	counters >"$TMP/before"
	capture_start "$A" any inout
	check "all forget" busywait $((TIMEOUT + WITHIN)) none_learned
	capture_stop
	check_equal "those that do not" "" "$(remembering)"
	check_equal "the static one stays" 1 "$(dump fdb_ | grep -c '"mac": \[2,0,0,0,0,2')"
	check_equal "what has counted something" "" "$(counters | diff "$TMP/before" - | head -n 20)"
	check_equal "seen" "" "$(seen)"
	check_equal "gone from the list" 1 "$(h fdb show | wc -l)"
}

# Swept once with a long timeout, the table is not looked at for as long: another one ends that.
shortened() {
	attach 1 --name geneve1 --timeout 1200
	on "$A" "$DIR/objects.py" --maps >"$TMP/maps"
	MANY=1 speak
	check "learned" busywait 3 eval "[ \$(learned) -eq 1 ]"
	check "a sweep, and a note of the next" busywait 10 eval "dump geneve_segment | grep -q '\"age_next\": [1-9]'"
	check "a shorter timeout" h geneve1 genevetimeout "$TIMEOUT"
	check "forgotten" busywait $((TIMEOUT + WITHIN)) none_learned
}

# The tables that still have what was learned.
remembering() {
	local name id
	grep '^fdb_' "$TMP/maps" | while read -r name id; do
		bpftool map dump id "$id" | grep -q '"mac": \[2,0,0,0,0,1' && echo "$name"
	done
}

TESTS="idle shortened"

run_tests
