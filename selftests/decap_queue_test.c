// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Receive: what XDP puts into the interface's queue, and what it leaves to tc, which takes all. */
#include "decap_fixture.h"

#define MTU 1450
#define QUEUE_MTU_MAX 3506

static void create(struct __test_metadata *_metadata, decap *self, __u32 underlay_flags)
{
	struct underlay underlay = { UNDERLAY_XDP | underlay_flags };
	int map = bpf_map__fd(self->programs.skeleton->maps.geneve_underlay);
	__u32 lo = LOOPBACK;

	ASSERT_EQ(0, bpf_map_update_elem(map, &lo, &underlay, BPF_ANY));
	self->segment.flags |= SEGMENT_QUEUE;
	self->segment.mtu = MTU;
	ASSERT_EQ(0, write_segment(self));
}

#define on_a_wire() create(_metadata, self, UNDERLAY_REDIRECT | UNDERLAY_WIRE)
#define on_a_veth() create(_metadata, self, UNDERLAY_REDIRECT)

/* What goes to the interface is self->inner, in XDP by its queue. */
static void expect_queued(struct __test_metadata *_metadata, decap *self, const char *what)
{
	if (!self->xdp) {
		expect_taken(what);
		return;
	}
	self->expected.segment.rx_packets++;
	self->expected.segment.rx_fast++;
	self->expected.segment.rx_bytes += self->inner.len;
	ASSERT_EQ(0, receive(self));
	EXPECT_EQ(XDP_REDIRECT, self->result.verdict) TH_LOG("%s", what);
	EXPECT_TRUE(frames_equal(&self->inner, &self->result.frame)) TH_LOG("%s", what);
	EXPECT_EQ(0, self->result.meta_len) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

#define expect_queued(what) expect_queued(_metadata, self, what)

static __u8 *l4_of(struct frame *frame, bool ipv6)
{
	return frame->data + ETH_HLEN + (ipv6 ? 40 : 20);
}

static void udp_frame(struct frame *frame, bool ipv6, __u32 payload_len)
{
	const struct host *src = host(ipv6, 2), *dst = host(ipv6, 3);
	__u8 *udp = l4_of(frame, ipv6);
	__u32 len = 8 + payload_len;
	__u16 sum;

	frame->len = 0;
	put_ethernet(frame, mac_own, mac_peer, ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	put_ip(frame, src, dst, IPPROTO_UDP, len);
	put_udp(frame, 40000, 7009, payload_len);
	put_payload(frame, payload_len);
	sum = ~internet_sum(pseudo_sum(src, dst, len, IPPROTO_UDP), udp, len);
	set16(udp + 6, sum ? sum : 0xffff);
}

static void insert_bytes(struct frame *frame, __u32 at, const void *bytes, __u32 len)
{
	memmove(frame->data + at + len, frame->data + at, frame->len - at);
	memcpy(frame->data + at, bytes, len);
	frame->len += len;
}

/* Makes the frame a fragment with these 16 bits of offset and flags. */
static void fragment(struct frame *frame, bool ipv6, __u16 ipv4_bits, __u16 ipv6_bits)
{
	__u8 header[8] = { IPPROTO_UDP, 0, ipv6_bits >> 8, ipv6_bits, 0, 0, 0, 1 };
	__u8 *ip = frame->data + ETH_HLEN;

	if (!ipv6) {
		set16(ip + 6, ipv4_bits);
		seal_ipv4(ip);
		return;
	}
	insert_bytes(frame, ETH_HLEN + 40, header, sizeof(header));
	set16(ip + 4, get16(ip + 4) + sizeof(header));
	ip[6] = IPPROTO_FRAGMENT;
}

/* One packet around self->inner, of each family inside. */
#define each_family(ipv6, payload_len) \
	for (int ipv6 = 0; ipv6 < 2 && (udp_frame(&self->inner, ipv6, payload_len), true); ipv6++)

TEST_F(decap, queues_udp_with_checksum_of_any_length)
{
	static const __u32 lengths[] = { 0, 1, 2, 3, 100, 119, 120, 121, 122, 1400 };

	on_a_veth();
	for (int i = 0; i < 10; i++) {
		each_family (ipv6, lengths[i]) {
			rewrap(self);
			expect_queued("right checksum");
		}
	}
}

TEST_F(decap, queues_any_udp_of_hardware)
{
	on_a_wire();
	each_family (ipv6, 100) {
		rewrap(self);
		expect_queued("right checksum");
		set16(l4_of(&self->inner, ipv6) + 6, 0x1234);
		rewrap(self);
		expect_queued("wrong checksum: the receiver's to refuse");
		set16(l4_of(&self->inner, ipv6) + 6, 0);
		rewrap(self);
		expect_queued("without checksum");
	}
}

/* An unfinished one would stay so; and it may be one inside that is, whatever this one says. */
TEST_F(decap, leaves_udp_of_a_veth_without_right_checksum_to_tc)
{
	static const __u16 checks[] = { 0, 0x1234 };

	on_a_veth();
	each_family (ipv6, 100) {
		__u8 *check = l4_of(&self->inner, ipv6) + 6;
		__u16 pseudo = pseudo_sum(host(ipv6, 2), host(ipv6, 3), 8 + 100, IPPROTO_UDP);

		rewrap(self); /* the outer checksum is that of the finished one */
		set16(check, pseudo);
		memcpy(self->packet.inner, self->inner.data, self->inner.len);
		expect_taken("unfinished");
		for (int i = 0; i < 2; i++) {
			set16(check, checks[i]);
			rewrap(self);
			expect_taken("none, or a wrong one");
		}
	}
}

/* Its driver would take the verdict for an error. */
TEST_F(decap, leaves_udp_to_tc_where_the_driver_knows_no_redirect)
{
	create(_metadata, self, UNDERLAY_WIRE);
	each_family (ipv6, 100) {
		rewrap(self);
		expect_taken("no redirect");
	}
}

static void tcp_and_arp(struct __test_metadata *_metadata, decap *self)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		tcp_frame(&self->inner, ipv6, 1000, true);
		rewrap(self);
		expect_taken("TCP");
	}
	arp_frame(&self->inner);
	rewrap(self);
	expect_taken("ARP");
}

