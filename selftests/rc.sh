# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by the tests of rc, instead of lib.sh: one host, see host_create, and
# an rc.conf.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

CONF=$TMP/rc.conf

setup() { host_create; }
teardown() { hosts_destroy; }

h() { g_on "$A" "$@"; }

rc() { h rc "$1" "$CONF"; }

# conf LINE...: the file to be read.
conf() { printf '%s\n' "$@" >"$CONF"; }

# ends STATUS COMMAND...: its exit status, whatever it says.
ends() {
	local status=$1 got
	shift
	"$@" >/dev/null 2>&1
	got=$?
	check_equal "exit status of $*" "$status" "$got"
}

tunnel() { echo "geneveid $1 genevelocal 192.0.2.1 geneveremote 192.0.2.2"; }

state() {
	ip -n "$A" -o link
	ip -n "$A" -o addr | sed 's/ tentative//; s/valid_lft.*//' # the flag goes by itself
	tc -n "$A" qdisc show
	h --json show
}

# refused STATUS PATTERN [LINE...]: with these lines (or the file as it is), start
# says why in one line and changes nothing.
refused() {
	local status=$1 pattern=$2 before
	shift 2
	[ $# -eq 0 ] || conf "$@"
	before=$(state)
	check_error "$status" "$pattern" rc start
	check_equal "state after \"$*\"" "$before" "$(state)"
}

addresses() { ip -n "$A" -j addr show "$1" | python3 -c '
import json, sys
for a in json.load(sys.stdin)[0]["addr_info"]:
    if a["scope"] == "global":
        print(a["local"] + "/" + str(a["prefixlen"]))' | xargs; }

ifindex() { on "$A" cat "/sys/class/net/$1/ifindex"; }
