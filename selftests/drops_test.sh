#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Each drop counter from outside: so many packets, so many counts, in the right
# place and in no other; nothing is delivered, and nothing reaches the stack.
# A test is named after its counter, and the last one compares the names.
#
#  +-- $A -----------------------+        +-- $B -------------------------+
#  | scapy -> u0 192.0.2.1       |        | u0, tc:  geneve0, vxlan4 IPv4 |
#  |             2001:db8::1     +--------+          geneve1, vxlan5 IPv6 |  rx_*
#  |       -> u1 192.0.3.1       |        | u1, xdp: geneve2, vxlan6 IPv4 |
#  |             2001:db8:1::1   +--------+          geneve3, vxlan7 IPv6 |
#  |                             |        |                               |
#  | frames -> geneve0 -> u0     +--------+ u0: nothing may arrive        |  tx_*
#  +-----------------------------+        +-------------------------------+

# shellcheck disable=SC2317 # run_tests calls the functions
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

TESTS="rx_truncated rx_fragment rx_version rx_no_vni rx_control rx_critical rx_protocol
	rx_unknown_vni rx_checksum rx_zero_checksum rx_ecn rx_source rx_no_device rx_refused
	tx_truncated tx_protocol tx_no_remote tx_no_route tx_loop tx_too_big tx_vlan_depth tx_down tx_refused
	every_counter_is_tested"

FRAMES=$DIR/frames.py
VNI_TX=99 # B has no such segment
FAR4=198.51.100.9 FAR6=2001:db8:ffff::9

# The interfaces on B; all have VNI 42, and those of one protocol differ in device or family.
RX_TYPE=(geneve geneve geneve geneve vxlan vxlan vxlan vxlan)
RX_NAME=(geneve0 geneve1 geneve2 geneve3 vxlan4 vxlan5 vxlan6 vxlan7)
RX_DEVICE=(u0 u0 u1 u1 u0 u0 u1 u1)
RX_LOCAL=(192.0.2.2 2001:db8::2 192.0.3.2 2001:db8:1::2 192.0.2.2 2001:db8::2 192.0.3.2 2001:db8:1::2)
RX_REMOTE=(192.0.2.1 2001:db8::1 192.0.3.1 2001:db8:1::1 192.0.2.1 2001:db8::1 192.0.3.1 2001:db8:1::1)
RX_MODE=(tc tc xdp xdp tc tc xdp xdp)
RX_ALL="0 1 2 3 4 5 6 7"

# Once for all tests, and so are the interfaces on B.
create() {
	hosts_create
	ip link add u1 netns "$A" type veth peer name u1 netns "$B"
	second_address "$A" 1
	second_address "$B" 2
	# What an interface says by itself would be counted.
	on "$A" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	on "$B" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	"$FRAMES" inner "$TMP/inner" 1300
}

second_address() {
	ip -n "$1" addr add "192.0.3.$2/24" dev u1
	ip -n "$1" addr add "2001:db8:1::$2/64" dev u1 nodad
	ip -n "$1" link set u1 up
}

# snapshot NAMESPACE: "subject.counter value" lines, the host's own UDP among them.
snapshot() {
	g_on "$1" --json stats | python3 -c 'import json, sys
for subject, counters in json.load(sys.stdin).items():
    for name, value in counters.items():
        if name != "rx_fast":
            print(f"{subject}.{name} {value}")'
	on "$1" nstat -asz | awk '/^Udp6?(NoPorts|InErrors|InDatagrams) / { print "host." $1, $2 }'
}

remember() { snapshot "$1" | sort >"$TMP/before-$1"; }

# changes NAMESPACE: "subject.counter difference" since `remember`.
changes() {
	snapshot "$1" | sort | join "$TMP/before-$1" - | awk '$2 != $3 { print $1, $3 - $2 }'
}

changed_to() { [ "$(changes "$1")" = "$2" ]; }

# expect WHAT NAMESPACE LINE...: these changes and no others; a line with 0 stands for none.
expect() {
	local what=$1 ns=$2 lines
	shift 2
	lines=$(printf '%s\n' "$@" | grep -v ' 0$' | sort)
	busywait 2 changed_to "$ns" "$lines"
	check_equal "$what" "$lines" "$(changes "$ns")"
}

