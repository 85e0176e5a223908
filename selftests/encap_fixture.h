/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Transmit: geneve_encap at its two hooks, tc egress of the tunnel interface
 * and tc ingress of the port, on an underlay with permanent neighbours.
 *
 *   tunnel ---- port        u0 192.0.2.1/24 2001:db8::1/64 ---- u1
 */
#ifndef GENEVE_BPF_SELFTESTS_ENCAP_FIXTURE_H
#define GENEVE_BPF_SELFTESTS_ENCAP_FIXTURE_H

#include <linux/pkt_cls.h>

#include "programs.h"
#include "tunnel_packet.h"

#include "../kselftest_harness.h"

#define REMOTE_PORT 16081
#define SECOND 1000000000ULL

FIXTURE(encap)
{
	struct programs programs;
	struct segment segment;
	struct counts expected; /* each expect_...() adds to it */
	struct frame inner;     /* as it is given to the program */
	struct frame finished;  /* the same with its inner checksum done; unused if empty */
	struct result result;
	const __u8 *dmac, *smac; /* of the outer frame */
	int remote;              /* host number */
	__u16 dport;
	bool at_port, ipv6;
	bool hop_known; /* else each packet is the first to its next hop */
};

FIXTURE_VARIANT(encap)
{
	bool at_port, ipv6;
};

FIXTURE_VARIANT_ADD(encap, iface_ipv4) { .at_port = false, .ipv6 = false };
FIXTURE_VARIANT_ADD(encap, iface_ipv6) { .at_port = false, .ipv6 = true };
FIXTURE_VARIANT_ADD(encap, port_ipv4) { .at_port = true, .ipv6 = false };
FIXTURE_VARIANT_ADD(encap, port_ipv6) { .at_port = true, .ipv6 = true };

typedef FIXTURE_DATA(encap) encap;

static const char topology[] =
	"set -e\n"
	"ip link add tunnel type veth peer name port\n"
	"ip link set tunnel up\n"
	"ip link set port up\n"
	"ip link add u0 address 02:00:00:00:00:01 type veth peer name u1\n"
	"ip addr add 192.0.2.1/24 dev u0\n"
	"ip addr add 2001:db8::1/64 dev u0 nodad\n"
	"ip link set u0 up\n"
	"ip link set u1 up\n"
	"for host in 2 3; do\n"
	"	ip neigh add 192.0.2.$host dev u0 lladdr 02:00:00:00:00:0$host\n"
	"	ip neigh add 2001:db8::$host dev u0 lladdr 02:00:00:00:00:0$host\n"
	"done\n"
	"echo 1 >/proc/sys/net/ipv4/conf/port/forwarding\n"
	"echo 1 >/proc/sys/net/ipv6/conf/port/forwarding\n";

static const __u8 mac_host[][ETH_ALEN] = {
	{},
	{ 2, 0, 0, 0, 0, 1 },
	{ 2, 0, 0, 0, 0, 2 },
	{ 2, 0, 0, 0, 0, 3 },
};

static inline int write_segment(const encap *self)
{
	int map = bpf_map__fd(self->programs.skeleton->maps.geneve_segment);

	return bpf_map_update_elem(map, &self->segment.port, &self->segment, BPF_ANY)
		       ?: bpf_map_update_elem(map, &self->segment.iface, &self->segment, BPF_ANY);
}

FIXTURE_SETUP(encap)
{
	if (geteuid())
		SKIP(return, "needs root");
	self->at_port = variant->at_port;
	self->ipv6 = variant->ipv6;
	ASSERT_EQ(0, enter_namespace());
	ASSERT_EQ(0, system(topology));
	ASSERT_EQ(0, programs_load(&self->programs, "geneve_encap", 10));
	self->segment = (struct segment) {
		.local = address_of(host(self->ipv6, 1)),
		.remote = address_of(host(self->ipv6, 2)),
		.vni = VNI,
		.flags = SEGMENT_RUNNING,
		.iface = if_nametoindex("tunnel"),
		.port = if_nametoindex("port"),
		.slot = SLOT,
		.underlay = if_nametoindex("u0"),
		.fdb_timeout = 1200,
		.local_port = TUNNEL_PORT,
		.remote_port = REMOTE_PORT,
		.port_low = 10000,
		.port_high = 65535,
		.protocol = PROTO_GENEVE,
		.ttl = 64,
	};
	ASSERT_EQ(0, write_segment(self));
	self->remote = 2;
	self->dport = REMOTE_PORT;
	self->dmac = self->smac = mac_zero; /* bpf_redirect_neigh fills them in */
	tcp_frame(&self->inner, false, 100, true);
}

FIXTURE_TEARDOWN(encap)
{
	if (self->programs.skeleton)
		programs_unload(&self->programs);
}

static inline int run_at(encap *self, __u32 ifindex, __u32 mark, const struct frame *frame)
{
	struct __sk_buff skb = { .ifindex = ifindex, .mark = mark };

	return run_tc(self->programs.skeleton->progs.geneve_encap, skb, frame, &self->result);
}

