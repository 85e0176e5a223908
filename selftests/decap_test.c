// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Receive: what is taken, and what is left to the host. */
#include "decap_fixture.h"

TEST_F(decap, takes_frames_of_any_size_behind_any_options)
{
	static const __u32 sizes[] = { 14, 15, 28, 60, 64, 1400 };
	static const __u32 options[] = { 0, 4, 100, 252 };

	for (int i = 0; i < 6; i++) {
		for (int j = 0; j < 4; j++) {
			char what[32];

			snprintf(what, sizeof(what), "%u behind %u", sizes[i], options[j]);
			plain_frame(&self->inner, sizes[i]);
			wrap(&self->packet, self->ipv6, options[j], &self->inner);
			expect_taken(what);
		}
	}
}

TEST_F(decap, takes_arp_and_ip)
{
	arp_frame(&self->inner);
	rewrap(self);
	expect_taken("ARP");
	tcp_frame(&self->inner, false, 1000, true);
	rewrap(self);
	expect_taken("TCP over IPv4");
	tcp_frame(&self->inner, true, 1000, true);
	rewrap(self);
	expect_taken("TCP over IPv6");
}

TEST_F(decap, takes_critical_bit_without_critical_option)
{
	self->packet.tunnel[1] |= 0x40;
	seal(&self->packet);
	expect_taken("no option");
	wrap(&self->packet, self->ipv6, 252, &self->inner);
	self->packet.tunnel[1] |= 0x40;
	seal(&self->packet);
	expect_taken("252 bytes of options");
}

/* The bit in the header decides whether one looks: RFC 8926 section 3.4. */
TEST_F(decap, takes_critical_option_that_the_header_does_not_announce)
{
	wrap(&self->packet, self->ipv6, 8, &self->inner);
	self->packet.options[2] |= 0x80;
	seal(&self->packet);
	expect_taken("C bit clear");
}

TEST_F(decap, ignores_reserved_bits)
{
	self->packet.tunnel[1] |= 0x3f;
	self->packet.tunnel[7] = 0xff;
	seal(&self->packet);
	expect_taken("reserved bits set");
}

/* An IPv6 packet with an extension header is not looked into. */
TEST_F(decap, takes_ipv4_options_and_passes_ipv6_extension_headers)
{
	static const __u8 nop[40] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
				      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	static const __u8 hop_by_hop[8] = { IPPROTO_UDP, 0, 1, 4, 0, 0, 0, 0 };

	if (self->ipv6) {
		insert(&self->packet, &self->packet.udp, hop_by_hop, sizeof(hop_by_hop));
		fit(&self->packet);
		self->packet.ip[6] = IPPROTO_HOPOPTS;
		expect_passed("hop-by-hop options");
		return;
	}
	for (__u32 len = 4; len <= sizeof(nop); len += 36) {
		wrap(&self->packet, false, 252, &self->inner);
		insert(&self->packet, &self->packet.udp, nop, len);
		self->packet.ip[0] = 0x40 | (5 + len / 4);
		fit(&self->packet);
		expect_taken("IPv4 options");
	}
}

TEST_F(decap, takes_right_checksum_of_any_length)
{
	for (__u32 size = 14; size < 80; size++) {
		plain_frame(&self->inner, size);
		rewrap(self);
		seal_udp(&self->packet);
		expect_taken("short");
	}
	for (__u32 size = 1500; size < 1512; size++) {
		plain_frame(&self->inner, size);
		rewrap(self);
		seal_udp(&self->packet);
		expect_taken("long");
	}
}

/* More than a page: several buffers. */
TEST_F(decap, takes_jumbo_frames_with_checksum)
{
	plain_frame(&self->packet.frame, 8000);
	if (receive(self) == -EINVAL)
		SKIP(return, "this kernel's test run takes no more than a page");
	for (__u32 size = 8000; size < 8008; size++) {
		plain_frame(&self->inner, size);
		rewrap(self);
		seal_udp(&self->packet);
		expect_taken("jumbo");
	}
}

