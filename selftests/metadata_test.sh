#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# External mode: somebody's BPF programs on the interface (metadata.bpf.c)
# choose VNI, remote, TTL and TOS of what is sent, ARP and ND too, and read
# those of what is received.  Hosts as drawn in external.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=external.sh
. "$DIR/external.sh"

# program HOOK SECTION [OPTION...]
program() {
	tc -n "$A" filter add dev geneve0 "$1" "${@:3}" bpf da \
		object-file "$DIR/metadata.bpf.o" section "$2"
}

# programmed FAMILY FLAG...: the network, and the programs.
programmed() {
	network "$@" && route 7 && route 8 || return
	check "sending program, before ours" program egress "tc/choose$1" prio 1 &&
		check "receiving program" program ingress tc/record
}

# As the programs' constants say; ECN is the frame's.
chosen() {
	on "$A" ip neigh flush all
	on "$B" ip neigh flush all
	capture_start "$A" u0 out
	ping_far -Q 0x2a
	ping_default -Q 0
	check "captured" busywait 5 captured 6 dst host "$(underlay_address "$FAMILY" 3)"
	capture_stop
	check_equal "outer headers" "$(
		header 7 2 33 0x4a
		header 8 3 33 0x4a
		header 42 2 "$TTL" 0
	)" "$(headers)"
}

# seen: a line for each kind of metadata that came in: VNI, remote, TTL, TOS.
seen() {
	bpftool -j map dump id "$(filter_map "$A" geneve0 ingress metadata_seen)" | python3 -c '
import ipaddress, json, sys
for entry in json.load(sys.stdin):
    key = entry["formatted"]["key"]
    remote = ipaddress.ip_address(bytes(key["remote"]))
    print(key["vni"], remote.ipv4_mapped or remote, key["ttl"], hex(key["tos"]))' | sort
}

# What the program sees is the outer header, of each frame its own.
received() {
	local family
	g_on "$B" geneve7 genevettl 88 genevedscpinherit
	for family in 4 6; do
		check "ping from VNI 7" on "$B" ping -q -c3 -i0.05 -W1 -Q 0xb9 "$(inner_address "$family" 7 1)"
		check "ping from VNI 8" on "$B" ping -q -c3 -i0.05 -W1 "$(inner_address "$family" 8 1)"
	done
	seen >"$TMP/seen"
	check "seen of VNI 7" grep -qx "7 $(underlay_address "$FAMILY" 2) 88 0xb9" "$TMP/seen"
	check "seen of VNI 8" grep -qx "8 $(underlay_address "$FAMILY" 3) 64 0x0" "$TMP/seen"
	check "seen of VNI 42" grep -qx "42 $(underlay_address "$FAMILY" 2) 64 0x0" "$TMP/seen"
}

# Aggregates have metadata too.
tcp() {
	tcp_content 20 "$A" "$B" TCP4 "$(inner_address 4 7 2)"
	tcp_content 20 "$A" "$B" TCP6 "[$(inner_address 6 8 3)]"
	tcp_content 20 "$B" "$A" TCP4 "$(inner_address 4 8 1)"
	tcp_content 20 "$B" "$A" TCP6 "[$(inner_address 6 7 1)]"
	check_equal "VNIs and remotes seen" "$(
		echo "42 $(underlay_address "$FAMILY" 2)"
		echo "7 $(underlay_address "$FAMILY" 2)"
		echo "8 $(underlay_address "$FAMILY" 3)"
	)" "$(seen | cut -d' ' -f1-2 | sort -u)"
}

# An ordinary interface on the same address and port keeps its VNI.
ordinary() {
	local layer
	layer=$(fact "$A" geneve0 mode)
	check "VNI 9 on A" g_on "$A" attach u0 --vni 9 --name geneve9 --layer "$layer" \
		--local "$(underlay_address "$FAMILY" 1)" --remote "$(underlay_address "$FAMILY" 2)" \
		--inet 10.9.9.1/24
	check "VNI 9 on B" far 9 2 --layer "$layer"
	check "ping" on "$A" ping -q -c3 -i0.05 -W1 10.9.9.2
	check "and back" on "$B" ping -q -c3 -i0.05 -W1 10.9.9.1
	check_equal "VNI 9 seen by the external one" "" "$(seen | grep '^9 ')"
	ping_far
	check "destroy" g_on "$A" geneve9 destroy
	on "$B" ping -q -c2 -i0.05 -W0.2 10.9.9.1 >/dev/null
	check "VNI 9 is the external one's then" busywait 2 eval "seen | grep '^9 '"
	check "destroy" g_on "$B" geneve9 destroy
}

none_lost() {
	check "counters of A" no_drops "$A"
	check "counters of B" no_drops "$B"
}

TESTS=
for args in "4 --mode tc" "6 --mode xdp" "4 --mode xdp --debug" "6 --mode tc --debug" \
	"6 --mode tc --layer l3"; do
	for name in chosen received tcp none_lost ordinary; do
		test=ipv$(tr -d '-' <<<"${args/--mode /}" | tr -s ' ' _)_$name
		eval "$test() { hosts_with '$args' programmed $args && $name; }"
		TESTS="$TESTS $test"
	done
done

run_tests
