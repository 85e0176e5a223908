# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh: what sockets send through a tunnel, compared.

# shellcheck source=capture.sh
. "$DIR/capture.sh"

# sizes_echoed FROM TO ADDRESS FIRST LAST: UDP payloads of each of these sizes, there and back.
sizes_echoed() {
	local server
	start_on "$2" python3 "$DIR/sizes.py" echo "$3"
	server=$!
	busywait 5 listens "$2" -u 7007
	check "UDP of each size to $3" on "$1" python3 "$DIR/sizes.py" send "${@:3}"
	kill "$server"
	wait "$server" 2>/dev/null
}

# sends_finished NAMESPACE ADDRESS: whether frames reach the device with their checksum.
sends_finished() {
	local device
	device=$(ip -n "$1" route get "$2" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
	on "$1" ethtool -k "$device" | grep -q '^tx-checksumming: off'
}

# datagrams_arrive FROM TO ADDRESS SIZE: many of that size in one call (UDP_SEGMENT).
datagrams_arrive() {
	local sink
	on "$1" "$DIR/datagrams.py" can "$3" "$4"
	if [ $? -eq "$KSFT_SKIP" ] && sends_finished "$1" "$3"; then
		skip "UDP_SEGMENT through a device that does not finish checksums (Linux 6.11)"
		return
	fi
	start_on "$2" "$DIR/datagrams.py" sink "$3" "$4"
	sink=$!
	busywait 5 listens "$2" -u 7008
	check "UDP_SEGMENT to $3" on "$1" "$DIR/datagrams.py" send "$3" "$4"
	wait "$sink" # not by `check`, whose shell is not its parent
	check_equal "all of them at $3: status" 0 $?
}

# link_drops NAMESPACE DEVICE: what the device itself counted.
link_drops() {
	ip -n "$1" -s -j link show "$2" | python3 -c '
import json, sys
for way, values in json.load(sys.stdin)[0]["stats64"].items():
    for name in ("errors", "dropped"):
        if values[name]:
            print(way, name, values[name])'
}

# inherited FAMILY: of tunnels that inherit all, each packet's outer header has what its
# inner one has, TCP's with its ECN too. Seen from A, on which it was made for tc: XDP
# would strip what it receives.
inherited() {
	on "$A" sysctl -qw net.ipv4.tcp_ecn=1 net.ipv4.ip_default_ttl=33
	on "$B" sysctl -qw net.ipv4.tcp_ecn=1
	capture_start "$A" u0 inout
	check "ping" on "$A" ping -q -c2 -i0.1 -W1 -Q 0xb8 -t 9 10.0.0.2
	check "ping of IPv6" on "$A" ping -q -c2 -i0.1 -W1 -Q 0xb8 -t 9 fd00::2
	tcp_content 1 "$A" "$B" TCP4 10.0.0.2
	capture_stop
	check "what tshark says" "$DIR/inherit_sockets.py" "$TMP/capture" "$1"
}
