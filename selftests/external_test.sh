#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# External mode: a route's `encap` chooses VNI, remote, TTL and DSCP of each
# frame.  Hosts as drawn in external.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=external.sh
. "$DIR/external.sh"

# encap VNI HOST [TTL TOS]: a route by metadata.
encap() {
	local ttl=ttl tos=tos ip=ip
	[ "$FAMILY" = 6 ] && ttl=hoplimit tos=tc ip=ip6
	route "$1" encap "$ip" id "$1" dst "$(underlay_address "$FAMILY" "$2")" \
		${3:+"$ttl" "$3"} ${4:+"$tos" "$4"}
}

# neighbours VNI HOST: of the far ends and of us, because what ARP and ND send has no metadata.
neighbours() {
	local family
	for family in 4 6; do
		ip -n "$A" neigh replace "$(inner_address "$family" "$1" "$2")" dev geneve0 \
			lladdr "$(mac_of "$B" "geneve$1")"
		ip -n "$B" neigh replace "$(inner_address "$family" "$1" 1)" dev "geneve$1" \
			lladdr "$(mac_of "$A" geneve0)"
	done
}

# tunnels FAMILY FLAG...: with routes and neighbours.
tunnels() {
	network "$@" || return
	check "route by metadata" encap 7 2 && check "route by metadata" encap 8 3 || return
	[ "$(fact "$A" geneve0 mode)" = l3 ] && return
	neighbours 7 2
	neighbours 8 3
}

# A TTL that the route does not give is the interface's; a DSCP is the route's even
# if it is 0, and ECN is the frame's.
by_route() {
	capture_start "$A" u0 out
	ping_far -Q 0x28
	ping_default -Q 0x28
	check "route with TTL and TOS" encap 7 2 33 0x48 && check "route with TTL and TOS" encap 8 3 34 0xb8
	ping_far -Q 0x2a
	check "captured" busywait 5 captured 12 dst host "$(underlay_address "$FAMILY" 3)"
	capture_stop
	check_equal "outer headers" "$(
		header 7 2 33 0x4a
		header 7 2 "$TTL" 0
		header 8 3 34 0xba
		header 8 3 "$TTL" 0
		header 42 2 "$TTL" 0x28
	)" "$(headers)"
}

tcp() {
	tcp_content 20 "$A" "$B" TCP4 "$(inner_address 4 7 2)"
	tcp_content 20 "$A" "$B" TCP6 "[$(inner_address 6 8 3)]"
	tcp_content 20 "$B" "$A" TCP4 "$(inner_address 4 8 1)"
	tcp_content 5 "$A" "$B" TCP4 10.0.0.2
}

none_lost() {
	check "counters of A" no_drops "$A"
	check "counters of B" no_drops "$B"
}

# A remote of the family that the interface does not have.
wrong_family() {
	local before
	hosts_with "wrong family over IPv$1" tunnels "$1" || return
	FAMILY=$((10 - $1))
	check "route" encap 7 2
	FAMILY=$1
	before=$(counter "$A" geneve0 tx_no_remote)
	capture_start "$A" u0 out
	check "no ping" eval "! on $A ping -q -c2 -i0.05 -W0.3 $(inner_address 4 7 2)"
	check "no ping of IPv6" eval "! on $A ping -q -c2 -i0.05 -W0.3 $(inner_address 6 7 2)"
	ping_default -Q 0
	check "captured" busywait 5 captured 6 udp port 6081
	capture_stop
	check_equal "what leaves" "$(header 42 2 "$TTL" 0)" "$(headers)"
	check "counted" [ $(($(counter "$A" geneve0 tx_no_remote) - before)) -ge 4 ]
}

wrong_family_ipv4() { wrong_family 4; }
wrong_family_ipv6() { wrong_family 6; }

REFUSED="geneveid 5,genevelocal 192.0.2.9,geneveremote 192.0.2.9,genevegroup 239.1.1.1,genevelocalport 7000
geneveremoteport 7000,geneveportrange 20000 30000,genevedev u0,genevedf set,geneveudp6zerocsum
genevesrcfilter,tunnelfib 1"
ALLOWED="genevetimeout 100,genevemaxaddr 100,genevettl 64,genevedscpinherit,-genevelearn,geneveflush
geneveflushall,mtu 1300,debug,-debug"

