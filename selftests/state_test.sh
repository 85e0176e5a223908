#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# State lives in the kernel: any invocation finds it, wherever the interface
# has gone, and nothing is left when it ends.  Hosts as drawn in lib.sh; $C is
# a container's namespace on host B.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

C=$RUN-c

setup() {
	hosts_create
	busywait 5 no_tentative "$A"
	busywait 5 no_tentative "$B"
}
teardown() {
	hosts_destroy
	del_ns "$C"
}

# Each new interface has a new Ethernet address.
reachable() {
	on "$A" ip neigh flush dev geneve0
	on "$A" ping -q -c3 -i0.05 -W1 10.0.0.2
}

# objects NAMESPACE: the programs and maps that serve it.
objects() { on "$1" "$DIR/objects.py"; }

# What the programs attached in a namespace are, by what the kernel says of the devices.
attached_ids() {
	local dev
	for dev in $(ip -n "$1" -j link | python3 -c 'import json,sys; print(*[l["ifname"] for l in json.load(sys.stdin)])'); do
		tc -n "$1" filter show dev "$dev" ingress
		tc -n "$1" filter show dev "$dev" egress
	done 2>/dev/null | sed -n 's/.* id \([0-9]*\) name geneve.*/\1/p' | sort -u
}

gone() { [ -z "$("$DIR/objects.py" "$@")" ]; }

# Everything that a user could see changed; volatile fields taken out.
snapshot() {
	ip -n "$1" -o -d link | sed 's/promiscuity [0-9]* //'
	ip -n "$1" -o addr | sed 's/valid_lft.*//'
	ip -n "$1" route show table all
	ip -n "$1" -6 route show table all | sed 's/expires [0-9]*sec//'
	tc -n "$1" qdisc
	on "$1" ls -R /sys/fs/bpf
	on "$1" sysctl -a 2>/dev/null | grep -E '^net\.(ipv4|ipv6)\.conf\.' | sort
}

# check_clean WHAT CREATE UNDO: the second command undoes whatever follows from the first.
check_clean() {
	local what=$1 before after mine
	before=$(snapshot "$B")
	"$2"
	check_equal "$what: it works" 0 "$(reachable >/dev/null 2>&1; echo $?)"
	mine=$(objects "$B")
	check "$what: there are objects" [ -n "$mine" ]
	"$3"
	after=$(snapshot "$B")
	check_equal "$what: what is left" "" "$(diff <(echo "$before") <(echo "$after") 2>&1)"
	# shellcheck disable=SC2086
	check "$what: its objects are freed" busywait 5 gone $mine
}

a_only() { tunnel_end "$A" 1 2 4; }

b_by_words() {
	g_on "$B" geneve0 create geneveid 42 genevelocal 192.0.2.2 geneveremote 192.0.2.1 inet 10.0.0.2/24
}
b_by_attach() { tunnel_end "$B" 2 1 4 --mode "$MODE"; }
b_destroy() { g_on "$B" geneve0 destroy; }
b_detach() { g_on "$B" detach u0; }
b_link_del() {
	ip -n "$B" link del geneve0
	g_on "$B" list >/dev/null
}

b_external() { tunnel_end "$B" 2 1 4 --external; }

external_leaves_nothing() {
	a_only
	check_clean external b_external b_destroy
}

destroy_leaves_nothing() {
	a_only
	check_clean destroy b_by_words b_destroy
}

detach_leaves_nothing() {
	a_only
	for MODE in tc xdp; do
		check_clean "detach, $MODE" b_by_attach b_detach
	done
}

link_del_leaves_nothing() {
	a_only
	for MODE in tc xdp; do
		check_clean "link del, $MODE" b_by_attach b_link_del
	done
}

# The old way into tc, and a qdisc of the user's that is not ours to remove.
clsact_leaves_nothing() {
	local GENEVE_BPF_WITHOUT=tcx
	export GENEVE_BPF_WITHOUT
	a_only
	MODE=tc
	check_clean "clsact" b_by_attach b_detach
	tc -n "$B" qdisc add dev u0 clsact
	check_clean "clsact of the user's" b_by_attach b_detach
	unset GENEVE_BPF_WITHOUT
}

namespace_leaves_nothing() {
	local mine
	check "tunnel" tunnel_create 4 xdp
	mine="$(objects "$A") $(objects "$B")"
	hosts_destroy
	# shellcheck disable=SC2086
	check "all is freed with the namespaces" busywait 10 gone $mine
}

# Each invocation is another `ip netns exec`, with a mount namespace of its own.
other_invocations_find_it() {
	check "create" g_on "$B" geneve0 create geneveid 42
	check "set" g_on "$B" geneve0 genevelocal 192.0.2.2 geneveremote 192.0.2.1
	check "up" g_on "$B" geneve0 inet 10.0.0.2/24 up
	check_equal "VNI" 42 "$(fact "$B" geneve0 vni)"
	check "the other end, by -j" g -j "$A" geneve0 create geneveid 42 genevelocal 192.0.2.1 \
		geneveremote 192.0.2.2 inet 10.0.0.1/24
	check "ping" reachable
	check "change" g_on "$B" geneve0 down geneveid 43 up
	check_equal "VNI after the change" 43 "$(fact "$B" geneve0 vni)"
	check "no ping with another VNI" eval "! on $A ping -q -c1 -W1 10.0.0.2"
	check "change back" g_on "$B" geneve0 down geneveid 42 up
	check "ping again" reachable
	check "destroy" g_on "$B" geneve0 destroy
	check_equal "list" "" "$(g_on "$B" list)"
}

