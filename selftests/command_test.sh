#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The command line but for its words: names and devices, refusals by the
# configuration, privileges, help.  One host, see host_create in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

setup() { host_create; }
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

# refused STATUS PATTERN ARGUMENTS...: says why in one line and changes nothing.
refused() {
	local status=$1 pattern=$2 before
	shift 2
	before=$(state)
	check_error "$status" "$pattern" g_on "$A" "$@"
	check_equal "state after $*" "$before" "$(state)"
}

state() {
	ip -n "$A" -o link
	ip -n "$A" -o addr | sed 's/ tentative//; s/valid_lft.*//' # the flag goes by itself
	h --json show
}

create() {
	h geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 "$@"
}

linux_flags() {
	check "attach" h attach u0 --vni 5 --name t5 --remote=192.0.2.9 --local-port 7001 --mtu 1400 \
		--inet 10.5.0.1/24 --inet6 fd05::1/64 --debug --ether 02:00:00:00:00:05
	check_equal "remote" 192.0.2.9 "$(fact "$A" t5 remote)"
	check_equal "local" 192.0.2.1 "$(fact "$A" t5 local)"
	check_equal "port" 7001 "$(fact "$A" t5 local_port)"
	check "address" eval "ip -n $A addr show t5 | grep -q 10.5.0.1/24"
	check "IPv6 address" eval "ip -n $A addr show t5 | grep -q fd05::1/64"
	check "detach by VNI" h detach u0 --vni 5
	check_equal "attach says the name it picks" geneve0 "$(h attach u0 --vni 6)"
	check_equal "alone it takes the device's address" 192.0.2.1 "$(fact "$A" geneve0 local)"
	check_equal "and no remote" None "$(fact "$A" geneve0 remote)"
	check "detach by name" h detach u0 --name geneve0
	check_equal "list" "[]" "$(h --json list | tr -d ' \n')"
}

names_and_numbers() {
	h geneve7 create
	check_equal "a free number" geneve0 "$(h geneve create)"
	check_equal "the next one" geneve1 "$(h geneve create geneveid 3)"
	check_equal "-l" "geneve0 geneve1 geneve7" "$(h -l)"
	refused 17 "exists already" geneve7 create
	refused 17 "exists already" attach u0 --vni 1 --name geneve7
}

# A line that fails changes nothing, not even for a moment.
failing_line_keeps_the_rest() {
	create inet6 fd00::1/64 up
	ip -n "$A" route add 10.77.0.0/16 dev geneve0
	refused 99 'it has no address 10.9.9.9' geneve0 genevettl 5 inet 10.9.9.9 delete
	check_equal "the route is still there" 1 "$(ip -n "$A" route show 10.77.0.0/16 | wc -l)"
	check_equal "ttl" 64 "$(fact "$A" geneve0 ttl)"
}

down_keeps_addresses() {
	create inet 10.0.0.1/24 inet6 fd00::1/64 up
	check "down and up" h geneve0 down geneveid 43 up
	check "IPv4" eval "ip -n $A addr show geneve0 | grep -q 10.0.0.1/24"
	check "IPv6" eval "ip -n $A addr show geneve0 | grep -q fd00::1/64"
}

# What was chosen gives way to what is said.
local_said_after_it_was_chosen() {
	ip -n "$A" addr add 192.0.2.7/24 dev u0
	check "attach" h attach u0 --vni 5 --name geneve0 --remote 192.0.2.2
	check_equal "chosen" 192.0.2.1 "$(fact "$A" geneve0 local)"
	check "another" h geneve0 down genevelocal 192.0.2.7 up
	check_equal "said" 192.0.2.7 "$(fact "$A" geneve0 local)"
	check "a wildcard" h geneve0 down genevelocal 0.0.0.0 up
	check_equal "chosen again" 192.0.2.1 "$(fact "$A" geneve0 local)"
	refused 99 'no device has the local address' geneve0 down genevelocal 192.0.2.8 up
}

