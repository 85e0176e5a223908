#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Tunnels through multicast groups, between hosts on a switch where only a
# membership report opens a port.  The switch is drawn in switch.sh.

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/capture.sh
. "$DIR/capture.sh"
# shellcheck source=selftests/switch.sh
. "$DIR/switch.sh"

D=$RUN-d # a station behind a host
GROUP4=239.1.1.1 GROUP6=ff08::db8:1

# --- each kind of tunnel, four at once: over IPv4 and IPv6, with and without the word "dev"

TUNNELS="1 2 3 4"
GROUP=([1]=239.129.1.1 [2]=239.1.2.2 [3]=ff08::db8:3 [4]=ff08::1:db8:4) # the first's MAC has a bit less
FAMILY=([1]=4 [2]=4 [3]=6 [4]=6)
DEV=([1]=u0 [2]= [3]=u0 [4]=)
TTL_WIRE=([1]="17 17" [2]="64 64" [3]="64 -" [4]="255 255") # to the group, and to a host

# kind l2|l3|vxlan: sets what the steps below are about.
kind() {
	P=geneve CREATE=(genevemode "$1") CSUM=([4]=zero [6]=sum) UDP_PORT=6081
	TTL=([1]=17 [2]= [3]=inherit [4]=255)
	KIND=$1
	[ "$1" = vxlan ] || return
	P=vxlan CREATE=() CSUM=([4]=zero [6]=zero) UDP_PORT=4789
	TTL=([1]=17 [2]= [3]=64 [4]=255)
}

# create NAMESPACE NUMBER TUNNEL
create() {
	local ns=$1 number=$2 t=$3
	g_on "$ns" "$P$t" create "${CREATE[@]}" "${P}id" "4$t" "${P}group" "${GROUP[t]}" \
		"${P}local" "$(underlay_address "${FAMILY[t]}" "$number")" \
		${DEV[t]:+"${P}dev" "${DEV[t]}"} ${TTL[t]:+"${P}ttl" "${TTL[t]}"} \
		inet "10.0.$t.$number/24" inet6 "fd00:$t::$number/64" up
}

# One host after the other, and no port opens for another reason.
join() {
	local ns t number=0 ports=""
	capture_start "$S" pa inout pa
	PA=$TCPDUMP
	for ns in $HOSTS; do
		number=$((number + 1))
		for t in $TUNNELS; do
			expect_members "before $P$t of host $number" "${GROUP[t]}" "$ports"
			check "create $P$t of host $number" create "$ns" "$number" "$t"
		done
		ports="${ports:+$ports }${PORT[$ns]}"
		for t in $TUNNELS; do
			expect_members "after $P$t of host $number" "${GROUP[t]}" "$ports"
			expect_joined "$P$t of host $number" "$ns" "${GROUP[t]}"
		done
	done
	for t in $TUNNELS; do
		check_equal "$P$t: group" "${GROUP[t]}" "$(fact "$A" "$P$t" group)"
		check_equal "$P$t: no remote" None "$(fact "$A" "$P$t" remote)"
		check_equal "$P$t: state" running "$(fact "$A" "$P$t" state)"
	done
	describe >"$TMP/tunnels"
}

# For groups.py.
describe() {
	local ns t number inner
	for t in $TUNNELS; do
		echo "vni 4$t ${GROUP[t]} ${TTL_WIRE[t]} ${CSUM[${FAMILY[t]}]}"
		number=0
		for ns in $HOSTS; do
			number=$((number + 1))
			inner=-
			[ "$KIND" = l3 ] || inner=$(mac "$ns" "$P$t")
			echo "host 4$t $inner $(underlay_address "${FAMILY[t]}" $number) $(mac "$ns" u0)"
		done
	done
}

