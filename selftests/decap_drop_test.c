// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Receive: each reason to drop a packet, and its one counter. */
#include "decap_fixture.h"

/* Makes the packet a fragment with these 16 bits of offset and flags. */
static void fragment(decap *self, __u16 ipv4_bits, __u16 ipv6_bits)
{
	__u8 header[8] = { IPPROTO_UDP, 0, ipv6_bits >> 8, ipv6_bits, 0, 0, 0, 1 };

	rewrap(self);
	if (self->ipv6) {
		insert(&self->packet, &self->packet.udp, header, sizeof(header));
		set16(self->packet.ip + 4, get16(self->packet.ip + 4) + sizeof(header));
		self->packet.ip[6] = IPPROTO_FRAGMENT;
	} else {
		set16(self->packet.ip + 6, ipv4_bits);
		seal(&self->packet);
	}
}

TEST_F(decap, passes_later_fragments)
{
	fragment(self, 0x2001, 0x0009);
	expect_passed("middle");
	fragment(self, 0x0001, 0x0008);
	expect_passed("last");
	fragment(self, 0x1fff, 0xfff8);
	expect_passed("furthest");
}

TEST_F(decap, drops_first_fragment)
{
	fragment(self, 0x2000, 0x0001);
	expect_dropped(segment.rx_fragment, "more fragments");
}

TEST_F(decap, drops_truncated_tunnel_header)
{
	for (int len = 0; len < 8; len++) {
		rewrap(self);
		self->packet.frame.len = self->packet.tunnel + len - self->packet.frame.data;
		fit(&self->packet);
		expect_dropped(stray.rx_truncated, "tunnel header cut");
	}
}

TEST_F(decap, drops_truncated_inner_frame)
{
	for (int len = 0; len < 14; len++) {
		wrap(&self->packet, self->ipv6, 8, &self->inner);
		self->packet.frame.len = self->packet.inner + len - self->packet.frame.data;
		fit(&self->packet);
		expect_dropped(segment.rx_truncated, "inner Ethernet header cut");
	}
}

TEST_F(decap, drops_lengths_that_disagree)
{
	__u32 len = self->ipv6 ? 4 : 2;

	self->packet.tunnel[0] = 63;
	seal(&self->packet);
	expect_dropped(segment.rx_truncated, "options longer than the packet");

	rewrap(self);
	self->packet.frame.len--;
	expect_dropped(segment.rx_truncated, "frame shorter than the IP packet");

	rewrap(self);
	set16(self->packet.ip + len, get16(self->packet.ip + len) - 1);
	seal(&self->packet);
	expect_dropped(segment.rx_truncated, "IP packet shorter than the datagram");

	rewrap(self);
	set16(self->packet.udp + 4, get16(self->packet.udp + 4) - 1);
	seal(&self->packet);
	expect_dropped(segment.rx_truncated, "datagram shorter than the IP packet");

	rewrap(self);
	set16(self->packet.udp + 4, 0);
	expect_dropped(segment.rx_truncated, "datagram of no length");

	rewrap(self);
	set16(self->packet.ip + len, 0);
	expect_dropped(segment.rx_truncated, "IP packet of no length");
}

TEST_F(decap, drops_malformed_options)
{
	wrap(&self->packet, self->ipv6, 8, &self->inner);
	self->packet.tunnel[1] |= 0x40;
	self->packet.options[3] = 2;
	seal(&self->packet);
	expect_dropped(segment.rx_truncated, "option longer than the list");
}

TEST_F(decap, drops_other_versions)
{
	for (int version = 1; version < 4; version++) {
		rewrap(self);
		self->packet.tunnel[0] |= version << 6;
		seal(&self->packet);
		expect_dropped(segment.rx_version, "version");
	}
}

TEST_F(decap, drops_control_packets)
{
	self->packet.tunnel[1] |= 0x80;
	seal(&self->packet);
	expect_dropped(segment.rx_control, "O bit");
}