linklocal_addresses() {
	local mine
	mine=$(ip -n "$A" -6 -o addr show dev u0 scope link | sed 's/.*inet6 \([^/]*\).*/\1/')
	check "create" h geneve0 create geneveid 1 genevelocal "$mine%u0" geneveremote fe80::2%u0 up
	check_equal "underlay" u0 "$(fact "$A" geneve0 underlay)"
	check_equal "remote" fe80::2%u0 "$(fact "$A" geneve0 remote)"
	check "status" eval "g_on $A geneve0 | grep -qF 'remote: [fe80::2%u0]:6081'"
	refused 1 'needs its device' geneve1 create genevelocal fe80::3
	refused 1 'the other address is one of u0' geneve1 create genevelocal fe80::3%u0 \
		geneveremote fe80::4%u1
	refused 22 'the other address is one of u0' geneve0 down geneveremote fe80::4%u1
	refused 22 "not on the tunnel's device u0" fdb add geneve0 02:00:00:00:00:05 fe80::5%u1
	check "an entry's zone" h fdb add geneve0 02:00:00:00:00:05 fe80::5%u0
}

any_order() {
	check "ports before addresses" h geneve0 create geneveremoteport 7000 genevelocalport 7001 up \
		geneveremote 192.0.2.2 genevelocal 192.0.2.1 geneveid 9
	check_equal "remote port" 7000 "$(fact "$A" geneve0 remote_port)"
	check_equal "local port" 7001 "$(fact "$A" geneve0 local_port)"
}

# attach said where to receive, and nobody has said otherwise.
mode_stays() {
	local mode
	for mode in xdp tc; do
		check "attach" h attach u0 --vni 5 --name geneve0 --remote 192.0.2.2 --mode "$mode"
		check "down and up" h geneve0 down geneveid 6 up
		check_equal "receives" "$mode" "$(fact "$A" geneve0 receive)"
		check_error 99 '::1' g_on "$A" geneve0 inet6 ::1/128
		check_equal "receives after a failure" "$mode" "$(fact "$A" geneve0 receive)"
		check "destroy" h geneve0 destroy
	done
}

# feature NAME: "on" or "off"; of the underlay device.
feature() { on "$A" ethtool -k u0 | sed -n "s/^$1: \(on\|off\).*/\1/p"; }

# They act on the device that carries the tunnel, which may also be named itself.
hardware_words() {
	local type who before
	create up
	h vxlan0 create vxlanid 42 vxlanlocal 192.0.2.1 vxlanremote 192.0.2.2 up
	before=$(on "$A" ethtool -k u0)
	for type in geneve vxlan; do
		for who in ${type}0 u0; do
			check "off" h "$who" "-${type}hwtso"
			check_equal "segmentation, $who" off "$(feature tx-udp_tnl-segmentation)"
			check "on" h "$who" "${type}hwtso"
			check_equal "segmentation, $who" on "$(feature tx-udp_tnl-segmentation)"
			check "off" h "$who" "-${type}hwcsum"
			check_equal "checksums, $who" off "$(feature tx-udp_tnl-csum-segmentation)"
			check "on" h "$who" "${type}hwcsum"
			check_equal "features, $who" "$before" "$(on "$A" ethtool -k u0)"
		done
	done
	refused 22 'not an interface' u0 genevehwfrob
	refused 6 'no such interface' nosuch0 genevehwtso
	refused 95 'the device has none' lo genevehwtso
}

# The words themselves are in words_test.sh.
refuses_names() {
	refused 1 'must start with what it is to be' foo0 create
	refused 1 "cannot be an interface's name" geneve0123456789abc create
	refused 1 "cannot be an interface's name" geneve/0 create
	refused 1 'unknown word "frob"' geneve0 create frob
	refused 1 'not among other words' geneve0 create create
	check_equal "what can be created" "geneve vxlan bridge" "$(h -C)"
	check "plumb" h geneve0 plumb
	check "unplumb" h geneve0 unplumb
	check_equal "none left" "" "$(h -l)"
}