# All pairs, in all tunnels.
talk() {
	local ns t other number=0
	for ns in $HOSTS; do
		number=$((number + 1))
		set --
		for t in $TUNNELS; do
			for other in 1 2 3; do
				[ $other -eq $number ] || set -- "$@" "10.0.$t.$other" "fd00:$t::$other"
			done
		done
		check "pings of host $number" ping_each "$ns" "$@"
	done
	for t in $TUNNELS; do
		check_equal "what A learned in $P$t" "$(others "4$t")" "$(table "$A" "$P$t")"
	done
}

ping_each() {
	on "$1" sh -c 'for address; do ping -q -c1 -W2 "$address" >/dev/null || echo "$address"; done' \
		ping "${@:2}" >"$TMP/unreached"
	cat "$TMP/unreached"
	[ ! -s "$TMP/unreached" ]
}

# others VNI: "MAC ADDRESS" of the hosts but A.
others() { awk -v vni="$1" '$1 == "host" && $2 == vni && $3 != "-" && n++ { print $3, $4 }' "$TMP/tunnels" | sort; }

# A program beside the tunnels sends to a group and is in one.
other_programs() {
	local t
	for t in $TUNNELS; do
		neighbourly "${FAMILY[t]}" "${GROUP[t]}"
	done
}

neighbourly() {
	local family=$1 group=$2 from socat name receiver join
	from=$(underlay_address "$family" 1)
	case $family in
	4) socat=$group name="$from" join="ip-add-membership=$group:u0" ;;
	6) socat="[$group]" name="$from" join="ipv6-join-group=[$group]:u0" ;;
	esac
	check_equal "local routes to $group" "" "$(ip -n "$A" "-$family" route show table local | grep -F "$group")"
	check_equal "source of what is sent to $group" "$from" "$(ip -n "$A" "-$family" -o route get "$group" |
		sed -n 's/.* src \([^ ]*\).*/\1/p')"
	start_on "$B" timeout 5 socat -u "UDP$family-RECV:9999,$join" "SYSTEM:head -c 5 && echo \$SOCAT_PEERADDR" \
		>"$TMP/heard"
	receiver=$!
	busywait 5 listens "$B" -u 9999
	check "another program sends to $group" say "$A" "$family" "$socat" 9999 hello
	check "another program on B hears it" busywait 3 grep -q hello "$TMP/heard"
	kill "$receiver" 2>/dev/null
	wait "$receiver" 2>/dev/null
	check_equal "what it sent, at the switch" 1 "$(captured_mark pa &&
		tcpdump -nnr "$TMP/pa" "udp port 9999 and src host $name" 2>/dev/null | wc -l)"
}

# By `down`, and by `destroy` alone.
leave() {
	local ns t
	for ns in $HOSTS; do
		for t in 1 3; do
			check "down" g_on "$ns" "$P$t" down
			expect_left "$P$t is down" "$ns" "${GROUP[t]}"
		done
	done
	expect_members "all are down" "${GROUP[1]}" ""
	expect_members "all are down" "${GROUP[3]}" ""
	for ns in $HOSTS; do
		for t in $TUNNELS; do
			check "destroy" g_on "$ns" "$P$t" destroy
			expect_left "$P$t is destroyed" "$ns" "${GROUP[t]}"
		done
	done
	expect_members "all are destroyed" "${GROUP[2]}" ""
	expect_members "all are destroyed" "${GROUP[4]}" ""
}

# What the switch saw of A all the time.
wire() {
	check "the capture is complete" captured_mark pa
	capture_stop "$PA"
	check "reports of A, IPv4 and IPv6" "$DIR/groups.py" reports "$TMP/pa" "$(mac "$A" u0)" 192.0.2.1 "${GROUP[@]}"
	check "outer headers" "$DIR/groups.py" tunnels "$TMP/pa" "$UDP_PORT" "$TMP/tunnels"
	check_equal "at the port of nobody" "" "$(leaked)"
}

MATRIX=
for each in l2 l3 vxlan; do
	for step in join talk leave wire; do
		eval "${each}_$step() { kind $each; $step; }"
		MATRIX="$MATRIX ${each}_$step"
	done
