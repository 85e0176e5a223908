# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after peers.sh: GENEVE's options in what the peer sends.  The test says with
# their_options which it sends from then on: "few", 4 bytes of data; "most", 124 and 120,
# which with their headers is all that a packet can have; or "critical", few and one
# that we would have to know.  their_mtu is to set the MTU of the peer's device.

# What both underlays need, so that a packet of IPv6 with all options fits.
room_for_options() {
	ip -n "$A" link set u0 mtu 2000
	ip -n "$B" link set u0 mtu 2000
}

# options_are BYTES FLAGS: in the header of each captured packet of the peer.
options_are() {
	local from header="udp[8:2]" other
	[ "$FAMILY" = 6 ] && header="ip6[48:2]"
	from="src host $(underlay_address "$FAMILY" 2) and udp port $PORT"
	check "packets from the peer" captured 5 "$from"
	other=$(count_captured "$from and $header != $(($1 / 4 << 8 | $2))")
	check_equal "packets without the $1 bytes of options" 0 "$other"
}

# carried_with OPTIONS BYTES: they do not matter to us.
carried_with() {
	their_options "$1"
	their_mtu $(($(fact "$A" "$IFACE" mtu) - $2))
	capture_start "$B" u0 out
	pings
	capture_stop
	options_are "$2" 0
	sizes
	tcp 2
	check "nothing lost" no_drops "$A"
}

options_few() { carried_with few 8; }
options_most() { carried_with most 252; }
