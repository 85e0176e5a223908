# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after switch.sh by tests of multicast groups.

# shellcheck disable=SC2034 # used as ${!group}
GROUP4=239.1.1.1 GROUP6=ff08::db8:1

# --- what a group's members are

# members GROUP: the ports that the switch forwards the group to, sorted.
members() {
	bridge -n "$S" mdb show dev br0 | sed -n "s/.* port \([a-z]*\) grp $1 .*/\1/p" | sort | xargs
}

members_are() { [ "$(members "$1")" = "$2" ]; }

# expect_members WHAT GROUP PORTS
expect_members() {
	busywait 5 members_are "$2" "$3"
	check_equal "$1: ports with $2" "$3" "$(members "$2")"
}

# joined NAMESPACE GROUP: how the host itself sees it: the address, and the membership.
joined() {
	ip -n "$1" -o addr show | awk -v group="$2" '{ sub("/.*", "", $4) } $4 == group { print "address" }'
	ip -n "$1" maddr show dev u0 | awk -v group="$2" '$2 == group { print "member" }'
}

# expect_joined WHAT NAMESPACE GROUP: both; expect_left: neither.
expect_joined() { check_equal "$1: group $3" "address member" "$(joined "$2" "$3" | xargs)"; }
expect_left() { check_equal "$1: group $3" "" "$(joined "$2" "$3" | xargs)"; }

# --- two hosts or three, geneve0 with VNI 42 in the group of the family

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

# ping_each NAMESPACE ADDRESS...: prints those that do not answer.
ping_each() {
	local address status=0
	for address in "${@:2}"; do
		on "$1" ping -q -c1 -W2 "$address" >/dev/null && continue
		echo "$address"
		status=1
	done
	return $status
}

ping_all() { ping_each "$A" "$@"; }