refuses_configurations() {
	refused 97 'different families' geneve0 create geneveid 1 genevelocal 192.0.2.1 \
		geneveremote 2001:db8::2 up
	refused 99 'no device has the local address' geneve0 create geneveid 1 genevelocal 192.0.2.77 up
	refused 22 'no VNI' geneve0 create genevelocal 192.0.2.1 up
	refused 22 'remote is a wildcard' geneve0 create geneveid 1 genevelocal 192.0.2.1 \
		geneveremote 0.0.0.0 up
	refused 22 'goes with a multicast group only' geneve0 create geneveid 1 genevedev u0 \
		genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
	refused 22 'neither "genevelocal" nor "geneveremote"' geneve0 create geneveid 1 up
	refused 101 'no route to 198.51.100.1' geneve0 create geneveid 1 geneveremote 198.51.100.1 up
	create up
	busywait 5 eval "ip -n $A link show geneve0 | grep -q 'state UP'" # a worker of the kernel says so
	refused 16 'geneveid: cannot change while up' geneve0 geneveid 43
	refused 16 'geneveremote: cannot change while up' geneve0 mtu 1300 geneveremote 192.0.2.3
	refused 17 'geneve0 has VNI 42' geneve1 create geneveid 42 genevelocal 192.0.2.1 up
	refused 1 'only with "create"' geneve0 genevemode l2
}

refuses_devices() {
	refused 19 'no such device' attach nosuch --vni 1
	refused 1 'vni is missing' attach u0
	refused 1 'unknown flag "--frob"' attach u0 --vni 1 --frob
	refused 1 '--vni: value missing' attach u0 --vni
	refused 1 'takes no value' attach u0 --vni 1 --debug=yes
	refused 1 'device missing' attach
	refused 1 'device missing' detach
	refused 2 'no such interface on it' detach u0
	refused 6 'no such interface' geneve5
	refused 6 'no such interface' geneve5 destroy
	refused 22 'not an interface of geneve-bpf' u0
	refused 22 'not an interface of geneve-bpf' u0 destroy
	refused 1 'unknown flag' --frob
	refused 1 'unknown verb' fdb frob
	refused 6 'neither a tunnel interface' stats nosuch
	refused 2 'cannot open network namespace' -j nosuch list
}

# Another XDP program on the device is named, and stays.
refuses_taken_xdp() {
	check "somebody's program" ip -n "$A" link set u0 xdpdrv obj "$DIR/xdp_pass.bpf.o" sec xdp
	refused 16 'program [0-9]+ "somebody" is there \(use --mode tc\)' attach u0 --vni 1 --mode xdp
	check "tc is free" h attach u0 --vni 1 --mode tc
	check "the other program stays" eval "ip -n $A -d link show u0 | grep -q xdp"
}

refuses_without_privilege() {
	check_error 1 'not permitted' on "$A" setpriv --reuid 65534 --clear-groups "$GENEVE_BPF" list
	check_error 1 'not permitted' on "$A" setpriv --reuid 65534 --clear-groups "$GENEVE_BPF" \
		attach u0 --vni 1
	check_equal "interfaces" "" "$(h -l)"
}

# A process that may change links but not read programs must not take ours for leftovers.
refuses_without_bpf_privilege() {
	create up
	check_error 1 'not permitted' on "$A" setpriv --bounding-set -all,+net_admin \
		--inh-caps -all,+net_admin "$GENEVE_BPF" list
	check_equal "interfaces" geneve0 "$(h -l)"
}

refuses_a_kernel_without_bpf() {
	check_error 38 'has no BPF' on "$A" "$DIR/without_bpf" "$GENEVE_BPF" attach u0 --vni 1
	check_equal "interfaces" "" "$(h -l)"
	check_equal "links" 3 "$(ip -n "$A" -o link | wc -l)"
}

# The words of --help: by both protocols' prefixes, unless only GENEVE has them, and by other names.
words_of_help() {
	local lines
	lines=$(h --help | sed -n '/^Words/,/^$/s/^  \(\[-\]\)\{0,1\}\([a-z]\)/\2/p')
	cut -d' ' -f1 <<<"$lines"
	sed -n '/; geneve only/d; s/^geneve\([a-z0-9]*\) .*/vxlan\1/p' <<<"$lines"
	sed -n 's/.*; or "\([a-z]*\)".*/\1/p' <<<"$lines"
}

