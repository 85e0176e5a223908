# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh: what happens to the underlay and by others' hands, for
# watch_test.sh, where `geneve-bpf watch` mends it, and repair_test.sh, where the
# next command does.  All is judged from outside, for any command of ours on A mends.
#
#          +- namespace $A --------+     +- namespace $B ----------------------+
#          | geneve0   u0 ---------+-----+-- u0 --+                            |
#          | 10.0.0.1  192.0.2.1   |     |        +-- br0 192.0.2.2  geneve0   |
#          |           w0 ---------+-----+-- w0 --+                  10.0.0.2  |
#          +-----------------------+     +-------------------------------------+
#
# An event is a row of EVENTS and functions of its name: NAME_break, then
# NAME_broken tells whether the break was met in the right way, then NAME_mend,
# then NAME_ok tells whether all is well.  Before is NAME_before, if there is one, and
# NAME_possible skips what the kernel lacks.

C=$RUN-c

# Name; seconds in which watch has met the break (it hears of most, and looks after all every
# 5 s); why there is no carrier then ("-": there is); packets lost at most while it is broken
# ("-": all) and after it is mended, at 20 a second.
EVENTS="
mtu_of_underlay  3  -                                 2    2
mtu_of_route     3  -                                 2    2
address_moved    4  -                               100  100
underlay_gone    3  no_device_u0                      -  100
underlay_moved   3  no_device_u0                      -  100
underlay_down    3  device_u0_is_down                 -  100
peer_down        3  device_u0_has_no_carrier          -  100
address_removed  3  no_device_has_address_192.0.2.1   -  100
group_left       3  -                                 2    2
renamed          4  -                                 2    2
moved            4  -                                 -  100
hooks_gone      15  -                               250  250
xdp_gone         3  -                                 2    2
deleted          4  -                                 -    -
"

h() { g_on "$A" "$@"; }

setup() {
	new_ns "$A"
	new_ns "$B"
	new_ns "$C"
	on "$A" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv4.conf.all.arp_ignore=1
	on "$B" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	on "$C" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ip -n "$B" link add br0 type bridge
	ip -n "$B" addr add 192.0.2.2/24 dev br0
	ip -n "$B" link set br0 up
	cable u0
	cable w0
	ip -n "$A" addr add 192.0.2.1/24 dev u0
	check "A" end "$A" 1 2
	check "B" end "$B" 2 1
	check "ping at first" busywait 5 pings
}

teardown() {
	hosts_destroy
	del_ns "$C"
}

# end NAMESPACE ME PEER
end() {
	g_on "$1" geneve0 create geneveid 42 genevelocal "192.0.2.$2" geneveremote "192.0.2.$3" \
		inet "10.0.0.$2/24"
}

# cable DEVICE: of that name, from A to the bridge on B.
cable() {
	ip link add "$1" netns "$A" type veth peer name "$1" netns "$B"
	ip -n "$B" link set "$1" master br0 up
	ip -n "$A" link set "$1" up
}

pings() { on "$A" ping -q -c1 -W1 10.0.0.2; }

# Five in a row.
pings_well() { on "$A" ping -q -c5 -i0.05 -W1 10.0.0.2 | grep -q ' 0% packet loss'; }

mtu() { [ "$(on "$A" cat "/sys/class/net/$1/mtu")" -eq "$2" ]; }

no_carrier() { ip -n "$A" link show geneve0 | grep -q NO-CARRIER; }

# hooks DEVICE: our programs there, in one line.
hooks() {
	{
		on "$A" "$DIR/tcx.py" show "$1"
		tc -n "$A" filter show dev "$1" ingress
		tc -n "$A" filter show dev "$1" egress
		ip -n "$A" -d link show "$1" | grep -o 'name geneve_xdp'
	} 2>/dev/null | grep -o 'geneve_[a-z]*' | sort -u | xargs
}

hooked() { [ "$(hooks "$1")" = "$2" ]; }

clean() { [ -z "$(hooks "$1")" ] && ! member "$1" && ! tc -n "$A" qdisc show dev "$1" | grep -q clsact; }

# A second interface, in a group.
group() {
	check "group" h geneve1 create geneveid 43 genevelocal 192.0.2.1 genevegroup 239.1.1.1 up
	check "joined" member u0
}

