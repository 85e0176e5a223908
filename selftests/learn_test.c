// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Receive: what the forwarding table learns. */
#include "decap_fixture.h"

static struct fdb_entry entry_of(decap *self, const __u8 *mac)
{
	struct fdb_entry entry = {};
	struct fdb_key key = {};

	memcpy(key.mac, mac, ETH_ALEN);
	if (bpf_map_lookup_elem(self->programs.fdb, &key, &entry))
		entry.port = 0;
	return entry;
}

static int put_entry(decap *self, const __u8 *mac, int remote, __u16 flags, __u64 age)
{
	struct fdb_entry entry = {
		.remote = address_of(host(self->ipv6, remote)),
		.port = REMOTE_PORT,
		.flags = flags,
		.updated = now_ns() - age,
	};
	struct fdb_key key = {};

	memcpy(key.mac, mac, ETH_ALEN);
	return bpf_map_update_elem(self->programs.fdb, &key, &entry, BPF_ANY);
}

static bool is_behind(decap *self, const struct fdb_entry *entry, int remote)
{
	struct address address = address_of(host(self->ipv6, remote));

	return entry->port == REMOTE_PORT && !memcmp(&entry->remote, &address, sizeof(address));
}

static int start_learning(decap *self)
{
	self->segment.flags |= SEGMENT_LEARN;
	return write_segment(self);
}

/* A frame with this source address, from host @remote. */
static void rewrap_from(decap *self, const __u8 *mac, int remote)
{
	memcpy(self->inner.data + ETH_ALEN, mac, ETH_ALEN);
	rewrap(self);
	self->packet.src = host(self->ipv6, remote);
	memcpy(self->packet.ip + (self->ipv6 ? 8 : 12), self->packet.src->bytes,
	       self->packet.src->len);
	seal(&self->packet);
}

TEST_F(decap, learns_the_source)
{
	__u64 before = now_ns() - 10000000; /* a tick */
	struct fdb_entry entry;

	ASSERT_EQ(0, start_learning(self));
	self->expected.segment.fdb_learned++;
	expect_taken("first frame");
	entry = entry_of(self, mac_peer);
	EXPECT_TRUE(is_behind(self, &entry, 2));
	EXPECT_EQ(0, entry.flags);
	EXPECT_LE(before, entry.updated);
	EXPECT_GE(now_ns(), entry.updated);
	expect_taken("second frame");
}

TEST_F(decap, learns_nothing_if_not_told_to)
{
	expect_taken("learning off");
	EXPECT_EQ(0, entry_of(self, mac_peer).port);
}

TEST_F(decap, learns_nothing_from_dropped_packets)
{
	ASSERT_EQ(0, start_learning(self));
	seal_udp(&self->packet);
	self->packet.inner[63] ^= 1;
	expect_dropped(segment.rx_checksum, "wrong checksum");
	EXPECT_EQ(0, entry_of(self, mac_peer).port);
}

TEST_F(decap, never_learns_group_zero_and_own_addresses)
{
	static const __u8 broadcast[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	const __u8 *const macs[] = { mac_group, broadcast, mac_zero, mac_own };

	ASSERT_EQ(0, start_learning(self));
	for (int i = 0; i < 4; i++) {
		rewrap_from(self, macs[i], 2);
		expect_taken("address not to be learned");
		EXPECT_EQ(0, entry_of(self, macs[i]).port);
	}
}

TEST_F(decap, moves_an_entry_to_another_remote)
{
	struct fdb_entry entry;

	ASSERT_EQ(0, start_learning(self));
	ASSERT_EQ(0, put_entry(self, mac_peer, 2, 0, 0));
	rewrap_from(self, mac_peer, 3);
	self->expected.segment.fdb_moved++;
	expect_taken("from host 3");
	entry = entry_of(self, mac_peer);
	EXPECT_TRUE(is_behind(self, &entry, 3));
}

TEST_F(decap, leaves_static_entries_alone)
{
	struct fdb_entry before, after;

	ASSERT_EQ(0, start_learning(self));
	ASSERT_EQ(0, put_entry(self, mac_peer, 3, FDB_STATIC, 5000000000));
	before = entry_of(self, mac_peer);
	expect_taken("from host 2");
	after = entry_of(self, mac_peer);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(decap, takes_the_frame_when_the_table_is_full)
{
	static const __u8 others[FDB_MAX][ETH_ALEN] = { { 2, 1 }, { 2, 2 } };

	ASSERT_EQ(0, start_learning(self));
	for (int i = 0; i < FDB_MAX; i++) {
		ASSERT_EQ(0, put_entry(self, others[i], 3, 0, 0));
	}
	self->expected.segment.fdb_nospace++;
	expect_taken("full");
	EXPECT_EQ(0, entry_of(self, mac_peer).port);
	for (int i = 0; i < FDB_MAX; i++) {
		EXPECT_EQ(REMOTE_PORT, entry_of(self, others[i]).port);
	}
}

TEST_F(decap, moves_an_entry_in_a_full_table)
{
	static const __u8 other[ETH_ALEN] = { 2, 1 };
	struct fdb_entry entry;

	ASSERT_EQ(0, start_learning(self));
	ASSERT_EQ(0, put_entry(self, other, 3, 0, 0));
	ASSERT_EQ(0, put_entry(self, mac_peer, 3, 0, 0));
	self->expected.segment.fdb_moved++;
	expect_taken("from host 2");
	entry = entry_of(self, mac_peer);
	EXPECT_TRUE(is_behind(self, &entry, 2));
}

/* A program looks at an entry once a tick: see fdb_learn(). */
static void wait_for_a_tick(void)
{
	struct timespec tick = { .tv_nsec = 1000000000 / sysconf(_SC_CLK_TCK) };

	nanosleep(&tick, NULL);
}

TEST_F(decap, refreshes_an_entry_once_a_second)
{
	__u64 updated, now = now_ns();

	ASSERT_EQ(0, start_learning(self));
	ASSERT_EQ(0, put_entry(self, mac_peer, 2, 0, 500000000));
	updated = entry_of(self, mac_peer).updated;
	expect_taken("half a second old");
	EXPECT_EQ(updated, entry_of(self, mac_peer).updated);
	ASSERT_EQ(0, put_entry(self, mac_peer, 2, 0, 1100000000));
	wait_for_a_tick();
	expect_taken("more than a second old");
	EXPECT_LE(now - 10000000, entry_of(self, mac_peer).updated);
}

TEST_HARNESS_MAIN