done

# --- two hosts or three, geneve0 with VNI 42 in group 239.1.1.1

# pair FAMILY [WORD...]: on A and B; trio: on C, too.
pair() {
	member "$A" 1 "$@" && member "$B" 2 "$@"
}
trio() { pair "$@" && member "$C" 3 "$@"; }

# member NAMESPACE NUMBER FAMILY [WORD...]
member() {
	local ns=$1 number=$2 family=$3 group=GROUP$3
	shift 3
	check "geneve0 of host $number" g_on "$ns" geneve0 create geneveid 42 genevegroup "${!group}" \
		genevelocal "$(underlay_address "$family" "$number")" \
		inet "10.0.0.$number/24" inet6 "fd00::$number/64" up "$@"
}

# more NAMESPACE NUMBER INTERFACE VNI GROUP [WORD...]: another interface, over IPv4.
more() {
	local ns=$1 number=$2 iface=$3 vni=$4 group=$5
	shift 5
	check "$iface of host $number" g_on "$ns" "$iface" create "geneveid" "$vni" genevegroup "$group" \
		genevelocal "192.0.2.$number" inet "10.0.$vni.$number/24" up "$@"
}

ping_all() { ping_each "$A" "$@"; }

# Nothing stays from one test to the next.
teardown() {
	local ns
	case $test in
	*_join | *_talk) return ;;
	esac
	for ns in $HOSTS; do
		for each in $(g_on "$ns" -l); do
			[ "$each" = spare0 ] || g_on "$ns" "$each" destroy
		done
	done
}

# The network sends a host's own packets back to it.
own_not_heard() {
	local iface
	bridge -n "$S" link set dev pa hairpin on
	member "$A" 1 4
	check "vxlan0" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 2001:db8::1 vxlangroup "$GROUP6" up
	check "by XDP" g_on "$A" attach u0 --mode xdp --name geneve1 --vni 43 --local 192.0.2.1 --group "$GROUP4"
	ip -n "$A" link set geneve1 up
	for iface in geneve0 vxlan0 geneve1; do
		capture_start "$S" pa out pa
		shout "$A" "$iface" 5
		check "the capture" captured_mark pa
		capture_stop
		check_equal "$iface: they came back" 5 "$(shouts pa)"
		check_equal "$iface: heard" 0 "$(counter "$A" "$iface" rx_packets)"
		check_equal "$iface: learned" "" "$(table "$A" "$iface")"
	done
	bridge -n "$S" link set dev pa hairpin off
}

# Unknown unicast goes to all, and frames to a known address to its host alone.
unknown_unicast() {
	trio 4
	check "pings" ping_all 10.0.0.2 10.0.0.3
	capture_start "$S" pb out pb
	shout "$A" geneve0 5 02:00:00:00:00:99
	check "the capture" captured_mark pb
	check_equal "unknown unicast for B" "5 $GROUP4" "$(shouts pb) $(shouts_to pb)"
	capture_stop
	for each in pb pc; do
		capture_start "$S" "$each" out "$each"
		shout "$A" geneve0 5 "$(mac "$C" geneve0)"
		check "the capture" captured_mark "$each"
		capture_stop
	done
	check_equal "known unicast for C" "0 5 192.0.2.3" "$(shouts pb) $(shouts pc) $(shouts_to pc)"
	check "fdb flush" g_on "$A" fdb flush geneve0
	capture_start "$S" pb out pb
	shout "$A" geneve0 5 "$(mac "$C" geneve0)"
	check "the capture" captured_mark pb
	capture_stop
	check_equal "forgotten, it is unknown" "5 $GROUP4" "$(shouts pb) $(shouts_to pb)"
}

