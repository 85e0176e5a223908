#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# geneve-bpf fdb: what it enters and removes, what it lists, what it refuses.
# Hosts as drawn in fdb.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=fdb.sh
. "$DIR/fdb.sh"

teardown() { destroy; }

# Statics are as many as one likes, and take none of the learned ones away.
static_limit() {
	local station
	a maxaddr 2
	hear 3 1 2
	check_error 28 "full" g_on "$A" fdb add "$I" "$(mac 3)" "$(host 4)"
	for station in 11 12 13 14 15; do
		check "static" fdb add "$(mac "$station")" "$(host 4)" --static
	done
	check_count 7
	check_goes "all" "3 3 4 4 4 4 4" 1 2 11 12 13 14 15
	hear 3 3
	check_count 7
	for station in 11 12 13 14 15; do
		check "del" fdb del "$(mac "$station")"
	done
	check "del" fdb del "$(mac 1)"
	hear 3 3
	check_goes "learned" "2 3 3" 1 2 3
	check_count 2
}

static_stays() {
	check "add" fdb add "$(mac 1)" "$(host 3)" --static
	hear 4 1
	check_goes "in spite of traffic" 3 1
	check_stat "not" fdb_learned 0
	check_stat "not" fdb_moved 0
	a flush
	check_goes "after a flush" 3 1
	check "replace" fdb replace "$(mac 1)" "$(host 5)" --static
	check_goes "replaced" 5 1
	check "replace" fdb replace "$(mac 1)" "$(host 5)"
	check_equal "a dynamic one" False "$(entry 1 static)"
	hear 4 1
	check_goes "moves" 4 1
	check "replace" fdb replace "$(mac 1)" "$(host 3)" --static
	hear 5 1
	check_goes "static again" 3 1
	check "del" fdb del "$(mac 1)"
	check_goes "deleted" 2 1
}

# The port is the entry's own; what is learned has the interface's, not the packet's.
ports() {
	check "add" fdb add "$(mac 1)" "$(host 3)" --port 7000 --static
	check "add" fdb add "$(mac 2)" "$(host 3)" --port 7001
	check "add" fdb add "$(mac 3)" "$(host 3)"
	check_goes "as said" "3:7000 3:7001 3" 1 2 3
	check_equal "JSON" "7000 7001" "$(entry 1 remote_port) $(entry 2 remote_port)"
	a down remoteport 7001 up
	hear 4 4
	check_goes "learned with the interface's" "4:7001 3:7000 2:7001" 4 1 5
}

