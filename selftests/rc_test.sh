#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# rc start, stop, restart and status: what becomes of the interfaces of a file.

# shellcheck source=rc.sh
. "$(dirname "$(readlink -f "$0")")/rc.sh"

# geneve(4), EXAMPLES, and vxlan(4) with addresses: created, and not brought up.
manual_example() {
	conf 'cloned_interfaces="geneve0"' \
		'create_args_geneve0="geneveid 108 genevelocal 192.168.100.1 geneveremote 192.168.100.2"' \
		'cloned_interfaces+=" vxlan0"' \
		'create_args_vxlan0="vxlanid 109 vxlanlocal 192.0.2.1 vxlanremote 192.0.2.2"'
	check "start" rc start
	check_equal "VNI of vxlan0" 109 "$(fact "$A" vxlan0 vni)"
	check_equal "type of vxlan0" vxlan "$(fact "$A" vxlan0 type)"
	check_equal "VNI" 108 "$(fact "$A" geneve0 vni)"
	check_equal "local" 192.168.100.1 "$(fact "$A" geneve0 local)"
	check_equal "remote" 192.168.100.2 "$(fact "$A" geneve0 remote)"
	check_equal "state" down "$(fact "$A" geneve0 state)"
	check_equal "status" "geneve0 down vxlan0 down" "$(rc status | xargs)"
	check "status is right" rc status
}

configures() {
	conf 'cloned_interfaces="geneve0 geneve1 geneve2"' \
		"create_args_geneve0=\"$(tunnel 1)\"" 'ifconfig_geneve0="inet 10.0.0.1 netmask 255.255.255.0"' \
		'ifconfig_geneve0_ipv6="inet6 fd00::1/64"' \
		'ifconfig_geneve0_alias0="inet 10.0.1.1/24"' 'ifconfig_geneve0_alias1="inet6 fd01::1/64"' \
		'ifconfig_geneve0_alias2="inet 10.0.2.1/32 alias"' 'ifconfig_geneve0_alias4="inet 10.0.4.1/24"' \
		"create_args_geneve1='$(tunnel 2)'" 'ifconfig_geneve1="NOAUTO inet 10.1.0.1/24"' \
		'ifconfig_geneve1_alias0="inet 10.1.1.1/24"' \
		"create_args_geneve2='$(tunnel 3)'" 'ifconfig_geneve2="mtu 1280"'
	check "start" rc start
	check_equal "up to the first gap" "10.0.0.1/24 10.0.1.1/24 10.0.2.1/32 fd00::1/64 fd01::1/64" \
		"$(addresses geneve0 | tr ' ' '\n' | sort | xargs)"
	check_equal "state" running "$(fact "$A" geneve0 state)"
	check_equal "NOAUTO" down "$(fact "$A" geneve1 state)"
	check_equal "NOAUTO" "" "$(addresses geneve1)"
	check_equal "no word says up" running "$(fact "$A" geneve2 state)"
	check_equal "MTU" 1280 "$(fact "$A" geneve2 mtu)"
	check "status" rc status
	check "again" rc start
	check_equal "addresses" 5 "$(addresses geneve0 | wc -w)"
}

alone_brings_up() {
	local variable
	for variable in '_ipv6="inet6 fd00::1/64"' '_alias0="inet 10.0.0.1/24"' '="up"'; do
		conf 'cloned_interfaces="geneve0"' "create_args_geneve0='$(tunnel 1)'" \
			"ifconfig_geneve0$variable"
		check "start" rc start
		check_equal "state by $variable" running "$(fact "$A" geneve0 state)"
		check "stop" rc stop
	done
	conf 'cloned_interfaces="geneve0"' "create_args_geneve0='$(tunnel 1)'" 'ifconfig_geneve0=""'
	check "start" rc start
	check_equal "an empty one does not" down "$(fact "$A" geneve0 state)"
}

description_and_name() {
	conf 'cloned_interfaces="geneve0 geneve1"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_geneve0_name="blue"' 'ifconfig_blue="inet 10.0.0.1/24"' \
		"ifconfig_blue_descr=\"the blue one's\"" 'ifconfig_geneve1="description '"'a  b'"'"' \
		"create_args_geneve1='$(tunnel 2)'"
	check "start" rc start
	check_equal "names" "blue geneve1" "$(h -l)"
	check_equal "description" "the blue one's" "$(fact "$A" blue description)"
	check_equal "description" "a  b" "$(fact "$A" geneve1 description)"
	check_equal "address" 10.0.0.1/24 "$(addresses blue)"
	check_equal "status" "blue            running geneve1         running" "$(rc status | xargs -d '\n')"
	check "again" rc start
	check_equal "names" "blue geneve1" "$(h -l)"
	check "stop" rc stop
	check_equal "names" "" "$(h -l)"
	# Also by its first name.
	sed -i 's/ifconfig_blue/ifconfig_geneve0/' "$CONF"
	check "start" rc start
	check_equal "address" 10.0.0.1/24 "$(addresses blue)"
	check "stop" rc stop
	# One that exists by its first name is renamed.
	h geneve0 create
	check_equal "status" "blue incomplete geneve1 absent" "$(rc status | xargs)"
	check_error 22 "blue: cannot start: no VNI" rc start
	check_equal "names" "blue geneve1" "$(h -l)"
}

