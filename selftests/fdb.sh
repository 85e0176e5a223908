# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh by the tests of the forwarding table.  Host A alone has a
# tunnel, $I of type $P, to host 2; B's u0 has the addresses of hosts 2 to 5,
# which are sockets of fdb.py.
#
#          +------------ namespace $A -+     +- namespace $B ------------+
#          | $I             u0 --------+-----+-------- u0                |
#          |                192.0.2.1  |     |  192.0.2.2 to .5          |
#          |                2001:db8::1|     |  2001:db8::2 to ::5       |
#          +---------------------------+     +---------------------------+

# hosts_of TYPE FAMILY: the hosts, if they are not there yet.
hosts_of() {
	local host
	[ "${I:-}" = "${1}0" ] && return
	[ -n "${I:-}" ] && hosts_destroy
	P=$1 I=${1}0 FAMILY=$2
	hosts_create
	on "$A" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # the interface says nothing by itself
	for host in 3 4 5; do
		ip -n "$B" addr add "192.0.2.$host/24" dev u0
		ip -n "$B" addr add "2001:db8::$host/64" dev u0 nodad
	done
}

# The interface, running.
create() {
	check "create" g_on "$A" "$I" create "${P}id" 42 "${P}local" "$(underlay_address "$FAMILY" 1)" \
		"${P}remote" "$(underlay_address "$FAMILY" 2)" up
}

destroy() { g_on "$A" "$I" destroy; }

# a WORD...: to the interface, without the protocol's prefix.
a() {
	local word said=()
	for word; do
		case $word in
		up | down) said+=("$word") ;;
		-*) said+=("-$P${word#-}") ;;
		[0-9]*) said+=("$word") ;;
		*) said+=("$P$word") ;;
		esac
	done
	check "${said[*]}" g_on "$A" "$I" "${said[@]}"
}

# fdb VERB [ARG...]: to the interface's table.
fdb() {
	local verb=$1
	shift
	g_on "$A" fdb "$verb" "$I" "$@"
}

stations() { "$DIR/fdb.py" "$A" "$B" "$I" "$FAMILY" "$@"; }

# hear HOST STATION [COUNT]: that many frames arrive, whatever becomes of the table.
hear() { check_equal "frames of ${3:-1} stations from $2 on" "${3:-1}" "$(stations hear "$@")"; }

# check_goes WHAT HOSTS STATION...: where frames to these stations go; host 2 gets what is for nobody known.
check_goes() { check_equal "$1: way to ${*:3}" "$2" "$(stations ask "${@:3}")"; }

mac() { printf '02:00:00:00:%02x:%02x' $(($1 >> 8)) $(($1 & 255)); }

host() { underlay_address "$FAMILY" "$1"; }

# known FIRST COUNT: how many of these stations the table has.
known() {
	g_on "$A" --json fdb show "$I" | python3 -c '
import json, sys
first, count = int(sys.argv[1]), int(sys.argv[2])
numbers = {int(entry["mac"].replace(":", ""), 16) - 0x020000000000 for entry in json.load(sys.stdin)}
print(len(numbers & set(range(first, first + count))))' "$1" "$2"
}

# check_count NUMBER: entries, by the list and by the status.
check_count() {
	check_equal "entries" "$1" "$(fdb show | wc -l)"
	check_equal "count" "$1" "$(fact "$A" "$I" fdb_count)"
}

none_left() { [ "$(fact "$A" "$I" fdb_count)" -eq 0 ]; }

# entry STATION NAME: what the table says of it, from JSON.
entry() {
	g_on "$A" --json fdb show "$I" | python3 -c '
import json, sys
print(*(entry[sys.argv[2]] for entry in json.load(sys.stdin) if entry["mac"] == sys.argv[1]))' "$(mac "$1")" "$2"
}

# check_stat WHAT COUNTER VALUE
check_stat() { check_equal "$1: $2" "$3" "$(counter "$A" "$I" "$2")"; }

# add_tests TYPE FAMILY NAME...: to TESTS, each function with an interface of that type.
add_tests() {
	local type=$1 family=$2 name
	shift 2
	for name; do
		eval "${type}_$name() { hosts_of $type $family; create; $name; }"
		TESTS="$TESTS ${type}_$name"
	done
}