# The membership ends with the last segment that has it.
shared_group() {
	pair 4
	more "$A" 1 geneve1 1 "$GROUP4" genevedev u0
	more "$B" 2 geneve1 1 "$GROUP4"
	check "a vxlan in it" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 192.0.2.1 vxlangroup "$GROUP4" up
	check "pings" ping_all 10.0.0.2 10.0.1.2
	check "destroy the first" g_on "$A" geneve0 destroy
	expect_joined "two are left" "$A" "$GROUP4"
	check "down" g_on "$A" vxlan0 down
	expect_joined "one is left" "$A" "$GROUP4"
	expect_members "one is left" "$GROUP4" "pa pb"
	on "$A" ip neigh flush dev geneve1
	check "ping" ping_all 10.0.1.2
	check "destroy" g_on "$A" geneve1 destroy
	expect_left "none is left" "$A" "$GROUP4"
	expect_members "none is left" "$GROUP4" "pb"
	check "up again" g_on "$A" vxlan0 up
	expect_joined "up again" "$A" "$GROUP4"
}

# Whoever deletes the interface.
link_deleted() {
	member "$A" 1 6
	check "another" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 2001:db8::1 vxlangroup "$GROUP6" up
	ip -n "$A" link del geneve0
	g_on "$A" list >/dev/null
	expect_joined "one is left" "$A" "$GROUP6"
	ip -n "$A" link del vxlan0
	g_on "$A" list >/dev/null
	expect_left "none is left" "$A" "$GROUP6"
	expect_members "none is left" "$GROUP6" ""
}

# killed DELAY WORD...: a command that does not come to its end.
killed() {
	on "$A" timeout -s KILL "$1" "$GENEVE_BPF" "${@:2}" >/dev/null 2>&1
	g_on "$A" list >"$TMP/list" || check "list after a kill at $1" false
}

# A command killed anywhere changes nothing for the group's other segment, and leaves no member behind.
killed_commands() {
	local delay
	pair 4
	for delay in $(seq 0.002 0.007 0.08); do
		killed "$delay" geneve1 create geneveid 43 genevelocal 192.0.2.1 genevegroup "$GROUP4" up
		expect_joined "create killed at $delay" "$A" "$GROUP4"
		killed "$delay" geneve1 destroy
		expect_joined "destroy killed at $delay" "$A" "$GROUP4"
		! grep -q geneve1 "$TMP/list" || check "destroy" g_on "$A" geneve1 destroy
	done
	check "ping" ping_all 10.0.0.2
	check "destroy" g_on "$A" geneve0 destroy
	expect_left "none is left" "$A" "$GROUP4"
	for delay in $(seq 0.002 0.007 0.08); do
		killed "$delay" geneve1 create geneveid 43 genevelocal 192.0.2.1 genevegroup "$GROUP4" up
		if grep -q running "$TMP/list"; then
			expect_joined "create killed at $delay" "$A" "$GROUP4"
		else
			expect_left "create killed at $delay" "$A" "$GROUP4"
		fi
		! grep -q geneve1 "$TMP/list" || killed "$delay" geneve1 destroy
		! grep -q geneve1 "$TMP/list" || check "destroy" g_on "$A" geneve1 destroy
		expect_left "destroy killed at $delay" "$A" "$GROUP4"
	done
}

# More groups than igmp_max_memberships, which is 20.
many_groups() {
	local i
	for i in $(seq 64); do
		more "$A" 1 "geneve$i" "$i" "239.2.0.$i"
	done
	for i in 1 20 21 64; do
		more "$B" 2 "geneve$i" "$i" "239.2.0.$i"
	done
	check "the limit is raised" [ "$(on "$A" sysctl -n net.ipv4.igmp_max_memberships)" -ge 64 ]
	check_equal "and not on B" 20 "$(on "$B" sysctl -n net.ipv4.igmp_max_memberships)"
	check_equal "groups at the port of A" 64 "$(bridge -n "$S" mdb show dev br0 | grep -c 'port pa grp 239\.2\.')"
	check "pings" ping_all 10.0.1.2 10.0.20.2 10.0.21.2 10.0.64.2
	check "destroy all" g_on "$A" detach u0
	check_equal "left" "" "$(ip -n "$A" -o addr show | grep -F 239.2.)"
	check "left at the switch" busywait 5 no_groups_of_a
}

