# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by bench: what many entries, many interfaces and many remotes cost, of
# geneve, each beside few in the same round.  On $A sends geneve0; $B is then a
# host without tunnels, where the packets end as they come in.

ENTRIES=1000000 REMOTES=64 FIRST_VNI=1000

# table NETNS: the id of the map of geneve0's forwarding table there.
table() { "$scripts/bench_bpf.py" table "$1" geneve0; }

# sending DEVICE ENTRIES COPIES: to that many addresses of the table, or broadcasts for 0.
sending() { pinned "$build/bench_send" "$A" "$B" u0 "$@" "$seconds"; }

fill_table() { "$build/bench_table" "$(table "$A")" "$1" 192.0.2.2 6081; }

# alone NETNS NUMBER [FLAG...]: geneve0 there, and no tunnel at the other end.
alone() {
	all_down
	choose geneve
	end_up "$1" "$2" 42 "${@:3}"
}

large_table() {
	local round
	for ((round = 0; round < rounds; round++)); do
		alone "$A" 1 --max-addr "$ENTRIES"
		fill_table 10
		measure send_10 geneve sending geneve0 10 1
		fill_table "$ENTRIES"
		measure send_many geneve sending geneve0 "$ENTRIES" 1
	done
	measure entry geneve "$scripts/bench_bpf.py" entry-size "$(table "$A")" "$ENTRIES"
}

learning() {
	local round decap
	for ((round = 0; round < rounds; round++)); do
		alone "$B" 2 --max-addr "$ENTRIES"
		decap=$("$scripts/bench_bpf.py" program "$B" geneve0 geneve_decap)
		measure learn geneve pinned "$build/bench_learn" "$decap" "$A" "$B" u0 geneve0 42 "$ENTRIES"
		"$program" -j "$B" -v geneve0 | grep -q "count: $ENTRIES," ||
			result learn geneve # which is no value: not all were learned
	done
}

# flood_list DEVICE: so many remotes as are lacking, all on $B; neighbours are not what is measured.
flood_list() {
	local number mac
	mac=$(ip netns exec "$B" cat /sys/class/net/u0/address)
	for ((number = 101; number < 100 + REMOTES; number++)); do
		ip -n "$B" addr add "192.0.2.$number/32" dev u0
		ip -n "$A" neigh replace "192.0.2.$number" lladdr "$mac" dev u0
		"$program" -j "$A" fdb add "$1" flood "192.0.2.$number"
	done
}

# broadcasts DEVICE COPIES: microseconds for each.
broadcasts() { sending "$1" 0 "$2" | awk '{ print 1 / $1 }'; }

flooding() {
	local round
	alone "$A" 1
	end_up "$A" 1 43 --name flood
	flood_list flood
	for ((round = 0; round < rounds; round++)); do
		measure flood_1 geneve broadcasts geneve0 1
		measure flood_many geneve broadcasts flood "$REMOTES"
	done
}

# interfaces_up FIRST END: on the one device of $B; each waits for its first frame.
interfaces_up() {
	local number
	for ((number = $1; number < $2; number++)); do
		"$program" -j "$B" attach u0 --name "s$number" --vni $((FIRST_VNI + number)) >/dev/null
	done
}

# many COMMAND...: between two other hosts.
many() { A=$RUN-d B=$RUN-e "$@"; }

# geneve0 among so many others, as old as the average: the kernel finds the device of a
# redirect by a walk through those whose numbers end alike, the newest first.
many_hosts_create() {
	many hosts_create
	many gro on
	choose geneve
	many interfaces_up 2 $((segments / 2))
	choose veth
	many use geneve
	many interfaces_up $((segments / 2)) "$segments"
	timed create_many geneve "$program" -j "$RUN-e" attach u0 --name last --vni "$FIRST_VNI"
}

many_interfaces() {
	local round
	all_down
	many_hosts_create
	choose veth
	use geneve
	gro on
	for ((round = 0; round < rounds; round++)); do
		measure frames_1 geneve measure_frames
		measure frames_many geneve many measure_frames
	done
	gro off
	many hosts_destroy # faster than interface by interface
}

scale() {
	large_table
	learning
	flooding
	many_interfaces
}