into_a_container() {
	local mode
	for mode in tc xdp; do
		new_ns "$C"
		check "tunnel" tunnel_create 4 "$mode"
		ip -n "$B" link set geneve0 netns "$C"
		ip -n "$C" addr add 10.0.0.2/24 dev geneve0
		ip -n "$C" addr add fd00::2/64 dev geneve0
		ip -n "$C" link set geneve0 up
		check "ping into the container, $mode" reachable
		check_equal "state" moved "$(fact "$B" geneve0 state)"
		check "ping after a repair" reachable
		check_error 18 "other end" g_on "$C" geneve0
		check "ping out of the container" on "$C" ping -q -c3 -i0.05 -W1 10.0.0.1
		tcp_content 5 "$A" "$C" TCP4 10.0.0.2
		tcp_content 5 "$A" "$C" TCP6 "[fd00::2]"
		tcp_content 5 "$C" "$A" TCP4 10.0.0.1
		tcp_content 5 "$C" "$A" TCP6 "[fd00::1]"
		ip -n "$C" link set geneve0 netns "$B"
		ip -n "$B" addr add 10.0.0.2/24 dev geneve0
		ip -n "$B" link set geneve0 up
		check "ping when it is back" reachable
		check_equal "state" running "$(fact "$B" geneve0 state)"
		check "ping on the fast path again" reachable
		check "tcp after the way back" eval "tc -n $B filter show dev geneve0 egress | grep -q geneve_encap"
		tunnel_destroy
		del_ns "$C"
	done
}

# In the container's namespace its number may be that of a device here: no mix-up.
same_number_elsewhere() {
	local number before
	new_ns "$C"
	check "tunnel" tunnel_create 4 tc
	number=$(fact "$B" geneve0 ifindex)
	check "second tunnel" g_on "$B" attach u0 --vni 77 --name geneve1 --remote 192.0.2.1
	ip -n "$B" link set geneve1 netns "$C"
	before=$(counter "$B" geneve1 tx_packets) # it had time to look for IPv6 neighbours
	ip -n "$C" link add other index "$number" type veth peer name otherpeer 2>/dev/null
	ip -n "$B" link set geneve0 netns "$C" # must take another number
	ip -n "$C" addr add 10.0.0.2/24 dev geneve0
	ip -n "$C" link set geneve0 up
	check "ping" reachable
	check_equal "frames in the other segment" "$before" "$(counter "$B" geneve1 tx_packets)"
}

renamed() {
	check "tunnel" tunnel_create 4 tc
	ip -n "$B" link set geneve0 down
	ip -n "$B" link set geneve0 name wan
	ip -n "$B" link set wan up
	check_equal "VNI by the new name" 42 "$(fact "$B" wan vni)"
	check_error 6 "no such interface" g_on "$B" geneve0
	check "destroy" g_on "$B" wan destroy
}

# The underlay device is removed, and one of the same name made again.
underlay_comes_back() {
	check "tunnel" tunnel_create 4 tc
	check "ping" reachable
	ip -n "$B" link del u0
	check_equal "state" "no carrier" "$(fact "$B" geneve0 state)"
	ip link add u0 netns "$A" type veth peer name u0 netns "$B"
	host_address "$A" 1
	host_address "$B" 2
	g_on "$A" list >/dev/null
	check_equal "state" running "$(fact "$B" geneve0 state)"
	check "ping again" busywait 5 reachable
}

# The programs go along with the underlay device, and must do nothing there.
underlay_leaves() {
	local mode number
	for mode in tc xdp; do
		new_ns "$C"
		check "tunnel" tunnel_create 4 "$mode"
		check "ping" reachable
		number=$(fact "$B" geneve0 ifindex)
		ip -n "$C" link add other index "$number" type veth peer name otherpeer
		ip -n "$C" link set other up
		ip -n "$C" link set otherpeer up
		ip -n "$B" link set u0 netns "$C"
		host_address "$C" 2
		busywait 5 on "$A" ping -c1 -W1 192.0.2.2
		start_on "$C" timeout 3 tcpdump -Zroot -lnni other -c1 ip >"$TMP/leak" 2>"$TMP/ready"
		busywait 5 grep -q listening "$TMP/ready"
		on "$A" ping -q -c5 -i0.05 -W1 10.0.0.2 >/dev/null
		kill $! 2>/dev/null
		wait $! 2>/dev/null
		check_equal "inner packets at a stranger, $mode" "" "$(cat "$TMP/leak")"
		check "they are the host's there, $mode" \
			eval "[ $(on "$C" nstat -asz UdpNoPorts | awk '/UdpNoPorts/ { print $2 }') -ge 5 ]"
		check_equal "state" "no carrier" "$(fact "$B" geneve0 state)"
		ip -n "$C" link set u0 netns "$B"
		host_address "$B" 2
		g_on "$B" list >/dev/null
		check "ping when it is back, $mode" busywait 5 reachable
		tunnel_destroy
		del_ns "$C"
	done
}