no_groups_of_a() { ! bridge -n "$S" mdb show dev br0 | grep -q 'port pa grp 239\.2\.'; }

# Another group, and then no group: the old one is left.
group_changes() {
	pair 4
	check "another group" g_on "$A" geneve0 down genevegroup 239.1.1.9 up
	expect_left "another group" "$A" "$GROUP4"
	expect_joined "another group" "$A" 239.1.1.9
	expect_members "another group" "$GROUP4" pb
	expect_members "another group" 239.1.1.9 pa
	check "a remote" g_on "$A" geneve0 down geneveremote 192.0.2.2 up
	expect_left "a remote" "$A" 239.1.1.9
	expect_members "a remote" 239.1.1.9 ""
	check "back" g_on "$A" geneve0 down genevegroup "$GROUP4" up
	expect_members "back" "$GROUP4" "pa pb"
	on "$A" ip neigh flush dev geneve0
	check "ping" ping_all 10.0.0.2
}

# Large frames and aggregates, too, go through the group while their address is unknown.
tcp_through_the_group() {
	local family mtu
	for family in 4 6; do
		member "$A" 1 "$family" -genevelearn
		member "$B" 2 "$family"
		mtu=$(fact "$A" geneve0 mtu)
		check_equal "MTU" $((family == 4 ? 1450 : 1430)) "$mtu"
		check "full MTU" on "$A" ping -q -c1 -W2 -M "do" -s $((mtu - 28)) 10.0.0.2
		tcp_content 5 "$A" "$B" TCP4 10.0.0.2
		check_equal "learned" "" "$(table "$A" geneve0)"
		teardown
	done
}

# Somebody takes the address away: the next invocation, of anything, brings it back.
deleted_by_hand() {
	local family group
	member "$B" 2 4
	member "$A" 1 4
	check "vxlan0" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 2001:db8::1 vxlangroup "$GROUP6" up
	for family in 4 6; do
		group=GROUP$family
		ip -n "$A" addr del "${!group}/$([ $family = 4 ] && echo 32 || echo 128)" dev u0
		expect_members "deleted" "${!group}" "$([ $family = 4 ] && echo pb)"
		g_on "$A" list >/dev/null
		expect_joined "restored" "$A" "${!group}"
	done
	expect_members "restored" "$GROUP4" "pa pb"
	expect_members "restored" "$GROUP6" "pa"
	check "ping" ping_all 10.0.0.2
}

# The device was down for a moment: the host's own way to the group is free again, too.
device_was_down() {
	local GROUP6=ff08::d:1 # the host stays in it: see group_join()
	member "$B" 2 6
	more "$B" 2 geneve1 1 "$GROUP4"
	member "$A" 1 6
	more "$A" 1 geneve1 1 "$GROUP4"
	ip -n "$A" link set u0 down
	host_address "$A" 1 2>/dev/null
	ip -n "$A" route replace 239.0.0.0/8 dev u0
	check_equal "what the next invocation says" "" "$(g_on "$A" -l 2>&1 >/dev/null)"
	expect_members "up again" "$GROUP4" "pa pb"
	expect_members "up again" "$GROUP6" "pa pb"
	check_equal "local routes" "" "$(ip -n "$A" route show table local | grep -F "$GROUP4")"
	check "pings" ping_all 10.0.0.2 10.0.1.2
}

