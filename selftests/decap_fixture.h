/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Receive: geneve_decap and geneve_xdp, run on the same packets, must judge
 * them alike.  Each test has a segment on 192.0.2.1 or 2001:db8::1 whose
 * tunnel interface and port are a veth pair; packets come in by lo from host 2.
 */
#ifndef GENEVE_BPF_SELFTESTS_DECAP_FIXTURE_H
#define GENEVE_BPF_SELFTESTS_DECAP_FIXTURE_H

#include <linux/pkt_cls.h>

#include "programs.h"
#include "tunnel_packet.h"

#include "../kselftest_harness.h"

#define REMOTE_PORT 16081
#define FDB_MAX 2

FIXTURE(decap)
{
	struct programs programs;
	struct segment segment;
	struct counts expected; /* each expect_...() adds to it */
	struct tunnel_packet packet;
	struct frame inner;
	struct result result;
	bool xdp, ipv6;
};

FIXTURE_VARIANT(decap)
{
	bool xdp, ipv6;
};

FIXTURE_VARIANT_ADD(decap, tc_ipv4) { .xdp = false, .ipv6 = false };
FIXTURE_VARIANT_ADD(decap, tc_ipv6) { .xdp = false, .ipv6 = true };
FIXTURE_VARIANT_ADD(decap, xdp_ipv4) { .xdp = true, .ipv6 = false };
FIXTURE_VARIANT_ADD(decap, xdp_ipv6) { .xdp = true, .ipv6 = true };

typedef FIXTURE_DATA(decap) decap;

static inline int put_device(const decap *self, __u32 place, __u32 ifindex)
{
	return bpf_map_update_elem(bpf_map__fd(self->programs.skeleton->maps.geneve_device), &place,
				   &ifindex, BPF_ANY);
}

static inline void remove_device(const decap *self, __u32 place)
{
	bpf_map_delete_elem(bpf_map__fd(self->programs.skeleton->maps.geneve_device), &place);
}

static inline int write_segment(const decap *self)
{
	const struct segment nobody = {};
	struct vtep_key key = {
		.local = self->segment.local,
		.vni = VNI,
		.port = TUNNEL_PORT,
	};
	int vtep = bpf_map__fd(self->programs.skeleton->maps.geneve_vtep);
	int err = bpf_map_update_elem(vtep, &key, &self->segment, BPF_ANY);

	key.vni = VNI_UNSET;
	return err ?: bpf_map_update_elem(vtep, &key, &nobody, BPF_ANY);
}

FIXTURE_SETUP(decap)
{
	if (geteuid())
		SKIP(return, "needs root");
	self->xdp = variant->xdp;
	self->ipv6 = variant->ipv6;
	ASSERT_EQ(0, enter_namespace());
	ASSERT_EQ(0, system("ip link add tunnel type veth peer name port"));
	ASSERT_EQ(0, programs_load(&self->programs, self->xdp ? "geneve_xdp" : "geneve_decap",
				   FDB_MAX));
	self->segment = (struct segment) {
		.local = address_of(host(self->ipv6, 1)),
		.vni = VNI,
		.flags = SEGMENT_RUNNING,
		.iface = if_nametoindex("tunnel"),
		.port = if_nametoindex("port"),
		.slot = SLOT,
		.fdb_timeout = 1200,
		.fdb_max = FDB_MAX,
		.local_port = TUNNEL_PORT,
		.remote_port = REMOTE_PORT,
		.protocol = PROTO_GENEVE,
	};
	memcpy(self->segment.mac, mac_own, ETH_ALEN);
	ASSERT_EQ(0, write_segment(self));
	ASSERT_EQ(0, put_device(self, DEVICE_IFACE(SLOT), self->segment.iface));
	ASSERT_EQ(0, put_device(self, DEVICE_PORT(SLOT), self->segment.port));
	plain_frame(&self->inner, 64);
	wrap(&self->packet, self->ipv6, 0, &self->inner);
}

FIXTURE_TEARDOWN(decap)
{
	if (self->programs.skeleton)
		programs_unload(&self->programs);
}

/* Gives self->packet to the program. */
static inline int receive(decap *self)
{
	const struct geneve_bpf *skeleton = self->programs.skeleton;

	if (self->xdp)
		return run_xdp(skeleton->progs.geneve_xdp, &self->packet.frame, &self->result);
	return run_tc(skeleton->progs.geneve_decap, (struct __sk_buff) {}, &self->packet.frame,
		      &self->result);
}

/* The packet is ours and right: what remains is self->inner, on its way to the interface. */
static inline void expect_taken(struct __test_metadata *_metadata, decap *self, const char *what)
{
	if (!self->xdp) {
		self->expected.segment.rx_packets++;
		self->expected.segment.rx_bytes += self->inner.len;
	}
	ASSERT_EQ(0, receive(self));
	EXPECT_EQ(self->xdp ? XDP_PASS : TC_ACT_REDIRECT, self->result.verdict) TH_LOG("%s", what);
	EXPECT_TRUE(frames_equal(&self->inner, &self->result.frame)) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
	if (self->xdp) {
		ASSERT_EQ(sizeof(struct stripped), self->result.meta_len);
		EXPECT_EQ(COOKIE, self->result.meta.cookie);
		EXPECT_EQ(self->segment.port, self->result.meta.segment);
	}
}

/* The packet is the host's. */
static inline void expect_passed(struct __test_metadata *_metadata, decap *self, const char *what)
{
	ASSERT_EQ(0, receive(self));
	EXPECT_EQ(self->xdp ? XDP_PASS : (__u32)TC_ACT_UNSPEC, self->result.verdict)
	TH_LOG("%s", what);
	EXPECT_TRUE(frames_equal(&self->packet.frame, &self->result.frame)) TH_LOG("%s", what);
	EXPECT_EQ(0, self->result.meta_len) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

static inline void expect_dropped(struct __test_metadata *_metadata, decap *self, __u64 *counter,
				  const char *what)
{
	++*counter;
	ASSERT_EQ(0, receive(self));
	EXPECT_EQ(self->xdp ? XDP_DROP : TC_ACT_SHOT, self->result.verdict) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

#define expect_taken(what) expect_taken(_metadata, self, what)
#define expect_passed(what) expect_passed(_metadata, self, what)
#define expect_dropped(counter, what) expect_dropped(_metadata, self, &self->expected.counter, what)

/* A fresh packet around self->inner. */
static inline void rewrap(decap *self)
{
	wrap(&self->packet, self->ipv6, 0, &self->inner);
}

#endif
