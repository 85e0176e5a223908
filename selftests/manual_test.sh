#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Each command block of README.md and of the manual page, run as it stands there.
#
#   +--------------- namespace $A -+     +- namespace $B -----------------+
#   | br0, netns web               |     |           tenant0, tenant1     |
#   |             eth0 ------------+-----+---- eth0                       |
#   |             192.0.2.1        |     |     192.0.2.2                  |
#   |             198.51.100.10    |     |     203.0.113.1                |
#   |             3fff::1          |     |                                |
#   +------------------------------+     +--------------------------------+

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

WEB=$RUN-web

setup() {
	new_ns "$A"
	new_ns "$B"
	new_ns "$WEB"
	ip link add eth0 netns "$A" type veth peer name eth0 netns "$B"
	host "$A" 192.0.2.1/24 198.51.100.10/24 3fff::1/64
	host "$B" 192.0.2.2/24 203.0.113.1/24
	ip -n "$A" route add 203.0.113.0/24 dev eth0
	ip -n "$B" route add 198.51.100.0/24 dev eth0
	ip -n "$A" link add br0 up type bridge
	ip -n "$B" link add tenant0 type veth peer name inside0
	ip -n "$B" link add tenant1 type veth peer name inside1
	busywait 5 on "$A" ping -c1 -W1 192.0.2.2
}
teardown() { hosts_destroy; del_ns "$WEB"; }

# host NAMESPACE ADDRESS...
host() {
	local address
	for address in "${@:2}"; do
		ip -n "$1" addr add "$address" dev eth0
	done
	ip -n "$1" link set eth0 up
}

# What names a place of the whole machine is put into one of this run.
elsewhere() { sed "s|/etc/geneve-bpf|$TMP/etc|g; s|\bweb\b|$WEB|g"; }

# What a block calls, each on the host where somebody would type it.
define_commands() {
	HERE=$A

	geneve-bpf() {
		case "$*" in
		*"local 192.0.2.2 "* | *"local 203.0.113.1 "*) HERE=$B ;;
		esac
		on "$HERE" "$GENEVE_BPF" "$@"
	}

	ip() { command ip -n "$HERE" "$@"; }
	ping() { on "$HERE" ping "$@"; }

	# Names of maps are not unique, and other tests run beside this one.
	bpftool() {
		command bpftool "${@:1:$#-2}" id \
			"$(on "$HERE" "$DIR/objects.py" --maps | sed -n "s/^${*: -1} //p")"
	}

	# Without a service manager: that the unit is there, and what it starts works.
	systemctl() {
		local unit=${*: -1} template start
		[[ $* == "enable --now "* ]]
		template=${unit/@*/@}
		start=$(sed -n 's|^ExecStart=/.*/geneve-bpf ||p' "$DIR/$template.service")
		if [ "$start" = watch ]; then
			geneve-bpf watch --help
		else
			elsewhere <<<"geneve-bpf ${start//%i/${unit#*@}}" >"$TMP/start"
			# shellcheck source=/dev/null
			. "$TMP/start"
		fi
	}
}

# Those that build are what CI does first.
builds() { grep -q -e '^make' -e '^scripts/' "$1"; }

# A block that makes no interface is about the one of the blocks before.
before() {
	grep -q -e create -e attach "$1" ||
		geneve-bpf geneve0 create geneveid 42 genevelocal 192.0.2.1 geneveremote 192.0.2.2 up
}

is_rc_conf() { grep -q '^cloned_interfaces' "$1" && ! grep -q '^cat' "$1"; }

# run_block FILE [PREDECESSOR]: without which it does not work.
run_block() {
	local each
	define_commands
	set -e
	before "$1"
	for each in ${2:+"$2"} "$1"; do
		elsewhere <"$each" >"$TMP/block"
		if is_rc_conf "$each"; then
			geneve-bpf rc start "$TMP/block"
		else
			# shellcheck source=/dev/null
			. "$TMP/block"
		fi
	done
}

block() {
	local out
	out=$( (run_block "$@") 2>&1)
	check_equal "status of the last command" 0 $? || printf '%s\n' "$out" | sed 's/^/#   /'
}

number_blocks() {
	local source=$1 name=$2 path number previous=
	mkdir "$TMP/$name"
	"$DIR/manual.py" "$DIR/$source" "$TMP/$name"
	for path in "$TMP/$name"/*; do
		number=${path##*/}
		builds "$path" && continue
		# Who pings needs the other end, and a service its file.
		grep -q -e ^ping -e geneve-bpf@ "$path" || previous=
		eval "${name}_$number() { block $path $previous; }"
		previous=$path
		TESTS="$TESTS ${name}_$number"
	done
}

TESTS=
number_blocks README.md readme
number_blocks geneve-bpf.8 page

run_tests
