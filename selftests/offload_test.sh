#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What hardware does for tunnel packets, or leaves to the kernel: contents arrive in
# every state of the underlay's offloads, and what a device is given to send is as it
# must be.  An aggregate too long for the outer headers is cut before, or counted.
#
#   +- namespace $A --------+    +- namespace $W -+    +- namespace $B --------+
#   | geneve0            u0 +----+ a0   br0    b0 +----+ u0            geneve0 |
#   | 10.0.0.1    192.0.2.1 |    |                |    | 192.0.2.2    10.0.0.2 |
#   | fd00::1   2001:db8::1 |    +----------------+    | 2001:db8::2   fd00::2 |
#   +-----------------------+                          +-----------------------+
#
# Where only the contents count, there is no $W (drawing in lib.sh).

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=watch.sh
. "$DIR/watch.sh"
# shellcheck source=traffic.sh
. "$DIR/traffic.sh"

W=$RUN-w
OFFLOAD=$DIR/offload.py

# A kind of tunnel: the outer family and its flags.
declare -A KINDS=(
	[geneve_ipv4]="4"
	[geneve_ipv6]="6"
	[geneve_ipv6_zero]="6 --udp6-zero-csum"
	[vxlan_ipv4]="4 --type vxlan"
	[l3_ipv4]="4 --layer l3"
)

# losses NAMESPACE: what devices dropped, and wrong checksums that its sockets found.
losses() {
	local device
	for device in u0 geneve0; do
		echo "$device $(link_drops "$1" "$device")"
	done
	on "$1" nstat -asz TcpInCsumErrors UdpInCsumErrors Udp6InCsumErrors
}

# tunnel_ends MODE FAMILY FLAG...: what was lost while only one end was there does not count.
tunnel_ends() {
	check "tunnel" tunnel_create "$2" "$1" "${@:3}" || return
	losses "$A" >"$TMP/losses-$A"
	losses "$B" >"$TMP/losses-$B"
}

# tunnel MODE FAMILY FLAG...: and who answers in B.
tunnel() {
	tunnel_ends "$@" || return
	start_on "$B" "$OFFLOAD" serve
	check "the other end" busywait 5 listens "$B" -t 7100
}

none_lost() {
	local ns
	for ns in "$A" "$B"; do
		check "counters of $ns" no_drops "$ns"
		check_equal "losses of $ns" "$(cat "$TMP/losses-$ns")" "$(losses "$ns")"
	done
}

# states MODE SEGMENTATION TURN: of the two u0, with tx-udp_tnl-segmentation on or off.  The peer
# of a veth with XDP has no TSO, and generic segmentation hangs on sg.
states() {
	local -A least=([tc]=32 [xdp]=24)
	check "contents" on "$A" "$OFFLOAD" each "$B" "${least[$1]}" "$3" "tx-udp_tnl-segmentation=$2"
	none_lost
}

wire_create() {
	new_ns "$A"
	new_ns "$B"
	new_ns "$W"
	ip link add u0 netns "$A" type veth peer name a0 netns "$W"
	ip link add u0 netns "$B" type veth peer name b0 netns "$W"
	ip -n "$W" link add br0 type bridge
	ip -n "$W" link set br0 up
	ip -n "$W" link set a0 master br0 up
	ip -n "$W" link set b0 master br0 up
	host_address "$A" 1
	host_address "$B" 2
	busywait 5 on "$A" ping -c1 -W1 192.0.2.2
	tunnel_ends tc "$@"
	tc -n "$W" qdisc add dev a0 clsact
}

wire_destroy() {
	hosts_destroy
	del_ns "$W"
}

tcp() {
	tcp_content 1 "$A" "$B" TCP4 10.0.0.2
	tcp_content 1 "$A" "$B" TCP6 "[fd00::2]"
}

# offers FORM FAMILY FLAG...: what u0 is given, seen at a0.
offers() {
	local layer=l2
	[[ $* != *"--layer l3"* ]] || layer=l3
	if ! tc -n "$W" filter add dev a0 ingress prio 1 bpf da \
		object-file "$DIR/offloads.bpf.o" section tc 2>"$TMP/tc"; then
		check "why it cannot look" grep bpf_cast_to_kern_ctx "$TMP/tc" &&
			skip "no kfunc bpf_cast_to_kern_ctx (Linux 6.2)"
		return
	fi
	tcp
	bpftool -j map dump id "$(filter_map "$W" a0 ingress offered)" >"$TMP/offered"
	tc -n "$W" filter del dev a0 ingress prio 1
	check "what u0 is given: $1" "$DIR/offered.py" offers "$2" "$layer" "$1" <"$TMP/offered"
}

# Nothing is left to the device: what it is given goes onto the wire as it is.
finished() {
	check "offloads off" on "$A" ethtool -K u0 tx off
	capture_start "$W" a0 in
	tcp
	capture_stop
	check "packets at the wire" "$DIR/offered.py" finished "$TMP/capture"
}