# The device is removed and made again, and that is another device.
device_came_back() {
	local address
	address=$(mac "$A" u0)
	member "$B" 2 4 genevedev u0
	member "$A" 1 4 genevedev u0
	ip -n "$S" link del pa
	check_equal "state" "no carrier" "$(fact "$A" geneve0 state)"
	ip link add u0 netns "$A" address "$address" type veth peer name pa netns "$S"
	switch_port pa
	host_address "$A" 1
	ip -n "$A" route add 239.0.0.0/8 dev u0
	check_equal "state" running "$(fact "$A" geneve0 state)"
	expect_joined "again" "$A" "$GROUP4"
	expect_members "again" "$GROUP4" "pa pb"
	check "ping" ping_all 10.0.0.2
}

# What is the user's stays: an address of the same group, of whatever length.
users_address() {
	local group length
	for each in "$GROUP4 32" "$GROUP4 24" "$GROUP6 128" "$GROUP6 64"; do
		read -r group length <<<"$each"
		ip -n "$A" addr add "$group/$length" dev u0 autojoin
		member "$A" 1 "$([ "$group" = $GROUP4 ] && echo 4 || echo 6)"
		check_equal "state" running "$(fact "$A" geneve0 state)"
		g_on "$A" list >/dev/null
		check "destroy" g_on "$A" geneve0 destroy
		expect_joined "with $group/$length of the user's" "$A" "$group"
		check "the user's own" ip -n "$A" addr del "$group/$length" dev u0
		expect_left "without the user's" "$A" "$group"
	done
}

# No program on the host takes the group for the host's address.
no_source() {
	pair 4
	check_equal "source of a packet to B" 192.0.2.1 "$(ip -n "$A" -o route get 192.0.2.2 | sed 's/.* src \([^ ]*\) .*/\1/')"
	check_equal "SIOCGIFADDR of u0" 192.0.2.1 "$(on "$A" python3 -c '
import fcntl, socket, struct
answer = fcntl.ioctl(socket.socket(), 0x8915, struct.pack("256s", b"u0"))
print(socket.inet_ntoa(answer[20:24]))')"
	check_equal "without genevelocal" 192.0.2.3 "$(g_on "$C" geneve0 create geneveid 42 genevegroup "$GROUP4" \
		genevedev u0 inet 10.0.0.3/24 up; fact "$C" geneve0 local)"
	check "pings" ping_all 10.0.0.2 10.0.0.3
	check_equal "table" "$(mac "$B" geneve0) 192.0.2.2
$(mac "$C" geneve0) 192.0.2.3" "$(table "$A" geneve0 | sort -k2)"
}

# The local address is on one device, and the group on another.
other_device() {
	ip -n "$A" link add other0 up type bridge
	ip -n "$A" addr add 198.51.100.1/32 dev other0
	ip -n "$B" route add 198.51.100.1 via 192.0.2.1
	member "$B" 2 4
	check "geneve0 of A" g_on "$A" geneve0 create geneveid 42 genevegroup "$GROUP4" genevedev u0 \
		genevelocal 198.51.100.1 inet 10.0.0.1/24 up
	expect_joined "on u0" "$A" "$GROUP4"
	check "ping" ping_all 10.0.0.2
	check_equal "what B learned" "$(mac "$A" geneve0) 198.51.100.1" "$(table "$B" geneve0)"
	check "destroy" g_on "$A" geneve0 destroy
	expect_left "destroyed" "$A" "$GROUP4"
	check_equal "programs on u0" "" "$(on "$A" "$DIR/objects.py")"
	ip -n "$A" link del other0
	ip -n "$B" route del 198.51.100.1
}

