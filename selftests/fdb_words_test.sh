#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The words of the forwarding table, on a running interface: what A learns of
# the frames that B sends.  Hosts as drawn in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# pair TYPE: nothing is sent on its own there, so that frames can be counted.
pair() {
	P=$1 I=${1}0
	if [ "${NOW:-}" != "$P" ]; then
		[ -n "${NOW:-}" ] && hosts_destroy
		NOW=$P
		hosts_create
		on "$A" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
		on "$B" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
		check "B" create "$B" 2 1
	fi
	check "A" create "$A" 1 2
}

# create NAMESPACE ME PEER
create() {
	g_on "$1" "$I" create "${P}id" 42 "${P}local" "192.0.2.$2" "${P}remote" "192.0.2.$3" up
}

teardown() { g_on "$A" "$I" destroy; }

# a WORD...: to the running interface of A, without the protocol's prefix.
a() {
	local word said=()
	for word; do
		case $word in
		-*) said+=("-$P${word#-}") ;;
		[0-9]*) said+=("$word") ;;
		*) said+=("$P$word") ;;
		esac
	done
	check "${said[*]}" g_on "$A" "$I" "${said[@]}"
}

# speak FIRST COUNT: B sends a frame from each of these Ethernet addresses; A has got them.
speak() {
	local want
	want=$(($(counter "$A" "$I" rx_packets) + $2))
	check "send" on "$B" python3 -c '
import socket, sys
name, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind((name, 0))
for number in range(first, first + count):
    sock.send(b"\xff" * 6 + (0x020000000000 + number).to_bytes(6, "big") + b"\x88\xb5" + bytes(46))' "$I" "$1" "$2"
	check "A has got them" busywait 10 received "$want"
}

received() { [ "$(counter "$A" "$I" rx_packets)" -ge "$1" ]; }

table() { g_on "$A" --json fdb show "$I"; }

# known FIRST COUNT: how many of these addresses the table has.
known() {
	table | python3 -c '
import json, sys
first, count = int(sys.argv[1]), int(sys.argv[2])
numbers = {int(entry["mac"].replace(":", ""), 16) - 0x020000000000 for entry in json.load(sys.stdin)}
print(len(numbers & set(range(first, first + count))))' "$1" "$2"
}

none_left() { [ "$(fact "$A" "$I" fdb_count)" -eq 0 ]; }

# Makes static, in the map itself, what was learned of this address.
make_static() {
	on "$A" env PYTHONPATH="$DIR" python3 - "fdb_$I" "$1" <<-'END'
		import sys
		from objects import bpftool, objects

		FLAGS = 18  # struct fdb_entry: after the address and the port
		STATIC = "0x01"

		mac = (0x020000000000 + int(sys.argv[2])).to_bytes(6, "big")
		maps = [name[1:] for name in objects() if name[0] == "m"]
		table = next(number for number in maps if bpftool("map", "show", "id", number)["name"] == sys.argv[1])
		entry = next(entry for entry in bpftool("map", "dump", "id", table)
		             if bytes(int(byte, 16) for byte in entry["key"]).startswith(mac))
		entry["value"][FLAGS] = STATIC
		bpftool("map", "update", "id", table, "key", *entry["key"], "value", *entry["value"])
	END
}

# What was learned goes, what was entered stays.
flush() {
	speak 1 5
	check_equal "learned" 5 "$(known 1 5)"
	check "a static entry" make_static 3
	check_equal "it is" 1 "$(table | grep -c '"static":true\|"static": *true')"
	a flush
	check_equal "after flush" "1 1" "$(known 1 5) $(known 3 1)"
	check_equal "count" 1 "$(fact "$A" "$I" fdb_count)"
	speak 1 5
	check_equal "learned anew" 5 "$(known 1 5)"
	a flushall
	check_equal "after flushall" 0 "$(known 1 5)"
	speak 1 5
	check_equal "learned again" 5 "$(known 1 5)"
	check_equal "still running" running "$(fact "$A" "$I" state)"
}

learn() {
	speak 1 5
	a -learn
	speak 11 5
	check_equal "nothing new" 0 "$(known 11 5)"
	check_equal "the old stays" 5 "$(known 1 5)"
	a learn
	speak 11 5
	check_equal "learned" 5 "$(known 11 5)"
}

maxaddr() {
	local nospace
	a maxaddr 5
	speak 1 8
	check_equal "as many as there may be" 5 "$(known 1 8)"
	nospace=$(fact "$A" "$I" fdb_nospace)
	check_equal "nospace" 3 "$nospace"
	a maxaddr 7
	speak 11 8
	check_equal "two more" "5 2" "$(known 1 8) $(known 11 8)"
	a maxaddr 2
	check_equal "none goes when there may be less" "5 2" "$(known 1 8) $(known 11 8)"
	speak 21 3
	check_equal "none new" 0 "$(known 21 3)"
	a flush maxaddr 0
	speak 1 8
	check_equal "none at all" 0 "$(fact "$A" "$I" fdb_count)"
	check_equal "not a frame less" running "$(fact "$A" "$I" state)"
	a maxaddr 3000
	speak 1 3003
	check_equal "more than the default" 3000 "$(fact "$A" "$I" fdb_count)"
	a maxaddr 1048576
	check_equal "kept" 3000 "$(fact "$A" "$I" fdb_count)"
	speak 4001 100
	check_equal "and more" 100 "$(known 4001 100)"
}

expiry() {
	speak 1 5
	a timeout 1
	check "expired by the new time" busywait 5 none_left
	check_equal "shown" 0 "$(table | grep -c mac)"
	a timeout 86400
	check_equal "what expired does not come back" 0 "$(known 1 5)"
	speak 11 5
	check_equal "learned" 5 "$(known 11 5)"
	check "expires in a day" eval "table | grep -q '\"expires\": *86[34][0-9][0-9]'"
	a timeout 0
	check_equal "not used a moment" 0 "$(fact "$A" "$I" fdb_count)"
}

# The table outlives down and up; it goes with flush only.
down_keeps() {
	speak 1 5
	check "down and up" g_on "$A" "$I" down up
	check_equal "kept" 5 "$(known 1 5)"
	a flush
	check_equal "flushed" 0 "$(known 1 5)"
	check "down" g_on "$A" "$I" down
	a flush maxaddr 9 timeout 7 -learn
	check "up" g_on "$A" "$I" up
	check_equal "changed while down" "9 7 False" \
		"$(fact "$A" "$I" fdb_max) $(fact "$A" "$I" fdb_timeout) $(fact "$A" "$I" learn)"
}

TESTS=
for type in geneve vxlan; do
	for name in flush learn maxaddr expiry down_keeps; do
		eval "${type}_$name() { pair $type; $name; }"
		TESTS="$TESTS ${type}_$name"
	done
done

run_tests