# given FAMILY FLAG...: with the outer checksum, which each packet has of its own, no aggregates.
given() {
	wire_create "$@"
	[[ $* == 6 ]] || offers whole "$@"
	check "segmentation off" on "$A" ethtool -K u0 tx-udp_tnl-segmentation off
	[ -n "$SKIPPED" ] || offers cut "$@"
	[ -n "$SKIPPED" ] || finished
	none_lost
	wire_destroy
}

# aggregate LENGTH FAMILY: to B, as from a socket with BIG TCP.
aggregate() { check "send" on "$A" "$DIR/frames.py" aggregate geneve0 "$1" "$(mac_of "$B" geneve0)" "$2"; }

# aggregates FAMILY FLAG...: of a length that fits the inner header but not the outer one, and of
# one that fits neither (no longer, or Linux 6.1 does not take it from a packet socket).  In
# pieces on the wire, though u0 would take them whole, where B merges them again.
aggregates() {
	local family length
	hosts_with "aggregates $*" tunnel_ends tc "$@"
	check "BIG TCP of the underlay" on "$A" "$DIR/gso.py" set u0 200000
	for family in 4 6; do
		for length in 65470 68000; do
			capture_start "$B" u0 in
			aggregate "$length" "$family"
			check "all of $length bytes over IPv$family" \
				busywait 5 "$DIR/frames.py" cut "$TMP/capture" "$length"
			capture_stop
		done
	done
	none_lost
}

aggregates_ipv4() { aggregates 4; }
aggregates_ipv6() { aggregates 6; }
aggregates_ipv6_zero() { aggregates 6 --udp6-zero-csum; }

limited() { [ "$(on "$A" "$DIR/gso.py" get geneve0 | tr ' ' '\n' | sort -u)" = 65407 ]; }

# Somebody wants BIG TCP: what is too long is counted, until a command of ours, or watch,
# has put the limit back.
limit() {
	local size=200000 family
	hosts_with limit tunnel_ends tc 4
	for family in 4 6; do
		check "raised" on "$A" "$DIR/gso.py" set geneve0 "$size"
		aggregate 68000 "$family"
		check "a command" g_on "$A" list
		check "the limit is back" limited
	done
	check_equal "dropped" 2 "$(counter "$A" geneve0 tx_too_big)"
	check "raised" on "$A" "$DIR/gso.py" set geneve0 "$size"
	check "a command" g_on "$A" list
	capture_start "$B" u0 in
	aggregate 68000 4
	check "all of it" busywait 5 "$DIR/frames.py" cut "$TMP/capture" 68000
	capture_stop
	tcp_content 20 "$A" "$B" TCP4 10.0.0.2
	check_equal "still" 2 "$(counter "$A" geneve0 tx_too_big)"
}

# The kernel sends no message about it: watch finds it when it looks, every 5 s.
watched_limit() {
	hosts_with limit tunnel_ends tc 4
	watch_start
	check "raised" on "$A" "$DIR/gso.py" set geneve0 200000
	check "the limit is back" busywait 10 limited
	watch_stop
}

# Where no command of ours comes, in another namespace.
limit_elsewhere() {
	local before family
	hosts_with limit tunnel_ends tc 4
	before=$(counter "$A" geneve0 tx_too_big)
	new_ns "$W"
	ip -n "$A" link set geneve0 netns "$W"
	ip -n "$W" link set geneve0 up
	check "a command" g_on "$A" list
	check "raised" on "$W" "$DIR/gso.py" set geneve0 200000
	for family in 4 6; do
		check "send" on "$W" "$DIR/frames.py" aggregate geneve0 68000 "$(mac_of "$B" geneve0)" "$family"
	done
	check_equal "dropped" $((before + 2)) "$(counter "$A" geneve0 tx_too_big)"
	del_ns "$W"
	hosts_destroy
	HOSTS_KEY=
}

TESTS="aggregates_ipv4 aggregates_ipv6 aggregates_ipv6_zero limit watched_limit limit_elsewhere"
turn=0
for kind in geneve_ipv4 geneve_ipv6 geneve_ipv6_zero vxlan_ipv4 l3_ipv4; do
	for mode in tc xdp; do
		for segmentation in on off; do
			# The peer of XDP has no TSO: whose the segmentation is makes little difference.
			[[ $kind/$mode/$segmentation == geneve*/xdp/off || $mode/$segmentation != xdp/off ]] || continue
			test=${kind}_${mode}_segmentation_$segmentation args="$mode ${KINDS[$kind]}"
			eval "$test() { hosts_with '$args' tunnel $args && states $mode $segmentation $turn; }"
			TESTS="$TESTS $test"
		done
	done
	turn=$((turn + 1))
done
for kind in geneve_ipv4 geneve_ipv6 geneve_ipv6_zero vxlan_ipv4 l3_ipv4; do
	eval "given_$kind() { given ${KINDS[$kind]}; }"
	TESTS="given_$kind $TESTS"
done

run_tests