# A station behind a bridge on C moves to the one on B.
station_moves() {
	local ns moves
	trio 4
	for ns in "$B" "$C"; do
		ip -n "$ns" link add br9 up type bridge
		ip -n "$ns" link set geneve0 master br9
	done
	new_ns "$D"
	ip link add st0 netns "$D" type veth peer name st0 netns "$C"
	ip -n "$D" addr add 10.0.0.9/24 dev st0
	ip -n "$D" link set st0 up
	ip -n "$C" link set st0 up master br9
	check "the station behind C" on "$D" ping -q -c2 -i0.1 -W2 10.0.0.1
	check "A learned" eval 'table "$A" geneve0 | grep -qx "$(mac "$D" st0) 192.0.2.3"'
	ip -n "$C" link set st0 netns "$B"
	ip -n "$B" link set st0 up master br9
	check "the station behind B" on "$D" ping -q -c2 -i0.1 -W2 10.0.0.1
	check "A learned the move" eval 'table "$A" geneve0 | grep -qx "$(mac "$D" st0) 192.0.2.2"'
	moves=$(counter "$A" geneve0 fdb_moved)
	check "moves are counted" [ "$moves" -ge 1 ]
	check "A to the station" on "$A" ping -q -c3 -i0.1 -W2 10.0.0.9
	check_equal "moves while it stays" "$moves" "$(counter "$A" geneve0 fdb_moved)"
	for ns in "$B" "$C"; do
		ip -n "$ns" link del br9
	done
	del_ns "$D"
}

# Many segments at one address and port, some in the group and some not.
one_address_and_port() {
	local ns number=0 i
	for ns in "$A" "$B"; do
		number=$((number + 1))
		for i in 1 2 3; do
			more "$ns" $number "geneve$i" "$i" "$GROUP4"
		done
		for i in 4 5; do
			check "unicast" g_on "$ns" "geneve$i" create geneveid "$i" genevelocal "192.0.2.$number" \
				geneveremote "192.0.2.$((3 - number))" inet "10.0.$i.$number/24" up
		done
	done
	check "pings" ping_all 10.0.1.2 10.0.2.2 10.0.3.2 10.0.4.2 10.0.5.2
}

same_vni_elsewhere() {
	local ns number=0
	pair 4
	for ns in "$A" "$B"; do
		number=$((number + 1))
		check "another port" g_on "$ns" geneve1 create geneveid 42 genevelocal "192.0.2.$number" genevegroup "$GROUP4" \
			genevelocalport 7000 geneveremoteport 7000 inet "10.0.1.$number/24" up
		check "another family" g_on "$ns" geneve2 create geneveid 42 genevelocal "2001:db8::$number" \
			genevegroup "$GROUP6" inet "10.0.2.$number/24" up
		check "another protocol" g_on "$ns" vxlan0 create vxlanid 42 vxlanlocal "192.0.2.$number" \
			vxlangroup "$GROUP4" inet "10.0.3.$number/24" up
		ip -n "$ns" addr add "192.0.2.1$number/24" dev u0
		check "another address and group" g_on "$ns" geneve3 create geneveid 42 genevelocal "192.0.2.1$number" \
			genevegroup 239.1.1.2 inet "10.0.4.$number/24" up
	done
	check "pings" ping_all 10.0.0.2 10.0.1.2 10.0.2.2 10.0.3.2 10.0.4.2
	for each in "$A 1" "$B 2"; do
		ip -n "${each% *}" addr del "192.0.2.1${each#* }/24" dev u0
	done
}

# refused STATUS PATTERN WORD...: and nothing of it stays.
refused() {
	check_error "$1" "$2" g_on "$A" "${@:3}"
	check_equal "interfaces after ${*:3}" geneve0 "$(g_on "$A" -l)"
}