TEST_F(decap, drops_critical_options)
{
	wrap(&self->packet, self->ipv6, 4, &self->inner);
	self->packet.tunnel[1] |= 0x40;
	self->packet.options[2] |= 0x80;
	seal(&self->packet);
	expect_dropped(segment.rx_critical, "the only one");

	wrap(&self->packet, self->ipv6, 252, &self->inner);
	self->packet.tunnel[1] |= 0x40;
	self->packet.options[128 + 2] |= 0x80;
	seal(&self->packet);
	expect_dropped(segment.rx_critical, "the last one");
}

TEST_F(decap, drops_other_protocols)
{
	static const __u16 protocols[] = { 0, ETH_P_IP, ETH_P_IPV6, 0x6559, 0x5865 };

	for (int i = 0; i < 5; i++) {
		rewrap(self);
		set16(self->packet.tunnel + 2, protocols[i]);
		seal(&self->packet);
		expect_dropped(segment.rx_protocol, "protocol type");
	}
}

TEST_F(decap, drops_unknown_vni)
{
	for (int byte = 4; byte < 7; byte++) {
		rewrap(self);
		self->packet.tunnel[byte] ^= 1;
		seal(&self->packet);
		expect_dropped(stray.rx_unknown_vni, "VNI");
	}
}

TEST_F(decap, says_what_else_is_wrong_with_an_unknown_vni)
{
	self->packet.tunnel[4] ^= 1;
	self->packet.tunnel[0] |= 0x80;
	seal(&self->packet);
	expect_dropped(stray.rx_version, "version, with another VNI");
}

TEST_F(decap, drops_wrong_checksum)
{
	__u32 udp = self->packet.udp - self->packet.frame.data;

	/* Not the destination port, the lengths and what the header checks look at. */
	for (__u32 offset = udp; offset < self->packet.frame.len; offset++) {
		if ((offset >= udp + 2 && offset < udp + 6) ||
		    (offset >= udp + 8 && offset < udp + 15))
			continue;
		rewrap(self);
		seal_udp(&self->packet);
		self->packet.frame.data[offset] ^= 0x10;
		expect_dropped(segment.rx_checksum, "a bit changed");
	}
}

TEST_F(decap, drops_wrong_checksum_in_the_last_odd_byte)
{
	for (__u32 size = 60; size < 68; size++) {
		plain_frame(&self->inner, size);
		rewrap(self);
		seal_udp(&self->packet);
		self->packet.inner[size - 1] ^= 1;
		expect_dropped(segment.rx_checksum, "last byte");
	}
}

TEST_F(decap, drops_wrong_source_address_by_checksum)
{
	seal_udp(&self->packet);
	self->packet.ip[self->ipv6 ? 23 : 15] ^= 1;
	expect_dropped(segment.rx_checksum, "source address");
}

/* An inner checksum that is there does not excuse the outer one. */
TEST_F(decap, drops_wrong_checksum_around_finished_tcp)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		tcp_frame(&self->inner, ipv6, 101, true);
		rewrap(self);
		seal_udp(&self->packet);
		self->packet.frame.data[self->packet.frame.len - 1] ^= 1;
		expect_dropped(segment.rx_checksum, "payload");
	}
}

TEST_F(decap, takes_zero_checksum_over_ipv4_alone)
{
	set16(self->packet.udp + 6, 0);
	if (self->ipv6)
		expect_dropped(segment.rx_zero_checksum, "zero checksum");
	else
		expect_taken("zero checksum");
}

/* By tc, late as it is; XDP does not know. */
TEST_F(decap, drops_without_devices)
{
	remove_device(self, DEVICE_IFACE(SLOT));
	remove_device(self, DEVICE_PORT(SLOT));
	if (self->xdp) {
		expect_taken("no device");
		return;
	}
	expect_dropped(segment.rx_no_device, "no device");
	ASSERT_EQ(0, put_device(self, DEVICE_PORT(SLOT), self->segment.port));
	expect_taken("port is back");
	ASSERT_EQ(0, system("ip link del tunnel"));
	expect_dropped(segment.rx_no_device, "device deleted");
}

TEST_HARNESS_MAIN