member() { ip -n "$A" maddr show dev "$1" | grep -q "${2:-239.1.1.1}"; }

# The device's MTU is followed, but not where the user said one.
mtu_of_underlay_before() {
	check "fixed" h geneve1 create geneveid 43 genevelocal 192.0.2.1 geneveremote 192.0.2.2 mtu 1200 up
}
mtu_of_underlay_break() { ip -n "$A" link set u0 mtu 1400; }
mtu_of_underlay_broken() { mtu geneve0 1350 && mtu geneve1 1200; }
mtu_of_underlay_mend() { ip -n "$A" link set u0 mtu 1500; }
mtu_of_underlay_ok() { mtu geneve0 1450 && mtu geneve1 1200; }

mtu_of_route_break() { ip -n "$A" route add 192.0.2.2 dev u0 mtu 1300; }
mtu_of_route_broken() { mtu geneve0 1250; }
mtu_of_route_mend() { ip -n "$A" route del 192.0.2.2 dev u0; }
mtu_of_route_ok() { mtu geneve0 1450; }

# move_address FROM TO: B is told, as a router would be.
move_address() {
	ip -n "$A" addr del 192.0.2.1/24 dev "$1"
	ip -n "$A" addr add 192.0.2.1/24 dev "$2"
	ip -n "$B" neigh flush to 192.0.2.1
}
address_moved_before() { group; }
address_moved_break() { move_address u0 w0; }
address_moved_broken() { pings_well && hooked w0 geneve_decap && member w0 && clean u0; }
address_moved_mend() { move_address w0 u0; }
address_moved_ok() { pings_well && hooked u0 geneve_decap && member u0 && clean w0; }

underlay_gone_before() { group; }
underlay_gone_break() { ip -n "$A" link del u0; }
underlay_gone_broken() { no_carrier; }
underlay_gone_mend() {
	cable u0
	ip -n "$A" addr add 192.0.2.1/24 dev u0
}
underlay_gone_ok() { pings_well && member u0; }

# Its programs go along; a command of ours there must not take what they lead to for its own.
underlay_moved_break() {
	ip -n "$A" link set u0 netns "$C"
	check_equal "interfaces there" "" "$(g_on "$C" list)"
	check_equal "programs there" "" "$(on "$C" "$DIR/tcx.py" show u0)"
}
underlay_moved_broken() { no_carrier; }
underlay_moved_mend() {
	ip -n "$C" link set u0 netns "$A"
	ip -n "$A" addr add 192.0.2.1/24 dev u0
	ip -n "$A" link set u0 up
}
underlay_moved_ok() { pings_well; }

underlay_down_break() { ip -n "$A" link set u0 down; }
underlay_down_broken() { no_carrier; }
underlay_down_mend() { ip -n "$A" link set u0 up; }
underlay_down_ok() { pings_well; }

peer_down_break() { ip -n "$B" link set u0 down; }
peer_down_broken() { no_carrier; }
peer_down_mend() { ip -n "$B" link set u0 up; }
peer_down_ok() { pings_well; }

address_removed_break() { ip -n "$A" addr del 192.0.2.1/24 dev u0; }
address_removed_broken() { no_carrier; }
address_removed_mend() { ip -n "$A" addr add 192.0.2.1/24 dev u0; }
address_removed_ok() { pings_well; }

# The membership is an address of its own kind.
group_left_before() {
	on "$A" sysctl -qw net.ipv6.conf.u0.disable_ipv6=0
	ip -n "$A" addr add 2001:db8::1/64 dev u0 nodad
	group
	check "group" h geneve2 create geneveid 44 genevelocal 2001:db8::1 genevegroup ff08::99 up
	check "joined" group_left_ok
}
group_left_break() {
	ip -n "$A" addr del 239.1.1.1/32 dev u0
	ip -n "$A" addr del ff08::99/128 dev u0
}
group_left_broken() { group_left_ok; }
group_left_mend() { :; }
group_left_ok() { member u0 && member u0 ff08::99; }

