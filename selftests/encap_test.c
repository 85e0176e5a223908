// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Transmit: the packet on the wire. */
#include "encap_fixture.h"

TEST_F(encap, sends_tcp_of_any_length)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		for (__u32 payload = 0; payload < 9; payload++) {
			tcp_frame(&self->inner, ipv6, payload, true);
			expect_sent(ipv6 ? "IPv6" : "IPv4");
		}
		tcp_frame(&self->inner, ipv6, 1370, true);
		expect_sent(ipv6 ? "long IPv6" : "long IPv4");
	}
}

TEST_F(encap, sends_frames_that_are_no_ip)
{
	static const __u32 sizes[] = { 14, 15, 28, 60, 64, 65, 1400 };

	for (int i = 0; i < 7; i++) {
		plain_frame(&self->inner, sizes[i]);
		expect_sent("plain");
	}
	arp_frame(&self->inner);
	expect_sent("ARP");
}

/* The outer checksum is to be right when the device has finished the inner one. */
TEST_F(encap, sends_unfinished_inner_checksum)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		for (__u32 payload = 0; payload < 5; payload++) {
			tcp_frame(&self->inner, ipv6, payload, false);
			tcp_frame(&self->finished, ipv6, payload, true);
			expect_sent(ipv6 ? "IPv6" : "IPv4");
		}
	}
}

/* A computed zero is sent as its other form, since zero means none: RFC 768. */
TEST_F(encap, sends_no_zero_for_a_computed_checksum)
{
	__u8 *word = self->inner.data + 20;
	struct frame outer;
	__u16 check;

	self->segment.port_low = self->segment.port_high;
	ASSERT_EQ(0, write_segment(self));
	plain_frame(&self->inner, 64);
	expect_sent("any checksum");
	golden(self, &outer);
	check = get16(outer.data + ETH_HLEN + (self->ipv6 ? 46 : 26));
	set16(word, internet_sum(check, word, 2));
	expect_sent("a sum of all ones");
	check = get16(self->result.frame.data + ETH_HLEN + (self->ipv6 ? 46 : 26));
	EXPECT_EQ(self->ipv6 ? 0xffff : 0, check);
}

TEST_F(encap, sends_zero_checksum_over_ipv6_if_told_to)
{
	self->segment.flags |= SEGMENT_UDP6_ZERO_CSUM;
	ASSERT_EQ(0, write_segment(self));
	expect_sent("zero checksum");
	plain_frame(&self->inner, 64);
	expect_sent("zero checksum, no IP");
}

/* An inner packet whose checksum may be unfinished somewhere unknown is the port's. */
TEST_F(encap, leaves_unknown_checksums_to_the_port)
{
	self->inner.data[ETH_HLEN + 9] = IPPROTO_SCTP;
	seal_ipv4(self->inner.data + ETH_HLEN);
	if (self->ipv6 && !self->at_port)
		expect_declined("SCTP");
	else
		expect_sent("SCTP");
}

TEST_F(encap, sends_tags_inside_the_frame)
{
	for (int tags = 1; tags <= 2; tags++) {
		tcp_frame(&self->inner, false, 100, true);
		tag(&self->inner, tags);
		expect_sent("IPv4");
		tcp_frame(&self->inner, true, 100, true);
		tag(&self->inner, tags);
		expect_sent("IPv6");
		arp_frame(&self->inner);
		tag(&self->inner, tags);
		expect_sent("ARP");
	}
}

TEST_F(encap, sends_tagged_unfinished_inner_checksum)
{
	for (int tags = 1; tags <= 2; tags++) {
		tcp_frame(&self->inner, false, 101, false);
		tcp_frame(&self->finished, false, 101, true);
		tag(&self->inner, tags);
		tag(&self->finished, tags);
		expect_sent("tagged");
	}
}

TEST_F(encap, sends_frame_that_ends_in_its_tag)
{
	for (__u32 len = 14; len <= 18; len++) {
		plain_frame(&self->inner, len);
		set16(self->inner.data + 12, ETH_P_8021Q);
		expect_sent("short tag");
	}
}

TEST_F(encap, drops_three_tags)
{
	tag(&self->inner, 3);
	expect_dropped(tx_vlan_depth, "three tags");
	arp_frame(&self->inner);
	tag(&self->inner, 4);
	expect_dropped(tx_vlan_depth, "four tags");
}

