// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Transmit: which remote, by which way, and whether it fits. */
#include "encap_fixture.h"

static int put_entry(encap *self, const __u8 *mac, int remote, const struct fdb_entry *with)
{
	struct fdb_entry entry = *with;
	struct fdb_key key = {};

	entry.remote = address_of(host(self->ipv6, remote));
	entry.port = 17081;
	memcpy(key.mac, mac, ETH_ALEN);
	return bpf_map_update_elem(self->programs.fdb, &key, &entry, BPF_ANY);
}

TEST_F(encap, sends_to_the_entry_of_the_destination)
{
	ASSERT_EQ(0, put_entry(self, mac_own, 3, &(struct fdb_entry) { .updated = now_ns() }));
	self->remote = 3;
	self->dport = 17081;
	expect_sent("entry");
}

TEST_F(encap, sends_to_a_static_entry_of_any_age)
{
	ASSERT_EQ(0, put_entry(self, mac_own, 3, &(struct fdb_entry) { .flags = FDB_STATIC }));
	self->remote = 3;
	self->dport = 17081;
	expect_sent("static entry");
}

TEST_F(encap, does_not_use_an_expired_entry)
{
	__u64 now = now_ns();

	self->segment.fdb_timeout = 10;
	ASSERT_EQ(0, write_segment(self));
	ASSERT_EQ(0, put_entry(self, mac_own, 3,
			       &(struct fdb_entry) { .updated = now - 10 * SECOND - SECOND / 10 }));
	expect_sent("expired");
	ASSERT_EQ(0,
		  put_entry(self, mac_own, 3, &(struct fdb_entry) { .updated = now - 5 * SECOND }));
	self->remote = 3;
	self->dport = 17081;
	expect_sent("not yet expired");
}

/* Another CPU, whose clock is a tick ahead, has just learned it: see clock.h. */
TEST_F(encap, sends_to_an_entry_from_the_future)
{
	ASSERT_EQ(0, put_entry(self, mac_own, 3,
			       &(struct fdb_entry) { .updated = now_ns() + SECOND / 10 }));
	self->remote = 3;
	self->dport = 17081;
	expect_sent("newer than now");
}

TEST_F(encap, sends_group_frames_to_the_configured_remote)
{
	arp_frame(&self->inner);
	ASSERT_EQ(0, put_entry(self, mac_group, 3, &(struct fdb_entry) { .updated = now_ns() }));
	expect_sent("multicast");
}

/* Once a second a packet passes the neighbour layer, which then keeps the next hop alive. */
TEST_F(encap, sends_straight_to_a_next_hop_known_lately)
{
	struct hop hop = {
		.local = self->segment.local,
		.remote = self->segment.remote,
	};

	expect_sent("first");
	self->hop_known = true;
	self->dmac = mac_host[2];
	self->smac = mac_host[1];
	expect_sent("second");
	hop.confirmed = now_ns() - SECOND - SECOND / 10;
	ASSERT_EQ(0, set_hops(self, hop));
	self->dmac = self->smac = mac_zero;
	expect_sent("a second later");
	hop.confirmed = now_ns() - SECOND / 10;
	ASSERT_EQ(0, set_hops(self, hop));
	self->dmac = mac_host[2];
	self->smac = mac_host[1];
	expect_sent("within the second, in another tick");
}

TEST_F(encap, sends_by_the_gateway)
{
	ASSERT_EQ(0, system("ip route add 192.0.2.2/32 via 192.0.2.3"));
	ASSERT_EQ(0, system("ip route add 2001:db8::2/128 via 2001:db8::3"));
	expect_sent("by the neighbour layer");
	self->hop_known = true;
	self->dmac = mac_host[3];
	self->smac = mac_host[1];
	expect_sent("by host 3");
}

/* `sysctl ip_forward=0` reaches the port, too. */
TEST_F(encap, sends_with_forwarding_turned_off)
{
	ASSERT_EQ(0, system("echo 0 >/proc/sys/net/ipv4/conf/port/forwarding"));
	ASSERT_EQ(0, system("echo 0 >/proc/sys/net/ipv6/conf/port/forwarding"));
	expect_sent("forwarding off");
}

TEST_F(encap, drops_without_remote)
{
	memset(&self->segment.remote, 0, sizeof(self->segment.remote));
	ASSERT_EQ(0, write_segment(self));
	expect_dropped(tx_no_remote, "TCP");
	arp_frame(&self->inner);
	expect_dropped(tx_no_remote, "ARP");
	tcp_frame(&self->inner, false, 100, true);
	ASSERT_EQ(0, put_entry(self, mac_own, 3, &(struct fdb_entry) { .updated = now_ns() }));
	self->remote = 3;
	self->dport = 17081;
	expect_sent("learned");
}

static int choose_foreign_remote(encap *self)
{
	self->segment.remote.bytes[self->ipv6 ? 3 : 14] ^= 1;
	return write_segment(self);
}

TEST_F(encap, drops_without_route)
{
	ASSERT_EQ(0, choose_foreign_remote(self));
	expect_dropped(tx_no_route, "TCP");
	arp_frame(&self->inner);
	expect_dropped(tx_no_route, "ARP");
}

TEST_F(encap, drops_with_unreachable_route)
{
	ASSERT_EQ(0, system("ip route add unreachable 192.0.2.2/32"));
	ASSERT_EQ(0, system("ip route add unreachable 2001:db8::2/128"));
	expect_dropped(tx_no_route, "TCP");
}

TEST_F(encap, drops_when_the_route_leads_back)
{
	ASSERT_EQ(0, system("ip route add 192.0.2.2/32 dev tunnel"));
	ASSERT_EQ(0, system("ip route add 2001:db8::2/128 dev tunnel"));
	expect_dropped(tx_loop, "TCP");
	arp_frame(&self->inner);
	expect_dropped(tx_loop, "ARP");
}

/* The largest frame that fits outer packets of @mtu bytes, and one byte more. */
static void expect_limit(struct __test_metadata *_metadata, encap *self, __u32 mtu)
{
	__u32 overhead = self->ipv6 ? 56 : 36;

	tcp_frame(&self->inner, false, mtu - overhead - 54, true);
	expect_sent("TCP fits");
	tcp_frame(&self->inner, false, mtu - overhead - 53, true);
	expect_dropped(tx_too_big, "TCP does not fit");
	plain_frame(&self->inner, mtu - overhead);
	expect_sent("no IP fits");
	plain_frame(&self->inner, mtu - overhead + 1);
	expect_dropped(tx_too_big, "no IP does not fit");
	tcp_frame(&self->inner, false, mtu - overhead - 58, true);
	tag(&self->inner, 1);
	expect_sent("tagged fits");
	tcp_frame(&self->inner, false, mtu - overhead - 57, true);
	tag(&self->inner, 1);
	expect_dropped(tx_too_big, "tagged does not fit");
}

TEST_F(encap, drops_what_does_not_fit_the_device)
{
	expect_limit(_metadata, self, 1500);
}

TEST_F(encap, drops_what_does_not_fit_the_route)
{
	ASSERT_EQ(0, system("ip route add 192.0.2.2/32 dev u0 mtu lock 1400"));
	ASSERT_EQ(0, system("ip route add 2001:db8::2/128 dev u0 mtu lock 1400"));
	expect_limit(_metadata, self, 1400);
}

TEST_HARNESS_MAIN