renamed_possible() { renames_while_up "$B" u0 || { skip "renaming a device that is up (Linux 6.2)" && false; }; }
renamed_break() { ip -n "$A" link set geneve0 name wan; }
renamed_broken() { known_as wan; }
renamed_mend() { ip -n "$A" link set wan name geneve0; }
renamed_ok() { known_as geneve0 && pings_well; }

# What it is said to be called; the maps have it for each command and for the fast path.
known_as() {
	on "$A" "$DIR/objects.py" --maps | sed -n 's/^geneve_segment //p' | xargs bpftool map dump id |
		grep -q "\"name\": \"$1\""
}

moved_break() {
	ip -n "$A" link set geneve0 netns "$C"
	ip -n "$C" addr add 10.0.0.1/24 dev geneve0
	ip -n "$C" link set geneve0 up
}
moved_broken() { on "$C" ping -q -c5 -i0.05 -W1 10.0.0.2 | grep -q ' 0% packet loss'; }
moved_mend() {
	ip -n "$C" link set geneve0 netns "$A"
	ip -n "$A" addr add 10.0.0.1/24 dev geneve0
	ip -n "$A" link set geneve0 up
}
moved_ok() { pings_well && hooked geneve0 geneve_encap; }

# Of all hooks one at least must be left, from which the others are known.
hooks_gone_break() {
	on "$A" "$DIR/tcx.py" detach u0
	tc -n "$A" qdisc del dev u0 clsact 2>/dev/null # without tcx
	tc -n "$A" filter del dev geneve0 egress
	tc -n "$A" filter del dev gnvport0 egress
}
hooks_gone_broken() {
	hooked u0 geneve_decap && hooked geneve0 geneve_encap && hooked gnvport0 "geneve_age geneve_encap"
}
hooks_gone_mend() {
	tc -n "$A" qdisc del dev geneve0 clsact
	tc -n "$A" qdisc del dev gnvport0 clsact
	ip -n "$A" neigh flush dev gnvport0
}
hooks_gone_ok() { hooks_gone_broken && ages && pings_well; }
ages() { ip -n "$A" neigh show nud all dev gnvport0 | grep -q '192.0.0.8.*managed'; }

xdp_gone_before() {
	check "destroy" h geneve0 destroy
	check "with XDP" h attach u0 --vni 42 --local 192.0.2.1 --remote 192.0.2.2 --mode xdp --inet 10.0.0.1/24
	check "ping with XDP" busywait 5 pings
}
xdp_gone_break() { ip -n "$A" link set u0 xdp off; }
xdp_gone_broken() { hooked u0 "geneve_decap geneve_xdp"; }
xdp_gone_mend() { :; }
xdp_gone_ok() { xdp_gone_broken && pings_well; }

deleted_break() { ip -n "$A" link del geneve0; }
deleted_broken() { clean u0 && [ -z "$(on "$A" "$DIR/objects.py")" ]; }
deleted_mend() { :; }
deleted_ok() { deleted_broken; }

# Traffic, and how much of it is lost: from B, where nothing happens.
ping_start() {
	start_on "$B" ping -c1200 -i0.05 10.0.0.1 >"$TMP/ping" 2>&1
	PING=$!
}

replies() { grep -c 'bytes from' "$TMP/ping"; }

answered() { [ "$(replies)" -ge "$1" ]; }

# ping_stop WHAT MOST: it passes, and at most so many were lost; "-": it need not.
ping_stop() {
	local sent got
	[ "$2" = - ] || check "$1: traffic passes" busywait 10 answered $(($(replies) + 5))
	kill -INT "$PING"
	wait "$PING"
	read -r sent got < <(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' "$TMP/ping")
	note "$1: lost $((sent - got)) of $sent packets"
	[ "$2" = - ] || check "$1: lost no more than $2" [ $((sent - got)) -le "$2" ]
}

before() { if [ "$(type -t "$1_before")" = function ]; then "$1_before"; fi; }

possible() { [ "$(type -t "$1_possible")" != function ] || "$1_possible"; }

# tests_of_events FUNCTION: a test for each row of EVENTS, whose columns are its arguments.
tests_of_events() {
	local name rest
	while read -r name rest; do
		[ -n "$name" ] || continue
		eval "$name() { possible $name && $1 $name $rest; }"
		TESTS="$TESTS $name"
	done <<<"$EVENTS"
}
