#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Who is in a multicast group, and how long.  The switch is drawn in switch.sh.

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/capture.sh
. "$DIR/capture.sh"
# shellcheck source=selftests/switch.sh
. "$DIR/switch.sh"
# shellcheck source=selftests/groups.sh
. "$DIR/groups.sh"

teardown() { destroy_all; }

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
	more "$A" 1 geneve65 65 239.2.0.65 # so many that not each is looked at each time
	ip -n "$A" addr del 239.2.0.1/32 dev u0
	g_on "$A" list >/dev/null
	expect_joined "restored among many" "$A" 239.2.0.1
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

# Somebody takes the address away: the next invocation, of anything, brings it back.
deleted_by_hand() {
	local family group
	member "$B" 2 4
	member "$A" 1 4
	check "vxlan0" g_on "$A" vxlan0 create vxlanid 42 vxlanlocal 2001:db8::1 vxlangroup "$GROUP6" up
	for family in 4 6; do
		group=GROUP$family
		ip -n "$A" addr del "${!group}/$([ "$family" = 4 ] && echo 32 || echo 128)" dev u0
		expect_members "deleted" "${!group}" "$([ "$family" = 4 ] && echo pb)"
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
	address=$(mac_of "$A" u0)
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
		member "$A" 1 "$([ "$group" = "$GROUP4" ] && echo 4 || echo 6)"
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
	check_equal "table" "$(mac_of "$B" geneve0) 192.0.2.2
$(mac_of "$C" geneve0) 192.0.2.3" "$(table "$A" geneve0 | sort -k2)"
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
	check_equal "what B learned" "$(mac_of "$A" geneve0) 198.51.100.1" "$(table "$B" geneve0)"
	check "destroy" g_on "$A" geneve0 destroy
	expect_left "destroyed" "$A" "$GROUP4"
	check_equal "programs on u0" "" "$(on "$A" "$DIR/objects.py")"
	ip -n "$A" link del other0
	ip -n "$B" route del 198.51.100.1
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

TESTS="shared_group link_deleted killed_commands many_groups group_changes
	deleted_by_hand device_was_down device_came_back users_address no_source other_device refusals"

switch_create
run_tests
