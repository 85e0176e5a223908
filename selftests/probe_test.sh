#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What `probe` says of the running kernel, against what the kernel does.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() { host_create; }
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

# says FEATURE: "True" or "False".
says() { h --json probe | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# is CONDITION...: whether it holds, in the same words.
is() { "$@" >/dev/null 2>&1 && echo True || echo False; }

attach() { h attach u0 --vni 42 --name geneve0 "$@"; }

btf_is_there() { check_equal "types" "$(is [ -e /sys/kernel/btf/vmlinux ])" "$(says btf)"; }

tc_works() {
	check "probe" h probe
	check_equal "tunnels work" True "$(says tc)"
	check "so they do" attach --mode tc
}

xdp_works() {
	check_equal "XDP works" "$(is attach --mode xdp)" "$(says xdp)"
	check_equal "and is used" "$(says xdp)" "$(is [ "$(fact "$A" geneve0 receive)" = xdp ])"
}

tcx_is_used() {
	check_equal "the kernel has tcx" "$(is grep -q ' tcx_prog_attach$' /proc/kallsyms)" "$(says tcx)"
	check "attach" attach --mode tc
	check_equal "clsact where it is not" "$(says tcx)" \
		"$(is [ -z "$(tc -n "$A" qdisc show dev u0 clsact)" ])"
}

external_works() {
	check_equal "external interfaces work" "$(is h geneve0 create geneveexternal genevelocal 192.0.2.1 up)" \
		"$(says external)"
}

tunnelfib_works() {
	ip -n "$A" route add blackhole 192.0.2.2
	ip -n "$A" route add 192.0.2.2 dev u0 table 100
	check_equal "tunnelfib works" "$(is attach --local 192.0.2.1 --remote 192.0.2.2 --tunnel-fib 100)" \
		"$(says tunnelfib)"
	[ "$(says tunnelfib)" = True ] || return
	ip -n "$A" neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 dev u0
	ip -n "$A" addr add 10.0.0.1/24 dev geneve0
	ip -n "$A" neigh add 10.0.0.2 lladdr 02:00:00:00:00:03 dev geneve0
	on "$A" ping -q -c1 -W0.1 10.0.0.2 >/dev/null
	check "sent in spite of the main table" [ "$(counter "$A" geneve0 tx_packets)" -gt 0 ]
	check_equal "none without a route" 0 "$(counter "$A" geneve0 tx_no_route)"
}

# The same in words: a line for each, in the same order.
text() {
	check_equal "text" "$(h --json probe | sed -n 's/^ *"\(.*\)": *true.*/\1 yes/p; s/^ *"\(.*\)": *false.*/\1 no/p')" \
		"$(h probe | awk '{ print $1, $2 }')"
	check "with what follows" [ "$(h probe | awk 'NF < 5' | wc -l)" -eq 0 ]
}

# A kernel that has less than this one.
less() {
	check_equal "tcx, which we are to do without" False "$(GENEVE_BPF_WITHOUT=tcx says tcx)"
	check_equal "and tunnelfib" False "$(GENEVE_BPF_WITHOUT=tcx,tunnelfib says tunnelfib)"
	GENEVE_BPF_WITHOUT=tunnelfib check_error 95 'tunnelfib' \
		h attach u0 --vni 42 --local 192.0.2.1 --remote 192.0.2.2 --tunnel-fib 100
	check_error 38 'has no BPF' on "$A" "$DIR/without_bpf" "$GENEVE_BPF" probe
	check_equal "of a kernel without BPF" "tc xdp tcx external tunnelfib" \
		"$(on "$A" "$DIR/without_bpf" "$GENEVE_BPF" probe 2>/dev/null | awk '$2 == "no" { print $1 }' | xargs)"
}

# Who may not ask learns nothing of the kernel.
refused() {
	local caps
	for caps in "CAP_SYS_ADMIN -all" "CAP_SYS_ADMIN -all,+net_admin,+bpf" "CAP_NET_ADMIN -all,+sys_admin"; do
		check_error 1 "not permitted: ${caps% *} is missing" on "$A" \
			setpriv --bounding-set="${caps#* }" --inh-caps="${caps#* }" "$GENEVE_BPF" probe
	done
	check_error 1 'not permitted' on "$A" setpriv --bounding-set=-all,+net_admin,+bpf \
		--inh-caps=-all,+net_admin,+bpf "$GENEVE_BPF" attach u0 --vni 42
	check_equal "output" "" \
		"$(on "$A" setpriv --bounding-set -all --inh-caps -all "$GENEVE_BPF" probe 2>/dev/null)"
}

# Asking leaves nothing behind.
leaves_nothing() {
	check "probe" h probe
	check_equal "interfaces" "" "$(h -l)"
	check_equal "links" 3 "$(ip -n "$A" -o link | wc -l)"
	check_equal "qdiscs" "" "$(tc -n "$A" qdisc show dev u0 clsact)"
}

TESTS="btf_is_there tc_works xdp_works tcx_is_used external_works tunnelfib_works text less refused leaves_nothing"
run_tests