TEST_F(decap, leaves_tcp_to_the_gro_of_hardware)
{
	on_a_wire();
	tcp_and_arp(_metadata, self);
}

TEST_F(decap, leaves_tcp_to_the_gro_of_a_veth)
{
	on_a_veth();
	tcp_and_arp(_metadata, self);
}

static void padded_and_in_pieces(struct __test_metadata *_metadata, decap *self)
{
	static const __u8 padding[20] = { 1, 2, 3 };

	each_family (ipv6, 5) {
		put_bytes(&self->inner, padding, sizeof(padding));
		rewrap(self);
		expect_queued("padded");
	}
	each_family (ipv6, 200) {
		fragment(&self->inner, ipv6, 0x2000, 0x0001);
		rewrap(self);
		expect_queued("first fragment");
	}
	each_family (ipv6, 200) {
		fragment(&self->inner, ipv6, 0x2064, 0x0321);
		rewrap(self);
		expect_queued("one in the middle");
	}
	each_family (ipv6, 200) {
		fragment(&self->inner, ipv6, 0x0064, 0x0320);
		rewrap(self);
		expect_queued("last");
	}
}

/* A flow has them besides whole ones, which they must not overtake. */
TEST_F(decap, queues_padded_ones_and_fragments_of_hardware)
{
	on_a_wire();
	padded_and_in_pieces(_metadata, self);
}

TEST_F(decap, queues_padded_ones_and_fragments_of_a_veth)
{
	on_a_veth();
	padded_and_in_pieces(_metadata, self);
}