bridges() {
	conf 'cloned_interfaces="bridge0 geneve0"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_bridge0="addm geneve0 up"' 'ifconfig_geneve0="up"'
	check "start" rc start
	check_equal "member" bridge0 "$(ip -n "$A" -j link show geneve0 |
		python3 -c 'import json, sys; print(json.load(sys.stdin)[0].get("master"))')"
	check "status" rc status
	check "down" ip -n "$A" link set bridge0 down
	check_equal "status" "bridge0         down" "$(rc status | head -n 1)"
	ends 1 rc status
	check "stop" rc stop
	check_equal "links" "lo u0 u1" "$(ip -n "$A" -j link |
		python3 -c 'import json, sys; print(*sorted(l["ifname"] for l in json.load(sys.stdin)))')"
}

order() {
	conf 'cloned_interfaces="geneve2 geneve0 geneve1"'
	start_on "$A" ip -o monitor link >"$TMP/monitor"
	busywait 5 listens_to_links $!
	check "start" rc start
	check "in order" [ "$(ifindex geneve2)" -lt "$(ifindex geneve0)" ]
	check "in order" [ "$(ifindex geneve0)" -lt "$(ifindex geneve1)" ]
	check "stop" rc stop
	busywait 5 grep -q 'Deleted.*geneve2[@:]' "$TMP/monitor"
	check_equal "in the reverse order" "geneve1 geneve0 geneve2" \
		"$(sed -n 's/.*Deleted [0-9]*: \(geneve[0-9]\)[@:].*/\1/p' "$TMP/monitor" | awk '!seen[$0]++' | xargs)"
	kill $!
}

# The process has its netlink socket.
listens_to_links() { readlink "/proc/$1/fd/"* | grep -q socket; }

one_failing() {
	conf 'cloned_interfaces="geneve0 geneve1 geneve2"' 'create_args_geneve0="geneveid"' \
		'ifconfig_geneve0="up"' "create_args_geneve1='$(tunnel 1)'" 'ifconfig_geneve1="up"' \
		"create_args_geneve2='$(tunnel 2)'" 'ifconfig_geneve2="up"'
	check_error 1 "geneve0: geneveid: value missing .* \[$CONF:2: create_args_geneve0\]\$" rc start
	check_equal "the others" "geneve1 geneve2" "$(h -l)"
	check_equal "state" running "$(fact "$A" geneve2 state)"
	check_equal "status" "geneve0 absent geneve1 running geneve2 running" "$(rc status | xargs)"
	ends 1 rc status
}

fails_halfway() {
	conf 'cloned_interfaces="geneve0 geneve1"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_geneve0="frob"' 'ifconfig_geneve0_alias0="inet 10.0.0.1/24"' \
		"create_args_geneve1='$(tunnel 2)'" 'ifconfig_geneve1="up"'
	check_error 1 "geneve0: unknown word \"frob\" .* \[$CONF:3: ifconfig_geneve0; created, but not" \
		rc start
	check_equal "both" "geneve0 geneve1" "$(h -l)"
	check_equal "state" down "$(fact "$A" geneve0 state)"
	check_equal "state" running "$(fact "$A" geneve1 state)"
	check_error 1 "geneve0: unknown word \"frob\" .* \[$CONF:3: ifconfig_geneve0; not fully" rc start
	sed -i 's/frob/up/' "$CONF"
	check "mended" rc start
	check_equal "address" 10.0.0.1/24 "$(addresses geneve0)"
}

# Exit status: of the first that fails, in the order of the list.
first_error() {
	conf 'cloned_interfaces="geneve0 geneve1"' 'ifconfig_geneve0="up"' 'ifconfig_geneve1="frob"'
	ends 22 rc start
	check_equal "lines" 2 "$(rc start 2>&1 | wc -l)"
	conf 'cloned_interfaces="geneve1 geneve0"' 'ifconfig_geneve0="up"' 'ifconfig_geneve1="frob"'
	ends 1 rc start
}

