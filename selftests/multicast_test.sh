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
# shellcheck source=selftests/groups.sh
. "$DIR/groups.sh"

# Each kind of tunnel, four at once: over IPv4 and IPv6, with and without the word "dev".

TUNNELS="1 2 3 4"
GROUP=([1]=239.129.1.1 [2]=239.1.2.2 [3]=ff08::db8:3 [4]=ff08::1:db8:4) # the first's MAC has a bit less
FAMILY=([1]=4 [2]=4 [3]=6 [4]=6)
DEV=([1]=u0 [2]="" [3]=u0 [4]="")
TTL_WIRE=([1]="17 17" [2]="64 64" [3]="64 -" [4]="255 255") # to the group, and to a host

# kind l2|l3|vxlan: sets what the steps below are about.
kind() {
	P=geneve CREATE=(genevemode "$1") CSUM=([4]=zero [6]=sum) UDP_PORT=6081
	TTL=([1]=17 [2]="" [3]=inherit [4]=255)
	KIND=$1
	[ "$1" = vxlan ] || return
	P=vxlan CREATE=() CSUM=([4]=zero [6]=zero) UDP_PORT=4789
	TTL=([1]=17 [2]="" [3]=64 [4]=255)
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
			[ "$KIND" = l3 ] || inner=$(mac_of "$ns" "$P$t")
			echo "host 4$t $inner $(underlay_address "${FAMILY[t]}" "$number") $(mac_of "$ns" u0)"
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
				[ "$other" -eq "$number" ] || set -- "$@" "10.0.$t.$other" "fd00:$t::$other"
			done
		done
		check "pings of host $number" ping_each "$ns" "$@"
	done
	for t in $TUNNELS; do
		check_equal "what A learned in $P$t" "$(others "4$t")" "$(table "$A" "$P$t")"
	done
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
	local family=$1 group=$2 from address receiver join
	from=$(underlay_address "$family" 1)
	case $family in
	4) address=$group join="ip-add-membership=$group:u0" ;;
	6) address="[$group]" join="ipv6-join-group=[$group]:u0" ;;
	esac
	check_equal "local routes to $group" "" "$(ip -n "$A" "-$family" route show table local | grep -F "$group")"
	check_equal "source of what is sent to $group" "$from" "$(ip -n "$A" "-$family" -o route get "$group" |
		sed -n 's/.* src \([^ ]*\).*/\1/p')"
	start_on "$B" socat -u "UDP$family-RECV:9999,$join" - >"$TMP/heard"
	receiver=$!
	busywait 5 listens "$B" -u 9999
	check "another program sends to $group" say "$A" "$family" "$address" 9999 hello
	check "another program on B hears it" busywait 3 grep -q hello "$TMP/heard"
	kill "$receiver"
	wait "$receiver" 2>/dev/null
	check_equal "what it sent to $group, at the switch" 1 "$(captured_mark pa &&
		tcpdump -nnr "$TMP/pa" "udp port 9999 and src host $from and dst host $group" 2>/dev/null | wc -l)"
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
	capture_end "$PA"
	check "reports of A, IPv4 and IPv6" "$DIR/groups.py" reports "$TMP/pa" "$(mac_of "$A" u0)" 192.0.2.1 "${GROUP[@]}"
	check "outer headers" "$DIR/groups.py" tunnels "$TMP/pa" "$UDP_PORT" "$TMP/tunnels"
	check_equal "at the port of nobody" "" "$(leaked)"
}

MATRIX=
for each in l2 l3 vxlan; do
	for step in join talk other_programs leave wire; do
		eval "${each}_$step() { kind $each; $step; }"
		MATRIX="$MATRIX ${each}_$step"
	done
done

TESTS="$MATRIX"

switch_create
run_tests