# What the list says, word for word.
listing() {
	local json text port=6081 at
	[ "$P" = vxlan ] && port=4789
	a timeout 500
	hear 3 1
	check "add" fdb add "$(mac 2)" "$(host 4)" --port 7000 --static
	at="$(host 3):$port" text="$(host 4):7000"
	[ "$FAMILY" = 6 ] && at="[$(host 3)]:$port" text="[$(host 4)]:7000"
	check_equal "static" "$I $(mac 2) remote $text static" "$(fdb show | grep "$(mac 2)")"
	check_equal "dynamic" "$I $(mac 1) remote $at dynamic expires N" \
		"$(fdb show | grep "$(mac 1)" | sed -E 's/expires (500|4[89][0-9])$/expires N/')"
	check_equal "of all interfaces" "$(fdb show | sed 's/[0-9]*$//')" "$(g_on "$A" fdb | sed 's/[0-9]*$//')"
	json=$(g_on "$A" --json fdb show)
	check_equal "JSON" "$I $(mac 1) $(host 3) $port False True
$I $(mac 2) $(host 4) 7000 True None" "$(python3 -c '
import json, sys
for e in sorted(json.loads(sys.argv[1]), key=lambda e: e["mac"]):
    e["expires"] = e["expires"] and 480 < e["expires"] <= 500
    print(*(e.pop(name) for name in "name mac remote remote_port static expires".split()), *e)' "$json")"
	check "flush" fdb flush
	check_equal "flushed" "$(mac 2)" "$(fdb show | cut -d' ' -f2)"
	check "flush" fdb flush --all
	check_equal "all" "" "$(fdb show)"
	check_equal "JSON" "[]" "$(g_on "$A" --json fdb show | tr -d ' \n')"
}

# refused STATUS PATTERN ARG...: nothing has changed.
refused() {
	local before
	before=$(fdb show | sed 's/[0-9]*$//')
	check_error "$1" "$2" g_on "$A" fdb "${@:3}"
	check_equal "table after ${*:3}" "$before" "$(fdb show | sed 's/[0-9]*$//')"
}

bad_input() {
	local m other=2001:db8::3 wild=0.0.0.0 group=239.1.1.1 r
	m=$(mac 9) r=$(host 3)
	[ "$FAMILY" = 6 ] && other=192.0.2.3 wild=:: group=ff08::1
	check "add" fdb add "$(mac 1)" "$r" --static
	refused 97 "family" add "$I" "$m" "$other"
	refused 22 "wildcard" add "$I" "$m" "$wild"
	refused 1 "multicast" add "$I" "$m" "$group"
	refused 1 "no address" add "$I" "$m" 192.0.2.x
	refused 1 "no address" add "$I" "$m" ""
	for m in 01:00:00:00:00:01 ff:ff:ff:ff:ff:ff 02:00:00:00:00 02:00:00:00:00:01:02 02-00-00-00-00-01 x ""; do
		refused 1 "fdb" add "$I" "$m" "$r"
		refused 1 "fdb" del "$I" "$m"
	done
	m=$(mac 9)
	refused 22 "own" add "$I" "$(mac_of "$A" "$I")" "$r"
	refused 22 "own" replace "$I" "$(mac_of "$A" "$I")" "$r" --static
	refused 17 "replace" add "$I" "$(mac 1)" "$r"
	refused 17 "replace" add "$I" "$(mac 1)" "$(host 4)" --static
	refused 2 "no such entry" del "$I" "$m"
	refused 2 "no such entry" del "$I" "$(mac 1)" "$(host 4)"
	refused 6 "no such interface" add geneve77 "$m" "$r"
	refused 6 "no such interface" show geneve77
	refused 6 "no such interface" flush geneve77
	refused 22 "not an interface" add lo "$m" "$r"
	refused 1 "unknown verb" change "$I" "$m" "$r"
	for m in 0 65536 -1 7x ""; do
		refused 1 "port" add "$I" "$(mac 9)" "$r" --port "$m"
	done
}

missing_words() {
	local verb r
	r=$(host 3)
	for verb in add replace; do
		refused 1 "missing" "$verb"
		refused 1 "missing" "$verb" "$I"
		refused 1 "missing" "$verb" "$I" "$(mac 9)"
		refused 1 "port" "$verb" "$I" "$(mac 9)" "$r" --port
		refused 1 "unexpected" "$verb" "$I" "$(mac 9)" "$r" static
		refused 1 "unexpected" "$verb" "$I" "$(mac 9)" "$r" --all
	done
	refused 1 "missing" del
	refused 1 "missing" del "$I"
	refused 1 "unexpected" del "$I" "$(mac 9)" --all
	refused 1 "unexpected" del "$I" "$(mac 9)" --port 7000
	refused 1 "unexpected" del "$I" "$(mac 9)" "$r" --static
	refused 1 "missing" flush
	refused 1 "unexpected" flush "$I" --static
	refused 1 "unexpected" flush "$I" all
	refused 1 "unexpected" show "$I" all
}

# Before there is a local address the remote says the family.
family_of_remote() {
	local other=2001:db8::3
	[ "$FAMILY" = 6 ] && other=192.0.2.3
	destroy
	check "create" g_on "$A" "$I" create "${P}id" 42 "${P}remote" "$(host 2)"
	refused 97 "family" add "$I" "$(mac 1)" "$other"
	check "add" fdb add "$(mac 1)" "$(host 3)" --static
	a up
	check_goes "when it is up" "3 2" 1 2
}

l3_has_none() {
	check "create" g_on "$A" geneve9 create genevemode l3 geneveid 9 genevelocal 192.0.2.1 geneveremote 192.0.2.2
	refused 95 "no table" add geneve9 "$(mac 1)" 192.0.2.3
	refused 95 "no table" del geneve9 "$(mac 1)"
	refused 95 "no table" flush geneve9
	check_equal "empty" "" "$(g_on "$A" fdb show geneve9)"
	check "destroy" g_on "$A" geneve9 destroy
}

EACH="static_stays ports listing bad_input family_of_remote"
TESTS=
# shellcheck disable=SC2086
add_tests geneve 4 $EACH static_limit missing_words l3_has_none
# shellcheck disable=SC2086
add_tests vxlan 6 $EACH

run_tests