TEST_F(encap, keeps_the_source_port_of_a_flow)
{
	__u16 first;

	expect_sent("first");
	first = chosen_port(self);
	for (int i = 0; i < 10; i++) {
		tcp_frame(&self->inner, false, 10 * i, true);
		expect_sent("same flow");
		EXPECT_EQ(first, chosen_port(self));
	}
}

TEST_F(encap, spreads_flows_over_source_ports)
{
	__u16 last = 0;
	int changes = 0;

	self->segment.flags |= SEGMENT_UDP6_ZERO_CSUM; /* the inner checksum goes wrong */
	ASSERT_EQ(0, write_segment(self));
	for (int i = 0; i < 32; i++) {
		set16(self->inner.data + ETH_HLEN + 20, 40000 + i);
		expect_sent("another flow");
		changes += chosen_port(self) != last;
		last = chosen_port(self);
	}
	EXPECT_LT(28, changes);
}

TEST_F(encap, keeps_to_the_source_port_range)
{
	self->segment.port_low = self->segment.port_high = 4789;
	ASSERT_EQ(0, write_segment(self));
	expect_sent("TCP");
	EXPECT_EQ(4789, chosen_port(self));
	plain_frame(&self->inner, 64);
	expect_sent("no flow");
	EXPECT_EQ(4789, chosen_port(self));
}

TEST_F(encap, writes_ttl_and_vni)
{
	__u32 ttl = ETH_HLEN + (self->ipv6 ? 7 : 8), vni = ETH_HLEN + (self->ipv6 ? 52 : 32);

	self->segment.ttl = 255;
	self->segment.vni = 0xfedcba;
	ASSERT_EQ(0, write_segment(self));
	ASSERT_EQ(0, transmit(self));
	EXPECT_EQ(255, self->result.frame.data[ttl]);
	EXPECT_EQ(0, memcmp("\xfe\xdc\xba\x00", self->result.frame.data + vni, 4));
}

TEST_F(encap, drops_while_down)
{
	self->segment.flags &= ~SEGMENT_RUNNING;
	ASSERT_EQ(0, write_segment(self));
	expect_dropped(tx_down, "down");
	self->segment.flags |= SEGMENT_RUNNING;
	ASSERT_EQ(0, write_segment(self));
	expect_sent("up again");
}

TEST_F(encap, debug_leaves_all_to_the_port)
{
	self->segment.flags |= SEGMENT_DEBUG;
	ASSERT_EQ(0, write_segment(self));
	if (self->at_port)
		expect_sent("debug");
	else
		expect_declined("debug");
}

/*
 * A test run's aggregate is of no type, which leaves it whole on the way to the port; over
 * IPv6 it cannot carry the outer checksum, and is cut.
 */
TEST_F(encap, leaves_aggregates_that_it_cannot_carry_to_the_kernel)
{
	struct __sk_buff skb = { .gso_size = 20, .gso_segs = 5 };

	skb.ifindex = self->at_port ? self->segment.port : self->segment.iface;
	ASSERT_EQ(0, run_tc(self->programs.skeleton->progs.geneve_encap, skb, &self->inner,
			    &self->result));
	EXPECT_EQ(self->at_port ? TC_ACT_SHOT : (__u32)TC_ACT_UNSPEC, self->result.verdict);
	self->expected.segment.tx_refused += self->at_port;
	self->expected.segment.tx_soft_tso += !self->at_port && self->ipv6;
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected));
}

/* The mark that says "complete" on what is not. */
TEST_F(encap, drops_marked_frame_that_is_no_tunnel_packet)
{
	arp_frame(&self->inner);
	ASSERT_EQ(0, run_at(self, self->segment.port, COOKIE, &self->inner));
	EXPECT_EQ(TC_ACT_SHOT, self->result.verdict);
	self->expected.segment.tx_refused++;
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected));
}

TEST_F(encap, drops_on_a_device_without_segment)
{
	ASSERT_EQ(0, run_at(self, self->segment.underlay, 0, &self->inner));
	EXPECT_EQ(TC_ACT_SHOT, self->result.verdict);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected));
}

TEST_HARNESS_MAIN