/* The sender left the inner checksum to a device that does not exist (veth). */
TEST_F(decap, takes_unfinished_inner_checksum)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		for (__u32 payload = 100; payload < 104; payload++) {
			struct frame finished;

			tcp_frame(&finished, ipv6, payload, true);
			wrap(&self->packet, self->ipv6, 0, &finished);
			seal_udp(&self->packet);
			tcp_frame(&self->inner, ipv6, payload, false);
			memcpy(self->packet.inner, self->inner.data, self->inner.len);
			expect_taken(ipv6 ? "IPv6" : "IPv4");
		}
	}
}

TEST_F(decap, takes_unfinished_outer_checksum)
{
	__u16 len = get16(self->packet.udp + 4);

	set16(self->packet.udp + 6,
	      pseudo_sum(self->packet.src, self->packet.dst, len, IPPROTO_UDP));
	expect_taken("bare pseudo header sum");
}

TEST_F(decap, takes_zero_checksum_over_ipv6_if_told_to)
{
	self->segment.flags |= SEGMENT_UDP6_ZERO_CSUM;
	ASSERT_EQ(0, write_segment(self));
	set16(self->packet.udp + 6, 0);
	expect_taken("zero checksum");
}

/* tc cuts the padding off; XDP leaves such a packet to it. */
TEST_F(decap, does_not_take_padding_for_the_frame)
{
	static const __u8 padding[6];

	put_bytes(&self->packet.frame, padding, sizeof(padding));
	if (self->xdp)
		expect_passed("padding");
	else
		expect_taken("padding");
}

TEST_F(decap, passes_what_is_not_ours)
{
	set16(self->packet.udp + 2, TUNNEL_PORT + 1);
	seal(&self->packet);
	expect_passed("another port");

	rewrap(self);
	self->packet.udp[-1] = 9;
	seal(&self->packet);
	expect_passed("another local address");

	rewrap(self);
	self->packet.ip[self->ipv6 ? 6 : 9] = IPPROTO_TCP;
	seal(&self->packet);
	expect_passed("TCP");

	rewrap(self);
	set16(self->packet.frame.data + 12, ETH_P_8021Q);
	expect_passed("VLAN");

	rewrap(self);
	self->packet.ip[0] ^= 0x70;
	expect_passed("another IP version");

	arp_frame(&self->packet.frame);
	memset(self->packet.frame.data, 0, ETH_ALEN);
	expect_passed("ARP");
}

TEST_F(decap, passes_cut_outer_headers)
{
	__u32 headers = self->packet.tunnel - self->packet.frame.data;
	__u32 least = self->packet.udp - self->packet.frame.data;

	if (self->xdp)
		least = ETH_HLEN; /* a test run for tc wants the IP header */
	for (__u32 len = least; len < headers; len++) {
		self->packet.frame.len = len;
		expect_passed("cut before the UDP header's end");
	}
}

TEST_F(decap, takes_any_traffic_class_flow_label_and_df)
{
	if (self->ipv6) {
		memcpy(self->packet.ip, "\x6f\xff\xff\xff", 4);
	} else {
		self->packet.ip[1] = 0xff;
		set16(self->packet.ip + 6, 0x4000);
	}
	seal(&self->packet);
	expect_taken("all bits set");
}

TEST_F(decap, passes_frames_for_other_hosts)
{
	self->packet.frame.data[0] = 2;
	expect_passed("another MAC address");
}

/* The kernel takes the entry out when it moves the device to another namespace. */
TEST_F(decap, passes_all_on_a_device_that_left)
{
	__u32 lo = LOOPBACK;

	bpf_map_delete_elem(bpf_map__fd(self->programs.skeleton->maps.geneve_here), &lo);
	expect_passed("sound packet");
	self->packet.frame.len--;
	expect_passed("truncated packet");
}

TEST_F(decap, delivers_to_the_port_without_the_interface)
{
	remove_device(self, DEVICE_IFACE(SLOT));
	expect_taken("port alone");
}

TEST_HARNESS_MAIN