# Killed anywhere (it takes some 60 ms), the command leaves a whole interface or one that the next removes.
killed_anywhere() {
	local delay left
	for delay in $(seq 0.002 0.004 0.086); do
		on "$B" timeout -s KILL "$delay" "$GENEVE_BPF" geneve0 create geneveid 42 \
			genevelocal 192.0.2.2 geneveremote 192.0.2.1 up >/dev/null 2>&1
		g_on "$B" list >"$TMP/list" || check "list after a kill at $delay" false
		left=$(ip -n "$B" -o link show type veth | grep -c -e gnvport -e geneve0)
		if grep -q geneve0 "$TMP/list"; then
			check_equal "killed at $delay: devices" 2 "$left"
			check "killed at $delay: destroy" g_on "$B" geneve0 destroy
		else
			check_equal "killed at $delay: devices" 0 "$left"
		fi
		check_equal "killed at $delay: hooks" "" "$(attached_ids "$B")"
	done
}

killed_in_destroy() {
	local delay
	for delay in $(seq 0.002 0.005 0.05); do
		b_by_words
		on "$B" timeout -s KILL "$delay" "$GENEVE_BPF" geneve0 destroy >/dev/null 2>&1
		g_on "$B" geneve0 destroy >/dev/null 2>&1
		g_on "$B" list >/dev/null
		check_equal "killed at $delay: devices" 0 \
			"$(ip -n "$B" -o link show type veth | grep -c -e gnvport -e geneve0)"
		check_equal "killed at $delay: hooks" "" "$(attached_ids "$B")"
	done
}

# So many that not all links are looked at each time.
killed_among_many() {
	local delay number
	for number in $(seq 65); do
		g_on "$B" attach u0 --name "s$number" --vni "$number" >/dev/null
	done
	for delay in $(seq 0.004 0.003 0.04); do
		on "$B" timeout -s KILL "$delay" "$GENEVE_BPF" attach u0 --name last --vni 100 >/dev/null 2>&1
		g_on "$B" list >"$TMP/list"
		if grep -q '^last ' "$TMP/list"; then
			check "killed at $delay: destroy" g_on "$B" last destroy
		fi
		check_equal "killed at $delay: devices" 130 \
			"$(ip -n "$B" -o link show type veth | grep -c -e gnvport -e 's[0-9]*@' -e last)"
	done
	check "detach" g_on "$B" detach u0
}

# Another device has the name that the port was to have.
port_name_taken() {
	ip -n "$B" link add gnvport0 type veth peer name other
	check "create" b_by_words
	check_equal "its port" "gnvport1@geneve0" "$(ip -n "$B" -o link show group 1734700662 | awk '{print $2}' | tr -d :)"
	check "destroy" g_on "$B" geneve0 destroy
	check "the other device" ip -n "$B" link del gnvport0
}

# After `ip link del` what still arrives goes nowhere, and not into the host.
deleted_delivers_nothing() {
	local mode
	for mode in tc xdp; do
		check "tunnel" tunnel_create 4 "$mode"
		ip -n "$B" link del geneve0
		start_on "$B" timeout 3 tcpdump -Zroot -lnni any -c1 icmp and host 10.0.0.2 \
			>"$TMP/leak" 2>"$TMP/ready"
		busywait 5 grep -q listening "$TMP/ready"
		on "$A" ping -q -c5 -i0.05 -W1 10.0.0.2 >/dev/null
		kill $! 2>/dev/null
		wait $! 2>/dev/null
		check_equal "inner packets on B, $mode" "" "$(grep -v gnvport "$TMP/leak" | grep -v 'u0.*In.*UDP')"
		g_on "$A" geneve0 destroy
		g_on "$B" list >/dev/null
	done
}

# Two at once: the lock of the namespace keeps them apart.
parallel_creates() {
	local i pids=""
	for i in $(seq 8); do
		start_on "$B" "$GENEVE_BPF" attach u0 --vni $((100 + i)) --name "geneve$i"
		pids="$pids $!"
	done
	# shellcheck disable=SC2086
	wait $pids
	check_equal "interfaces" 8 "$(g_on "$B" -l | wc -w)"
	check "detach" g_on "$B" detach u0
	check_equal "interfaces left" "" "$(g_on "$B" -l)"
}

TESTS="destroy_leaves_nothing detach_leaves_nothing link_del_leaves_nothing external_leaves_nothing
	clsact_leaves_nothing namespace_leaves_nothing other_invocations_find_it
	into_a_container same_number_elsewhere renamed underlay_comes_back underlay_leaves killed_anywhere killed_in_destroy
	killed_among_many port_name_taken deleted_delivers_nothing parallel_creates"

run_tests
