# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by each shell test.  A test file lists its functions in TESTS and
# ends with `run_tests`; each function is one KTAP line.  Inside, `check`
# notes a failure and goes on, `skip` ends the function.
#
#          +------------ namespace $A -+     +- namespace $B ------------+
#          | geneve0        u0 --------+-----+-------- u0       geneve0  |
#          | 10.0.0.1/24    192.0.2.1  |     |  192.0.2.2    10.0.0.2/24 |
#          | fd00::1/64     2001:db8::1|     |  2001:db8::2  fd00::2/64  |
#          +---------------------------+     +---------------------------+

set -u

# The system's python3, which has scapy; the wrapper of a version manager takes 0.2 s more a call.
PATH=/usr/sbin:/usr/bin:$PATH

DIR=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
GENEVE_BPF=${GENEVE_BPF:-$DIR/geneve-bpf}
RUN=gnv$$ # prefix of what this run creates
A=$RUN-a B=$RUN-b
TMP=$(mktemp -d)
NAMESPACES=()
KSFT_SKIP=4

g() { "$GENEVE_BPF" "$@"; }

# on NAMESPACE COMMAND...
on() { ip netns exec "$@"; }

# The same in the background; $! is the command itself.
start_on() { ip netns exec "$@" & }

# Our command in a namespace, as a user would: with a private mount namespace.
g_on() {
	local ns=$1
	shift
	on "$ns" "$GENEVE_BPF" "$@"
}

new_ns() {
	ip netns add "$1"
	NAMESPACES+=("$1")
	ip -n "$1" link set lo up
	# Or an address is tentative, and of no use, for more than a second.
	on "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0
}

del_ns() {
	local ns
	for ns; do
		ip netns del "$ns" 2>/dev/null
	done
}

cleanup() {
	local pid
	for pid in $(jobs -p); do
		kill "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	del_ns "${NAMESPACES[@]}"
	rm -rf "$TMP"
}
trap cleanup EXIT

# busywait SECONDS COMMAND...: until the command succeeds; the result is its last.
busywait() {
	local end=$((SECONDS + $1))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -gt "$end" ] && return 1
		sleep 0.05
	done
}

# The underlay: two hosts, each with an IPv4 and an IPv6 address on u0.
hosts_create() {
	new_ns "$A"
	new_ns "$B"
	ip link add u0 netns "$A" type veth peer name u0 netns "$B"
	host_address "$A" 1
	host_address "$B" 2
	busywait 5 on "$A" ping -c1 -W1 192.0.2.2
	busywait 5 on "$A" ping -c1 -W1 2001:db8::2
}

# host_address NAMESPACE NUMBER [DEVICE]
host_address() {
	local device=${3:-u0}
	ip -n "$1" addr add "192.0.2.$2/24" dev "$device"
	ip -n "$1" addr add "2001:db8::$2/64" dev "$device" nodad
	ip -n "$1" link set "$device" up
}

# One host alone: u0 with its addresses, and its other end u1.
host_create() {
	new_ns "$A"
	ip -n "$A" link add u0 type veth peer name u1
	ip -n "$A" link set u1 up
	host_address "$A" 1
}

# What a test made besides, it is to remove itself; if not, `cleanup` does.
hosts_destroy() {
	local ns kept=()
	del_ns "$A" "$B"
	for ns in "${NAMESPACES[@]}"; do
		[ "$ns" = "$A" ] || [ "$ns" = "$B" ] || kept+=("$ns")
	done
	NAMESPACES=("${kept[@]}")
}

# hosts_with KEY COMMAND...: new hosts on which COMMAND made what KEY names.  The
# same KEY again keeps them, for tests that share a tunnel.
hosts_with() {
	local key=$1
	shift
	if [ "$key" != "${HOSTS_KEY:-}" ]; then
		[ -z "${HOSTS_KEY:-}" ] || hosts_destroy
		HOSTS_KEY=$key
		hosts_create
		"$@"
		HOSTS_STATUS=$?
	fi
	check_equal "hosts with $key" 0 "$HOSTS_STATUS"
}

# underlay_address FAMILY NUMBER: the tunnel address of host 1 or 2.
underlay_address() {
	case $1 in
	4) echo "192.0.2.$2" ;;
	6) echo "2001:db8::$2" ;;
	esac
}

# tunnel_create FAMILY MODE [FLAG...]: geneve0 on both hosts, VNI 42, ready for traffic.
tunnel_create() {
	local family=$1 mode=$2
	shift 2
	tunnel_end "$A" 1 2 "$family" --mode "$mode" "$@" &&
		tunnel_end "$B" 2 1 "$family" --mode "$mode" "$@" || return 1
	# Addresses are tentative for a second; only then does IPv6 pass.
	busywait 10 no_tentative "$A" && busywait 10 no_tentative "$B"
}

tunnel_end() {
	local ns=$1 me=$2 peer=$3 family=$4
	shift 4
	g_on "$ns" attach u0 --vni 42 --name geneve0 \
		--local "$(underlay_address "$family" "$me")" \
		--remote "$(underlay_address "$family" "$peer")" \
		--inet "10.0.0.$me/24" --inet6 "fd00::$me/64" "$@" >/dev/null
}

no_tentative() { [ -z "$(ip -n "$1" -6 addr show tentative)" ]; }

tunnel_destroy() {
	g_on "$A" detach u0
	g_on "$B" detach u0
}

# renames_while_up NAMESPACE DEVICE: whether the kernel does, as since Linux 6.2.
renames_while_up() {
	ip -n "$1" link set "$2" name other0 2>/dev/null && ip -n "$1" link set other0 name "$2"
}