# each WORDS COMMAND...: COMMAND with the words, for each of a comma-separated list; says what fails.
each() {
	local words
	tr , '\n' <<<"$1" | while read -r words; do
		# shellcheck disable=SC2086
		"${@:2}" $words
	done
}

refuses() { check_error 16 "external|while up" g_on "$A" geneve0 "$@"; }
accepts() { check "$*" g_on "$A" geneve0 "$@"; }

words_refused() {
	local state
	hosts_with "words" tunnel_end "$A" 1 2 4 --external || return
	for state in up down; do
		check "$state" g_on "$A" geneve0 "$state"
		check_equal "words refused while $state" "" "$(each "$REFUSED" refuses)"
		check_equal "words accepted while $state" "" "$(each "$ALLOWED" accepts)"
	done
	check_equal "nothing changed" "42 192.0.2.1 192.0.2.2 6081 unset True" \
		"$(for name in vni local remote local_port df external; do fact "$A" geneve0 "$name"; done | xargs)"
	check "lifted" g_on "$A" geneve0 -geneveexternal
	check_equal "words accepted then" "" "$(each "$REFUSED" accepts)"
	check_equal "VNI" 5 "$(fact "$A" geneve0 vni)"
}

# A second one would have the same packets.
second_external() {
	hosts_with "second" tunnel_end "$A" 1 2 4 --external || return
	check_error 17 geneve0 g_on "$A" attach u0 --vni 50 --external
	check "not external" g_on "$A" attach u0 --vni 50 --name geneve50
	check_error 17 geneve0 g_on "$A" geneve50 geneveexternal
	check "on another port" g_on "$A" attach u0 --vni 51 --external --local-port 7000
	check "on another address" g_on "$A" attach u0 --vni 52 --external --local 2001:db8::1
}

# loaded NAME: how many programs of that name share A's maps; a program lives while it is on a
# device, also in tcx, which neither tc nor Debian's bpftool shows.
loaded() {
	bpftool -j prog list | python3 -c 'import json, sys
name, map_id = sys.argv[1], int(sys.argv[2])
print(sum(p.get("name") == name and map_id in p.get("map_ids", []) for p in json.load(sys.stdin)))' \
		"$1" "$(filter_map "$A" geneve0 egress geneve_tunnel)"
}

is_loaded() { [ "$(loaded geneve_metadata)" = "$1" ]; }

filters() {
	tc -n "$A" filter show dev geneve0 "$1" | sed -n 's/.* name \([^ ]*\).*/\1/p'
}

# vni_of_ping HOST: what a frame with metadata for VNI 7 leaves with.
vni_of_ping() {
	capture_start "$A" u0 out
	on "$A" ping -q -c2 -i0.05 -W1 "$(inner_address 4 7 2)" >/dev/null
	busywait 5 captured 2 udp port 6081
	capture_stop
	headers | cut -d' ' -f1
}

toggled_while_up() {
	local ingress egress net
	hosts_with "toggled" tunnels 4 --no-external || return
	ingress=$(filters ingress) egress=$(filters egress) net=$(on "$A" bpftool net show)
	check "nothing of external mode" is_loaded 0
	check_equal "VNI before" 0x00002a "$(vni_of_ping)"
	check "on" g_on "$A" geneve0 geneveexternal
	check_equal "state" running "$(fact "$A" geneve0 state)"
	check "our program for it" is_loaded 1
	check_equal "VNI while external" 0x000007 "$(vni_of_ping)"
	ping_far
	check "off" g_on "$A" geneve0 -geneveexternal
	check_equal "VNI afterwards" 0x00002a "$(vni_of_ping)"
	check "it is freed" busywait 5 is_loaded 0
	check_equal "programs at ingress" "$ingress" "$(filters ingress)"
	check_equal "programs at egress" "$egress" "$(filters egress)"
	check_equal "all programs" "$net" "$(on "$A" bpftool net show)"
}

TESTS=
for args in "4 --mode tc" "6 --mode tc" "6 --mode xdp --debug" \
	"4 --mode xdp --layer l3" "6 --mode tc --layer l3" "4 --mode tc --layer l3 --debug"; do
	for name in by_route tcp none_lost; do
		test=ipv$(tr -d '-' <<<"${args/--mode /}" | tr -s ' ' _)_$name
		eval "$test() { hosts_with '$args' tunnels $args && $name; }"
		TESTS="$TESTS $test"
	done
done
TESTS="$TESTS wrong_family_ipv4 wrong_family_ipv6 words_refused second_external toggled_while_up"

run_tests
