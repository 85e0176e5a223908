# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced, after lib.sh, by the tests of external mode: one interface on A for
# several VNIs, each of which has an ordinary interface on B.
#
#          +--------- namespace $A -+     +- namespace $B ---------------------+
#          | geneve0, external      |     | geneve0 VNI 42  10.0.0.2  fd00::2  |
#          | 10.0.0.1    fd00::1    |     | geneve7 VNI 7   10.9.7.2           |
#          | 10.9.7.1               |     |                 fd09:0:0:7::2      |
#          | fd09:0:0:7::1          |     | geneve8 VNI 8   10.9.8.3           |
#          | 10.9.8.1               |     |                 fd09:0:0:8::3      |
#          | fd09:0:0:8::1          |     |                                    |
#          |     u0 192.0.2.1 ------+-----+- u0 192.0.2.2 2001:db8::2, geneve8 |
#          |        2001:db8::1     |     |     by 192.0.2.3 and 2001:db8::3   |
#          +------------------------+     +------------------------------------+

# shellcheck source=capture.sh
. "$DIR/capture.sh"

TTL=77 # of the interface on A, to be told from a default

# inner_address FAMILY VNI HOST
inner_address() {
	case $1 in
	4) echo "10.9.$2.$3" ;;
	6) echo "fd09:0:0:$2::$3" ;;
	esac
}

inner_network() {
	case $1 in
	4) echo "10.9.$2.0/24" ;;
	6) echo "fd09:0:0:$2::/64" ;;
	esac
}

# far VNI HOST FLAG...: an interface on B, on that host's address.
far() {
	local vni=$1 host=$2
	shift 2
	g_on "$B" attach u0 --vni "$vni" --name "geneve$vni" \
		--local "$(underlay_address "$FAMILY" "$host")" \
		--remote "$(underlay_address "$FAMILY" 1)" \
		--inet "$(inner_address 4 "$vni" "$host")/24" \
		--inet6 "$(inner_address 6 "$vni" "$host")/64" "$@" >/dev/null
}

# network FAMILY FLAG...: all that is drawn above.
network() {
	local vni
	FAMILY=$1
	shift
	host_address "$B" 3
	check "external interface" tunnel_end "$A" 1 2 "$FAMILY" --external --ttl "$TTL" --dscp-inherit "$@" &&
		check "VNI 42" tunnel_end "$B" 2 1 "$FAMILY" "$@" &&
		check "VNI 7" far 7 2 "$@" && check "VNI 8" far 8 3 "$@" || return
	for vni in 7 8; do
		ip -n "$A" addr add "$(inner_address 4 "$vni" 1)/24" dev geneve0 noprefixroute
		ip -n "$A" addr add "$(inner_address 6 "$vni" 1)/64" dev geneve0 noprefixroute
	done
	busywait 10 no_tentative "$A" && busywait 10 no_tentative "$B"
}

# route VNI [OPTION...]: to both inner networks of that VNI, as `ip route` says.
route() {
	local vni=$1 family
	shift
	for family in 4 6; do
		ip -n "$A" "-$family" route replace "$(inner_network "$family" "$vni")" "$@" \
			dev geneve0 src "$(inner_address "$family" "$vni" 1)" || return
	done
}

# Both far ends answer, in both families.
ping_far() {
	local family
	for family in 4 6; do
		check "ping VNI 7 by IPv$family" \
			on "$A" ping -q -c3 -i0.05 -W1 "$@" "$(inner_address "$family" 7 2)"
		check "ping VNI 8 by IPv$family" \
			on "$A" ping -q -c3 -i0.05 -W1 "$@" "$(inner_address "$family" 8 3)"
	done
}

ping_default() {
	check "ping without metadata" on "$A" ping -q -c3 -i0.05 -W1 "$@" 10.0.0.2
	check "ping of IPv6 without metadata" on "$A" ping -q -c3 -i0.05 -W1 "$@" fd00::2
}

# headers: of the captured echo requests, each kind once: VNI, remote, TTL, TOS.
headers() {
	local ip="ip.dst ip.ttl ip.dsfield" field fields=()
	[ "$FAMILY" = 6 ] && ip="ipv6.dst ipv6.hlim ipv6.tclass"
	for field in geneve.vni $ip; do
		fields+=(-e "$field")
	done
	tshark -r "$TMP/capture" -Y "geneve and (icmp.type == 8 or icmpv6.type == 128)" -T fields \
		-E occurrence=f -E separator=/s "${fields[@]}" 2>"$TMP/tshark" | sort -u
}

# header VNI HOST TTL TOS: a line of `headers`.
header() {
	local tos_digits=2
	[ "$FAMILY" = 6 ] && tos_digits=8
	printf '0x%06x %s %d 0x%0*x\n' "$1" "$(underlay_address "$FAMILY" "$2")" "$3" "$tos_digits" "$4"
}