/* In tc a tag is beside the frame, which a test run does not show. */
TEST_F(decap, queues_tagged_udp)
{
	static const __u8 tags[] = { 0x81, 0x00, 0x00, 0x07, 0x81, 0x00, 0x20, 0x08 };

	if (!self->xdp)
		return;
	for (int wire = 0; wire < 2; wire++) {
		create(_metadata, self, UNDERLAY_REDIRECT | (wire ? UNDERLAY_WIRE : 0));
		each_family (ipv6, 100) {
			insert_bytes(&self->inner, 2 * ETH_ALEN, tags, 4);
			rewrap(self);
			expect_queued("one tag");
			insert_bytes(&self->inner, 2 * ETH_ALEN, tags + 4, 4);
			rewrap(self);
			expect_queued("two tags");
		}
	}
}

TEST_F(decap, queues_bare_ip)
{
	self->segment.layer = LAYER_L3;
	on_a_veth();
	each_family (ipv6, 100) {
		struct frame bare = { .len = self->inner.len - ETH_HLEN };

		memcpy(bare.data, self->inner.data + ETH_HLEN, bare.len);
		wrap(&self->packet, self->ipv6, 0, &bare);
		set16(self->packet.tunnel + 2, ipv6 ? ETH_P_IPV6 : ETH_P_IP);
		seal(&self->packet);
		memcpy(self->inner.data + ETH_ALEN, mac_zero, ETH_ALEN);
		expect_queued("IP without Ethernet");
	}
}

/* RFC 6040, and the outer TTL. */
TEST_F(decap, queues_udp_that_inherits)
{
	self->segment.flags |= SEGMENT_TTL_INHERIT;
	on_a_veth();
	each_family (ipv6, 100) {
		__u8 *ip = self->inner.data + ETH_HLEN;

		ip[1] = ipv6 ? 0x20 : 2; /* ECT(0) */
		if (!ipv6)
			seal_ipv4(ip);
		rewrap(self);
		self->packet.ip[1] = self->ipv6 ? 0x30 : 3; /* CE */
		self->packet.ip[self->ipv6 ? 7 : 8] = 9;
		seal(&self->packet);
		ip[1] = ipv6 ? 0x30 : 3;
		ip[ipv6 ? 7 : 8] = 9;
		if (!ipv6)
			seal_ipv4(ip);
		expect_queued("ECN and TTL of the outer header");
	}
}

TEST_F(decap, queues_no_more_than_the_interface_takes)
{
	on_a_wire();
	each_family (ipv6, MTU - (ipv6 ? 40 : 20) - 8) {
		rewrap(self);
		expect_queued("as long as its MTU");
	}
	each_family (ipv6, MTU - (ipv6 ? 40 : 20) - 7) {
		rewrap(self);
		expect_taken("longer");
	}
}

/* Above, a frame may have more than one buffer, and a flow of both kinds would part. */
TEST_F(decap, queues_nothing_of_an_interface_for_jumbo_frames)
{
	on_a_wire();
	for (int more = 0; more < 2; more++) {
		self->segment.mtu = QUEUE_MTU_MAX + more;
		ASSERT_EQ(0, write_segment(self));
		each_family (ipv6, 100) {
			rewrap(self);
			if (more)
				expect_taken("jumbo");
			else
				expect_queued("the longest in one buffer");
		}
	}
}

TEST_F(decap, queues_nothing_without_a_queue_or_with_debug)
{
	on_a_wire();
	udp_frame(&self->inner, false, 100);
	rewrap(self);
	self->segment.flags &= ~SEGMENT_QUEUE;
	ASSERT_EQ(0, write_segment(self));
	expect_taken("no queue");
	self->segment.flags |= SEGMENT_QUEUE | SEGMENT_DEBUG;
	ASSERT_EQ(0, write_segment(self));
	expect_taken("debug");
}

TEST_HARNESS_MAIN