help_and_manual() {
	local word page=$DIR/geneve-bpf.8
	check "--version" h --version
	for word in attach detach list show fdb stats probe watch rc; do
		check_equal "$word --help" "$(h --help | cksum)" "$(h "$word" --help | cksum)"
	done
	check_equal "words of all sorts in --help" "addm down genevedf geneveid vni vxlanid" \
		"$(words_of_help | grep -xE 'addm|down|genevedf|geneveid|vni|vxlanid|vxlandf' | sort | xargs)"
	for word in $(words_of_help); do
		check "the manual has $word" grep -qw -- "$word" "$page"
	done
	for word in $(h --help | sed -n 's/^  --\(\[no-\]\)\{0,1\}\([a-z0-9-]*\) .*/\2/p'); do
		check "the manual has --$word" grep -q -- "${word//-/.*}" "$page"
	done
	for word in $(h attach u0 --vni 1 >/dev/null; h --json stats geneve0 |
		python3 -c 'import json,sys; print(*json.load(sys.stdin)["geneve0"])'); do
		check "the manual has $word" grep -qw "$word" "$page"
	done
	for word in $(h --json show geneve0 | python3 -c 'import json,sys; print(*json.load(sys.stdin))'); do
		check "the manual has the key $word" grep -qw "$word" "$page"
	done
}

# What the kernel accounts to the maps and programs of the namespace, which all
# lead to the same maps.  Empty where the kernel does not say.
kernel_memory() {
	local id
	id=$(tc -n "$A" filter show dev geneve0 egress | sed -n 's/.* id \([0-9]*\) name geneve_.*/\1/p')
	python3 - "$id" <<-'END'
		import json, subprocess, sys

		def bpftool(*words):
		    return json.loads(subprocess.run(["bpftool", "-j", *words], capture_output=True).stdout)

		maps = set(bpftool("prog", "show", "id", sys.argv[1])["map_ids"])
		programs = [p for p in bpftool("prog", "list") if maps & set(p.get("map_ids", []))]
		for each in list(maps):
		    if bpftool("map", "show", "id", str(each))["name"] in ("geneve_stats", "geneve_fdb"):
		        for entry in bpftool("map", "dump", "id", str(each)):
		            value = bytes(int(b, 16) for b in entry["value"] if b.startswith("0x"))
		            maps.add(int.from_bytes(value, sys.byteorder))
		maps.discard(0)
		maps = [bpftool("map", "show", "id", str(m)) for m in maps]
		vtep = next(m for m in maps if m["name"] == "geneve_vtep")
		if vtep["bytes_memlock"] < vtep["max_entries"] * (vtep["bytes_key"] + vtep["bytes_value"]):
		    print(sum(p["bytes_memlock"] + p["bytes_jited"] for p in programs) +
		          sum(m["bytes_memlock"] for m in maps))
	END
}

# Neither a first interface nor a further one takes long; nor does a tunnel take much memory.
cost() {
	local TIMEFORMAT='%U %S %R' used memory
	{ used=$( { time create up >&2; } 2>&1); } 2>&1
	note "first create, seconds of user, system and real time: $used"
	is_slow ||
		check "first create takes under 0.4 s of CPU time" awk "BEGIN { split(\"$used\", t); exit t[1] + t[2] >= 0.4 }"
	memory=$(kernel_memory)
	if [ -z "$memory" ]; then
		note "this kernel (before 6.4) tells what the maps would take when full"
		return
	fi
	note "kernel memory of maps and programs: $memory bytes"
	check "known at all" [ "$memory" -gt 10000 ]
	check "under 1 MB" [ "$memory" -lt 1000000 ]
}

TESTS="linux_flags names_and_numbers failing_line_keeps_the_rest down_keeps_addresses
	local_said_after_it_was_chosen linklocal_addresses any_order mode_stays hardware_words
	refuses_names refuses_configurations refuses_devices refuses_taken_xdp
	refuses_without_privilege refuses_without_bpf_privilege refuses_a_kernel_without_bpf
	help_and_manual cost"

run_tests