existing() {
	h geneve0 create geneveid 7 genevelocal 192.0.2.1 geneveremote 192.0.2.2
	local before
	before=$(ifindex geneve0)
	conf 'cloned_interfaces="geneve0"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_geneve0="inet 10.0.0.1/24"'
	check "start" rc start
	check_equal "the same" "$before" "$(ifindex geneve0)"
	check_equal "VNI" 7 "$(fact "$A" geneve0 vni)"
	check_equal "address" 10.0.0.1/24 "$(addresses geneve0)"
	check "restart" rc restart
	check "made anew" [ "$(ifindex geneve0)" -gt "$before" ]
	check_equal "VNI" 1 "$(fact "$A" geneve0 vni)"
	check_equal "address" 10.0.0.1/24 "$(addresses geneve0)"
	check "stop" rc stop
	check "restart from nothing" rc restart
	check_equal "state" running "$(fact "$A" geneve0 state)"
}

# Somebody else's device with a name of the list is neither taken nor destroyed.
foreign() {
	conf 'cloned_interfaces="u0 geneve0"' 'ifconfig_u0="inet 10.0.0.1/24"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_geneve0="up"'
	check_error 22 "u0: not an interface of geneve-bpf" rc start
	check_equal "status" "u0 not ours geneve0 running" "$(rc status | xargs)"
	ends 1 rc status
	check_error 22 "u0: not an interface of geneve-bpf" rc stop
	check_equal "u0" "192.0.2.1/24 2001:db8::1/64" "$(addresses u0)"
	check_equal "geneve0 is gone" "" "$(h -l)"
}

# What should run and does not is wrong; what is only to be there is not.
status() {
	conf 'cloned_interfaces="geneve0 geneve1"' "create_args_geneve0='$(tunnel 1)'" \
		'ifconfig_geneve0="up"' "create_args_geneve1='$(tunnel 2)'"
	ends 1 rc status
	check_equal "before" "geneve0 absent geneve1 absent" "$(rc status | xargs)"
	check "start" rc start
	check "status" rc status
	check_equal "running" "geneve0 running geneve1 down" "$(rc status | xargs)"
	check_equal "JSON" '[{"name": "geneve0", "state": "running"}, {"name": "geneve1", "state": "down"}]' \
		"$(h --json rc status "$CONF" | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)))')"
	check "down" h geneve0 down
	ends 1 rc status
	sed -i "s/geneve1='/geneve1='up /" "$CONF"
	check "up" h geneve0 up
	ends 1 rc status
	check "up" h geneve1 up
	check "status" rc status
}

stop_leaves_nothing() {
	local before
	before=$(state)
	conf 'cloned_interfaces="geneve0 geneve1"' "create_args_geneve0='$(tunnel 1)'" \
		"create_args_geneve1='$(tunnel 2)'" 'ifconfig_geneve0="inet 10.0.0.1/24"' 'ifconfig_geneve1="up"'
	check "start" rc start
	check "one is away" h geneve1 destroy
	check "stop" rc stop
	check_equal "state" "$before" "$(state)"
	check "stop of nothing" rc stop
	check_equal "state" "$before" "$(state)"
}

# In another namespace an interface still is this one's.
moved() {
	conf 'cloned_interfaces="geneve0"' "create_args_geneve0='$(tunnel 1)'" 'ifconfig_geneve0="up"'
	check "start" rc start
	new_ns "$B"
	ip -n "$A" link set geneve0 netns "$B"
	check_equal "status" "geneve0 moved" "$(rc status | xargs)"
	check "status" rc status
	check "stop" rc stop
	check_equal "gone" lo "$(ip -n "$B" -j link | python3 -c 'import json, sys; print(*[l["ifname"] for l in json.load(sys.stdin)])')"
	del_ns "$B"
}

# The lines of the systemd unit, for this file and this command.
unit() {
	local line
	conf 'cloned_interfaces=geneve0'
	for line in Start:geneve0 Stop:; do
		check "Exec${line%:*}" on "$A" sh -c "$(sed -n "s|^Exec${line%:*}=/usr/local/sbin/geneve-bpf|$GENEVE_BPF|p" \
			"$DIR/geneve-bpf@.service" | sed "s|/etc/geneve-bpf/%i.conf|$CONF|")"
		check_equal "interfaces" "${line#*:}" "$(h -l)"
	done
}

TESTS="manual_example configures alone_brings_up description_and_name bridges order one_failing
	fails_halfway first_error existing foreign status stop_leaves_nothing moved unit"

run_tests