/* What each CPU noted of next hops becomes @hop. */
static inline int set_hops(encap *self, struct hop hop)
{
	static struct hop each[CPUS_MAX];
	int map = bpf_map__fd(self->programs.skeleton->maps.geneve_hop);

	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		each[cpu] = hop;
	for (__u32 place = 0;
	     place < bpf_map__max_entries(self->programs.skeleton->maps.geneve_hop); place++)
		if (bpf_map_update_elem(map, &place, each, BPF_ANY))
			return -errno;
	return 0;
}

static inline int transmit(encap *self)
{
	int err = self->hop_known ? 0 : set_hops(self, (struct hop) {});

	if (err)
		return err;
	return run_at(self, self->at_port ? self->segment.port : self->segment.iface, 0,
		      &self->inner);
}

/* The source port and the identification that the program chose. */
static inline __u16 chosen_port(const encap *self)
{
	return get16(self->result.frame.data + ETH_HLEN + (self->ipv6 ? 40 : 20));
}

static inline __u16 chosen_id(const encap *self)
{
	return get16(self->result.frame.data + ETH_HLEN + 4);
}

static inline void outer_checksum(const encap *self, struct frame *frame, __u8 *udp)
{
	__u16 len = frame->data + frame->len - udp, sum;

	sum = pseudo_sum(host(true, 1), host(true, self->remote), len, IPPROTO_UDP);
	sum = ~internet_sum(sum, udp, len);
	set16(udp + 6, sum ? sum : 0xffff);
}

/* What self->inner is to become on the wire. */
static inline void golden(const encap *self, struct frame *frame)
{
	const struct host *src = host(self->ipv6, 1), *dst = host(self->ipv6, self->remote);
	const struct frame *finished = self->finished.len ? &self->finished : &self->inner;
	__u8 *ip = frame->data + ETH_HLEN, *udp = ip + (self->ipv6 ? 40 : 20);

	frame->len = 0;
	put_ethernet(frame, self->dmac, self->smac, self->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	put_ip(frame, src, dst, IPPROTO_UDP, 8 + 8 + self->inner.len);
	put_udp(frame, chosen_port(self), self->dport, 8 + self->inner.len);
	put_geneve(frame, VNI, 0);
	put_bytes(frame, finished->data, finished->len);
	if (!self->ipv6) {
		set16(ip + 4, chosen_id(self));
		seal_ipv4(ip);
	} else if (!(self->segment.flags & SEGMENT_UDP6_ZERO_CSUM)) {
		outer_checksum(self, frame, udp);
	}
	memcpy(udp + 16, self->inner.data, self->inner.len);
}

/* The frame leaves as it should; one that is no IP takes a second turn at the port. */
static inline void expect_sent(struct __test_metadata *_metadata, encap *self, const char *what)
{
	struct frame expected, once;

	ASSERT_EQ(0, transmit(self));
	if (self->result.mark == COOKIE) {
		EXPECT_EQ(TC_ACT_REDIRECT, self->result.verdict);
		EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
		once = self->result.frame;
		ASSERT_EQ(0, run_at(self, self->segment.port, COOKIE, &once));
	}
	self->expected.segment.tx_packets++;
	self->expected.segment.tx_bytes += self->inner.len;
	golden(self, &expected);
	EXPECT_EQ(TC_ACT_REDIRECT, self->result.verdict) TH_LOG("%s", what);
	EXPECT_EQ(0, self->result.mark) TH_LOG("%s", what);
	EXPECT_TRUE(frames_equal(&expected, &self->result.frame)) TH_LOG("%s", what);
	EXPECT_LE(self->segment.port_low, chosen_port(self)) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

/* The frame goes on as it is, to be prepared by the kernel and sent by the port. */
static inline void expect_declined(struct __test_metadata *_metadata, encap *self, const char *what)
{
	ASSERT_EQ(0, transmit(self));
	EXPECT_EQ((__u32)TC_ACT_UNSPEC, self->result.verdict) TH_LOG("%s", what);
	EXPECT_TRUE(frames_equal(&self->inner, &self->result.frame)) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

static inline void expect_dropped(struct __test_metadata *_metadata, encap *self, __u64 *counter,
				  const char *what)
{
	struct frame once;

	++*counter;
	ASSERT_EQ(0, transmit(self));
	if (self->result.mark == COOKIE) {
		once = self->result.frame;
		ASSERT_EQ(0, run_at(self, self->segment.port, COOKIE, &once));
	}
	EXPECT_EQ(TC_ACT_SHOT, self->result.verdict) TH_LOG("%s", what);
	EXPECT_EQ(0, counts_differ(&self->programs, &self->expected)) TH_LOG("%s", what);
}

#define expect_sent(what) expect_sent(_metadata, self, what)
#define expect_declined(what) expect_declined(_metadata, self, what)
#define expect_dropped(counter, what) \
	expect_dropped(_metadata, self, &self->expected.segment.counter, what)

/* Puts @count tags behind the addresses, the outermost with the lowest VLAN id. */
static inline void tag(struct frame *frame, int count)
{
	for (int i = count; i > 0; i--) {
		memmove(frame->data + 16, frame->data + 12, frame->len - 12);
		set16(frame->data + 12, count > 1 && i == 1 ? ETH_P_8021AD : ETH_P_8021Q);
		set16(frame->data + 14, 0xa000 + i); /* priority 5 */
		frame->len += 4;
	}
}

#endif
