# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after peers.sh: Open vSwitch in namespace $B, with its userspace datapath and
# with a database, sockets and processes of its own.
#
#          +- namespace $B -------------------------------------------------+
#          |                 ovs-vswitchd                                   |
#   wire --+- u0 === bridge "wire" -+         +- bridge $IFACE              |
#          |           192.0.2.2    |         |    10.0.0.2, fd00::2        |
#          |           2001:db8::2  +- "far" -+                             |
#          +----------------------------------------------------------------+
#
# That datapath sends a tunnel's packets by the kernel's routes, if those lead to a bridge
# of its own; hence a bridge has the underlay's addresses.  It learns the next hop's Ethernet
# address from ARP and neighbour discovery.

export OVS_RUNDIR=$TMP/ovs OVS_LOGDIR=$TMP/ovs OVS_DBDIR=$TMP/ovs
OVS_DB=unix:$TMP/ovs/db.sock
OVS_PIDS=()

# Says what this machine lacks, or nothing.
ovs_missing() {
	local command
	for command in ovsdb-tool ovsdb-server ovs-vswitchd ovs-vsctl ovs-ofctl ovs-appctl; do
		command -v "$command" >/dev/null || { echo "$command (openvswitch-switch)" && return; }
	done
	# Without udev the node comes with the module; the kernel's own loader works everywhere.
	[ -e /dev/net/tun ] || { "$(cat /proc/sys/kernel/modprobe)" -q tun; } 2>/dev/null
	[ -e /dev/net/tun ] || echo "/dev/net/tun (CONFIG_TUN)"
}

vsctl() { on "$B" ovs-vsctl --db="$OVS_DB" --timeout=20 "$@"; }
ofctl() { on "$B" ovs-ofctl "$@"; }
ovs_appctl() { on "$B" ovs-appctl -t "$TMP/ovs/control" "$@"; }

# ovs_daemon NAME ARGUMENT...: with its control socket in $TMP/ovs/NAME.
ovs_daemon() {
	local program=$1 socket=$2
	shift 2
	start_on "$B" "$program" "$@" --no-chdir --unixctl="$socket" -vconsole:off -vsyslog:off \
		--log-file="$TMP/ovs/$program.log" >/dev/null 2>&1
	OVS_PIDS=("$!" "${OVS_PIDS[@]}")
	busywait 10 test -S "$socket"
}

ovs_stop() {
	local pid
	for pid in "${OVS_PIDS[@]}"; do
		kill "$pid"
		wait "$pid"
	done 2>/dev/null
	OVS_PIDS=()
	rm -rf "$TMP/ovs"
}

ovs_start() {
	local schema=/usr/share/openvswitch/vswitch.ovsschema
	ovs_stop
	mkdir "$TMP/ovs"
	ovsdb-tool create "$TMP/ovs/db" "$schema" &&
		ovs_daemon ovsdb-server "$TMP/ovs/db-control" "$TMP/ovs/db" --remote="p$OVS_DB" &&
		vsctl --no-wait init &&
		ovs_daemon ovs-vswitchd "$TMP/ovs/control" "$OVS_DB"
}

# ovs_bridge NAME ARGUMENT...: and what ovs-vsctl is to do besides.
ovs_bridge() { vsctl add-br "$1" -- set bridge "$1" datapath_type=netdev "${@:2}"; }

# Takes u0 and its addresses.  The kernel must not answer to these beside Open vSwitch, which sees copies.
ovs_wire() {
	on "$B" sysctl -qw net.ipv4.conf.u0.rp_filter=1 net.ipv6.conf.u0.disable_ipv6=1 &&
		ip -n "$B" addr flush dev u0 &&
		ovs_bridge wire "other-config:hwaddr=\"$(mac_of "$B" u0)\"" -- add-port wire u0 &&
		host_address "$B" 2 wire
}

# ovs_tunnel TYPE FAMILY MTU [OPTION=VALUE...]
ovs_tunnel() {
	local type=$1 family=$2 mtu=$3
	shift 3
	ovs_bridge "$IFACE" other-config:forward-bpdu=true -- set interface "$IFACE" "mtu_request=$mtu" -- \
		add-port "$IFACE" far -- set interface far "type=$type" ofport_request=1 options:key=42 \
		"options:local_ip=$(underlay_address "$family" 2)" \
		"options:remote_ip=$(underlay_address "$family" 1)" "${@/#/options:}" &&
		their_addresses
}