refusals() {
	member "$A" 1 4
	ip -n "$A" addr add 192.0.2.11/24 dev u0
	set -- geneve1 create geneveid 42
	refused 17 'geneve0 has VNI 42 on 192.0.2.1:6081' "$@" genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
	refused 17 'geneve0 has VNI 42' "$@" genevelocal 192.0.2.1 genevegroup 239.1.1.9 up
	refused 17 "geneve0 has VNI 42 on $GROUP4:6081" "$@" genevelocal 192.0.2.11 genevegroup "$GROUP4" up
	refused 98 "$GROUP4:6081" vxlan0 create vxlanid 43 vxlanlocal 192.0.2.11 vxlanlocalport 6081 vxlangroup "$GROUP4" up
	set -- geneve1 create geneveid 43 genevelocal 192.0.2.1
	refused 95 'device lo has no multicast' "$@" genevegroup "$GROUP4" genevedev lo up
	refused 19 'no such device nosuch0' "$@" genevegroup "$GROUP4" genevedev nosuch0 up
	refused 97 'different families' "$@" genevegroup "$GROUP6" up
	refused 22 'genevedev' "$@" geneveremote 192.0.2.2 genevedev u0 up
	refused 1 'genevegroup' "$@" genevegroup 192.0.2.2
	refused 1 'geneveremote' "$@" geneveremote "$GROUP4"
	ip -n "$A" addr del 192.0.2.11/24 dev u0
	check_equal "the first one" running "$(fact "$A" geneve0 state)"
}

# Receive by XDP, on B.
xdp() {
	local family group
	for family in 4 6; do
		group=GROUP$family
		member "$A" 1 "$family"
		check "by XDP" g_on "$B" attach u0 --mode xdp --name geneve0 --vni 42 --group "${!group}" \
			--local "$(underlay_address "$family" 2)" --inet 10.0.0.2/24 --inet6 fd00::2/64
		check_equal "receive" xdp "$(fact "$B" geneve0 receive)"
		expect_members "joined" "${!group}" "pa pb"
		check "pings" ping_all 10.0.0.2 fd00::2
		tcp_content 5 "$A" "$B" TCP4 10.0.0.2
		tcp_content 5 "$B" "$A" TCP6 "[fd00::1]"
		teardown
	done
}

# --- the kernel's own vxlan device on B

# kernel_vxlan FAMILY
kernel_vxlan() {
	local family=$1 group=GROUP$1
	check "vxlan0 of A" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal "$(underlay_address "$family" 1)" \
		vxlangroup "${!group}" inet 10.0.0.1/24 inet6 fd00::1/64 up
	ip -n "$B" link add vxlan100 type vxlan id 42 group "${!group}" dev u0 dstport 4789 \
		local "$(underlay_address "$family" 2)" udp6zerocsumrx
	ip -n "$B" addr add 10.0.0.2/24 dev vxlan100
	ip -n "$B" addr add fd00::2/64 dev vxlan100
	ip -n "$B" link set vxlan100 up
	expect_members "both joined" "${!group}" "pa pb"
	check "pings from ours" ping_all 10.0.0.2 fd00::2
	check "pings from the kernel's" ping_each "$B" 10.0.0.1 fd00::1
	check_equal "what ours learned" "$(mac "$B" vxlan100) $(underlay_address "$family" 2)" "$(table "$A" vxlan0)"
	check_equal "what the kernel's learned" "$(mac "$A" vxlan0) $(underlay_address "$family" 1)" \
		"$(bridge -n "$B" fdb show dev vxlan100 | sed -n 's/^\([^ ]*\) dst \([^ ]*\) self.*/\1 \2/p' | grep -v ^00:00:00)"
	tcp_content 20 "$A" "$B" TCP4 10.0.0.2
	tcp_content 20 "$B" "$A" TCP4 10.0.0.1
	tcp_content 20 "$A" "$B" TCP6 "[fd00::2]"
	tcp_content 20 "$B" "$A" TCP6 "[fd00::1]"
	ip -n "$B" link del vxlan100
}

kernel_vxlan_ipv4() { kernel_vxlan 4; }
kernel_vxlan_ipv6() { kernel_vxlan 6; }

TESTS="$MATRIX own_not_heard unknown_unicast tcp_through_the_group group_changes
	shared_group link_deleted killed_commands many_groups
	deleted_by_hand device_was_down device_came_back users_address no_source other_device
	station_moves one_address_and_port same_vni_elsewhere refusals xdp
	kernel_vxlan_ipv4 kernel_vxlan_ipv6"

switch_create
run_tests