# --- receive

rx_create() {
	local i
	remember "$B"
	ip -n "$B" link show geneve0 >"$TMP/link" 2>&1 && return
	for i in $RX_ALL; do
		check "attach" g_on "$B" attach "${RX_DEVICE[i]}" --type "${RX_TYPE[i]}" --vni 42 \
			--name "${RX_NAME[i]}" --mode "${RX_MODE[i]}" --local "${RX_LOCAL[i]}" --no-udp6-zero-csum
		ip -n "$B" link set "${RX_NAME[i]}" up
	done
	rx_inject none >/dev/null # learns the good frame's address
	busywait 5 rx_learned
	remember "$B"
}

rx_learned() { [ "$(snapshot "$B" | grep -c 'fdb_learned 1$')" -eq ${#RX_NAME[@]} ]; }

# The destination of injected packets for interface I on B.
rx_place() {
	echo "${RX_DEVICE[$1]},$(mac_of "$B" "${RX_DEVICE[$1]}"),${RX_REMOTE[$1]},${RX_LOCAL[$1]},${RX_TYPE[$1]}"
}

# rx_inject KIND: to all of them; prints how many were bad for each.
rx_inject() {
	local i places=()
	for i in $RX_ALL; do
		places+=("$(rx_place "$i")")
	done
	on "$A" "$FRAMES" bad "$1" "${places[@]}"
}

GOOD_LEN=52 # the frame that is delivered behind the bad ones

# rx_dropped COUNTER: counted by the segments.
rx_dropped() {
	local counter=$1 counts i lines=()
	mapfile -t counts < <(rx_inject "$counter")
	for i in $RX_ALL; do
		lines+=("${RX_NAME[i]}.$counter ${counts[i]}" "${RX_NAME[i]}.rx_packets 1"
			"${RX_NAME[i]}.rx_bytes $GOOD_LEN")
	done
	check_bad "${counts[@]}"
	expect "$counter" "$B" "${lines[@]}"
}

# check_bad COUNT...: of each interface, and of some protocol more than none over IPv6.
check_bad() {
	check_equal "counts of bad packets" "${#RX_NAME[@]}" $# &&
		check "there are bad packets" [ $(($2 + $6)) -gt 0 ]
}

# rx_strayed COUNTER [KIND]: counted by the underlay devices.
rx_strayed() {
	local counter=$1 kind=${2:-$1} counts i lines=()
	local -A strays=()
	mapfile -t counts < <(rx_inject "$kind")
	check_bad "${counts[@]}" || return
	for i in $RX_ALL; do
		lines+=("${RX_NAME[i]}.rx_packets 1" "${RX_NAME[i]}.rx_bytes $GOOD_LEN")
		strays[${RX_DEVICE[i]}]=$((${strays[${RX_DEVICE[i]}]:-0} + counts[i]))
	done
	lines+=("u0.$counter ${strays[u0]}" "u1.$counter ${strays[u1]}")
	expect "$counter" "$B" "${lines[@]}"
}

rx_truncated() {
	rx_create
	rx_dropped rx_truncated
	remember "$B"
	rx_strayed rx_truncated rx_truncated_stray
}

rx_fragment() { rx_create && rx_dropped rx_fragment; }
rx_version() { rx_create && rx_dropped rx_version; }
rx_control() { rx_create && rx_dropped rx_control; }
rx_critical() { rx_create && rx_dropped rx_critical; }
rx_protocol() { rx_create && rx_dropped rx_protocol; }
rx_no_vni() { rx_create && rx_dropped rx_no_vni; }
rx_unknown_vni() { rx_create && rx_strayed rx_unknown_vni; }
rx_checksum() { rx_create && rx_dropped rx_checksum; }
rx_ecn() { rx_create && rx_dropped rx_ecn; }

# What was good before comes from the wrong host.
rx_source() {
	local i lines=()
	rx_create
	for i in $RX_ALL; do
		check "filter" g_on "$B" "${RX_NAME[i]}" down "${RX_TYPE[i]}srcfilter" \
			"${RX_TYPE[i]}remote" "${RX_REMOTE[i]/%1/9}" up
		lines+=("${RX_NAME[i]}.rx_source 1")
	done
	remember "$B"
	rx_inject none >/dev/null
	expect rx_source "$B" "${lines[@]}"
	for i in $RX_ALL; do
		check "the remote itself" g_on "$B" "${RX_NAME[i]}" down "${RX_TYPE[i]}remote" "${RX_REMOTE[i]}" up
	done
	remember "$B"
	rx_inject none >/dev/null
	lines=()
	for i in $RX_ALL; do
		lines+=("${RX_NAME[i]}.rx_packets 1" "${RX_NAME[i]}.rx_bytes $GOOD_LEN")
		check "no filter" g_on "$B" "${RX_NAME[i]}" down "-${RX_TYPE[i]}srcfilter" up
	done
	expect "from the remote" "$B" "${lines[@]}"
}

rx_zero_checksum() { rx_create && rx_dropped rx_zero_checksum; }
rx_refused() { rx_create && rx_dropped rx_refused; }

# The map of slot I in geneve_stats.
stats_map_of() {
	bpftool -j map lookup id "$1" key "$2" 0 0 0 |
		python3 -c 'import json, sys
value = json.load(sys.stdin)["value"]
print(int.from_bytes([int(byte, 16) for byte in value], sys.byteorder))'
}

# Drops of a map, without zeroes.
map_drops() {
	bpftool -j map dump id "$1" | python3 -c 'import json, sys
entry = json.load(sys.stdin)[0]["formatted"]["values"]
for name in entry[0]["value"]:
    total = sum(cpu["value"][name] for cpu in entry)
    if name.startswith(("rx_", "tx_")) and name != "rx_fast" and total:
        print(name, total)'
}

rx_no_device() {
	local i outer maps=()
	rx_create # whatever there was before: the counters below start from zero
	check "detach" g_on "$B" detach u0
	check "detach" g_on "$B" detach u1
	rx_create
	# The command would clear away what is left of the interface: ask the kernel for the map.
	outer=$(filter_map "$B" geneve0 egress geneve_stats)
	for i in $RX_ALL; do
		maps+=("$(stats_map_of "$outer" "$i")")
		on "$B" ip link del "${RX_NAME[i]}"
	done
	rx_inject none >/dev/null
	for i in $RX_ALL; do
		busywait 2 map_has_drops "${maps[i]}"
		check_equal "drops of ${RX_NAME[i]}" "rx_packets 1 rx_bytes $GOOD_LEN rx_no_device 1" \
			"$(map_drops "${maps[i]}" | xargs)"
	done
	check_equal "segments left" "" "$(g_on "$B" list)"
}

map_has_drops() { map_drops "$1" | grep -q rx_no_device; }

# --- transmit

# tx_create FAMILY REMOTE [FLAG...]: geneve0 on A; an empty remote is none.
tx_create() {
	local family=$1 remote=$2
	shift 2
	check "attach" g_on "$A" attach u0 --vni "$VNI_TX" --name geneve0 \
		--local "$(underlay_address "$family" 1)" ${remote:+--remote "$remote"} "$@"
	ip -n "$A" link set geneve0 up
	remember "$A"
	remember "$B"
}

tx_destroy() { check "detach" g_on "$A" detach u0; }

# tx_dropped COUNTER [SUBCOMMAND...]: sends frames; all are dropped, and none leaves.
tx_dropped() {
	local counter=$1 count
	shift
	[ $# -gt 0 ] || set -- send geneve0 "$TMP/inner"
	count=$(on "$A" "$FRAMES" "$@")
	check "there are bad frames" [ "${count:-0}" -gt 0 ]
	expect "$counter" "$A" "geneve0.$counter $count"
	expect "nothing arrives" "$B" "none 0"
	remember "$A"
}

# tx_each FUNCTION: FUNCTION FAMILY FLAG... for all the ways through the programs.
tx_each() {
	local family
	for family in 4 6; do
		"$1" "$family"
		"$1" "$family" --debug
	done
}

far() {
	case $1 in
	4) echo "$FAR4" ;;
	6) echo "$FAR6" ;;
	esac
}

tx_no_remote() { tx_each tx_no_remote_with; }
tx_no_remote_with() {
	local family=$1
	shift
	tx_create "$family" "" "$@"
	tx_dropped tx_no_remote
	tx_destroy
}

tx_no_route() { tx_each tx_no_route_with; }
tx_no_route_with() {
	local family=$1 type
	shift
	ip -n "$A" route replace "$(far "$family")" via "$(underlay_address "$family" 2)"
	tx_create "$family" "$(far "$family")" "$@"
	ip -n "$A" route del "$(far "$family")"
	tx_dropped tx_no_route
	for type in unreachable blackhole; do
		ip -n "$A" route replace "$type" "$(far "$family")"
		tx_dropped tx_no_route
		ip -n "$A" route del "$type" "$(far "$family")"
	done
	tx_destroy
}

tx_loop() { tx_each tx_loop_with; }
tx_loop_with() {
	local family=$1
	shift
	ip -n "$A" route replace "$(far "$family")" via "$(underlay_address "$family" 2)"
	tx_create "$family" "$(far "$family")" "$@"
	ip -n "$A" route replace "$(far "$family")" dev geneve0
	tx_dropped tx_loop
	tx_destroy
}

tx_too_big() { tx_each tx_too_big_with; }
tx_too_big_with() {
	local family=$1 mtu
	shift
	tx_create "$family" "$(underlay_address "$family" 2)" "$@"
	mtu=$(fact "$A" geneve0 mtu)
	ip -n "$A" link set geneve0 mtu 9000
	tx_dropped tx_too_big bad_inner tx_too_big geneve0 "$mtu"
	tx_destroy
}

tx_vlan_depth() { tx_each tx_vlan_depth_with; }
tx_vlan_depth_with() {
	local family=$1
	shift
	tx_create "$family" "$(underlay_address "$family" 2)" "$@"
	tx_dropped tx_vlan_depth bad_inner tx_vlan_depth geneve0 1300
	tx_destroy
}

tx_down() { tx_each tx_down_with; }
tx_down_with() {
	local family=$1
	shift
	tx_create "$family" "$(underlay_address "$family" 2)" "$@"
	g_on "$A" geneve0 down
	ip -n "$A" link set geneve0 up # behind the command's back
	tx_dropped tx_down
	tx_destroy
}

# Less than an Ethernet header cannot be sent by a socket, but by a device without one.
tx_truncated() { tx_each tx_truncated_with; }
tx_truncated_with() {
	local family=$1
	shift
	tx_create "$family" "$(underlay_address "$family" 2)" "$@"
	tx_dropped tx_truncated tiny geneve0
	tx_destroy
}

tx_protocol() { tx_each tx_protocol_with; }
tx_protocol_with() {
	local family=$1
	shift
	tx_create "$family" "$(underlay_address "$family" 2)" --layer l3 "$@"
	tx_dropped tx_protocol bad_inner tx_protocol geneve0 1300
	tx_destroy
}

# An aggregate with unknown headers, which the kernel does not segment for us.
tx_refused() {
	tx_create 4 192.0.2.2
	tx_dropped tx_refused bad_inner tx_refused geneve0 1300
	tx_destroy
}

# Not `dropped` by our programs but by the kernel, or totals.
every_counter_is_tested() {
	local listed tested
	tx_create 4 192.0.2.2
	listed=$(g_on "$A" --json stats geneve0 | python3 -c 'import json, sys
for name in json.load(sys.stdin)["geneve0"]:
    if name[:3] in ("rx_", "tx_") and not name.endswith(("packets", "bytes", "_dropped", "_tso", "rx_csum", "rx_fast")):
        print(name)' | sort)
	tested=$(tr -s ' \t' '\n' <<<"$TESTS" | grep -E '^[rt]x_' | sort)
	check_equal "counters with a test" "$listed" "$tested"
	tx_destroy
}

create
run_tests