mac_of() { on "$1" cat "/sys/class/net/$2/address"; }

# counter NAMESPACE SUBJECT NAME: one value of `stats`.
counter() {
	g_on "$1" --json stats "$2" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]][sys.argv[2]])' \
			"$2" "$3"
}

# no_drops NAMESPACE: no counter of a drop is above zero.
no_drops() {
	g_on "$1" --json stats | python3 -c '
import json, sys
for subject, counters in json.load(sys.stdin).items():
    for name, value in counters.items():
        if value and not name.endswith(("_packets", "_bytes", "_learned", "_moved", "_tso", "_csum", "_fast")):
            sys.exit(f"{subject} {name} {value}")'
}

# fact NAMESPACE INTERFACE NAME: one value of the status.
fact() {
	g_on "$1" --json show "$2" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$3"
}

# filter_map NAMESPACE DEVICE HOOK NAME: the id of that map of a tc program there.
filter_map() {
	local program map
	for program in $(tc -n "$1" -j filter show dev "$2" "$3" | python3 -c 'import json, sys
print(*(f["options"]["prog"]["id"] for f in json.load(sys.stdin) if "options" in f))'); do
		for map in $(bpftool -j prog show id "$program" |
			python3 -c 'import json, sys; print(*json.load(sys.stdin).get("map_ids", []))'); do
			bpftool map show id "$map" | grep -q "name $4 " && echo "$map" && return
		done
	done
	return 1
}

listens() { on "$1" ss -Hln "$2" "sport = :$3" | grep -q .; }

# tcp_content MEGABYTES FROM TO FAMILY ADDRESS: sends that much random data over
# TCP between two namespaces; the sums of both ends must agree.
tcp_content() {
	local megabytes=$1 from=$2 to=$3 family=$4 address=$5 file=$TMP/data.$1
	[ -e "$file" ] || head -c "${megabytes}M" /dev/urandom >"$file"
	[ -e "$file.sum" ] || sha256sum <"$file" >"$file.sum"
	(on "$to" timeout 60 socat -u "$family-LISTEN:5000,reuseaddr,accept-timeout=10" - | sha256sum >"$TMP/sum") &
	busywait 5 listens "$to" -t 5000
	check "TCP to $address" on "$from" timeout 60 socat -u "FILE:$file" "$family:$address:5000"
	wait $!
	check_equal "content of $megabytes MB to $address" "$(cat "$file.sum")" "$(cat "$TMP/sum")"
}

# A machine of which durations say nothing: kselftest's word for one that is emulated, for example.
is_slow() { [ "${KSFT_MACHINE_SLOW:-no}" = yes ]; }

note() { printf '# %s\n' "$*"; }

# check WHAT COMMAND...: the command must succeed.
check() {
	local what=$1 out
	shift
	out=$("$@" 2>&1) && return 0
	note "$what: failed: $*"
	printf '%s\n' "$out" | head -n 20 | sed 's/^/#   /'
	FAILED=1
	return 1
}

# check_equal WHAT EXPECTED ACTUAL
check_equal() {
	[ "$2" = "$3" ] && return 0
	note "$1: expected \"$2\", got \"$3\""
	FAILED=1
	return 1
}

# check_error STATUS PATTERN COMMAND...: exit status and the one line on stderr.
check_error() {
	local status=$1 pattern=$2 out rc
	shift 2
	out=$("$@" 2>&1 >/dev/null)
	rc=$?
	check_equal "exit status of $*" "$status" "$rc"
	check_equal "lines of $* on stderr" 1 "$(printf '%s\n' "$out" | wc -l)"
	[[ $out == geneve-bpf:* && $out =~ $pattern ]] && return 0
	note "message of $*: \"$out\" does not match \"$pattern\""
	FAILED=1
}

# skip WHY: what the kernel or machine lacks.
skip() {
	SKIPPED=$1
	return 0
}

# tests_of_only TEST...: those that one of the patterns of ONLY names; without ONLY all.
tests_of_only() {
	local test pattern patterns
	IFS=, read -ra patterns <<<"${ONLY:-*}"
	for test; do
		for pattern in "${patterns[@]}"; do
			# shellcheck disable=SC2053
			[[ $test == $pattern ]] && echo "$test" && break
		done
	done
}

# Runs the functions of TESTS, and `setup` before and `teardown` after each, if there are any.
run_tests() {
	local test number=0 failures=0 passes=0
	echo "TAP version 13"
	# shellcheck disable=SC2046,SC2086
	set -- $(tests_of_only $TESTS)
	echo "1..$#"
	[ $# -ne 0 ] || { note "no test is called ${ONLY:-anything}" && exit 1; }
	for test; do
		FAILED=0 SKIPPED=
		number=$((number + 1))
		[ "$(type -t "$test")" = function ] || { note "$test is no function" && exit 1; }
		[ "$(type -t setup)" = function ] && setup
		$test
		[ "$(type -t teardown)" = function ] && teardown
		if [ "$FAILED" -ne 0 ]; then
			failures=$((failures + 1))
			echo "not ok $number $test"
		elif [ -n "$SKIPPED" ]; then
			echo "ok $number $test # SKIP $SKIPPED"
		else
			passes=$((passes + 1))
			echo "ok $number $test"
		fi
	done
	[ "$failures" -eq 0 ] || exit 1
	[ "$passes" -ne 0 ] || exit "$KSFT_SKIP"
	exit 0
}
