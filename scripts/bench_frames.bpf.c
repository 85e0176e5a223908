// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wire and a sender: frames out of nothing (run by BPF_PROG_TEST_RUN), and
 * the end of those that came through.
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bench_frames.h"

struct frame frame;
struct frame6 frame6;
__u16 inner_checks[FLOWS]; /* UDP checksums by flow, of what is in the tunnel */
__u16 outer_checks[FLOWS]; /* and of frame6 */
__u32 wire;                /* ifindex of the sender's underlay device */
__u32 is_l3;               /* an IP packet inside, no Ethernet frame */
__u32 flow;

__u32 content_at; /* in a frame, where it ends */
__u64 delivered;

__u32 tunnel; /* ifindex of the interface to send on */
__u32 macs;   /* how many addresses of the table to send to, at random; 0: to all hosts */
__u32 stride; /* from one of these addresses to the next */

static __always_inline void set_flow(struct inside *inside, __u32 number)
{
	struct packet *packet = is_l3 ? &inside->packet : &inside->frame.packet;

	packet->udp.source = bpf_htons(PORT_BASE + number);
	packet->udp.check = inner_checks[number];
}

/* With live frames.  The kernel gives the same pages again, with what the receiver made of them. */
SEC("xdp")
int bench_generate(struct xdp_md *ctx)
{
	struct frame *out = (void *)(long)ctx->data;
	__u32 number = flow++ % FLOWS;

	if ((void *)(out + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(out, &frame, sizeof(*out));
	out->outer.packet.udp.source = bpf_htons(PORT_BASE + number);
	set_flow(&out->inside, number);
	return bpf_redirect(wire, 0);
}

SEC("xdp")
int bench_generate6(struct xdp_md *ctx)
{
	struct frame6 *out = (void *)(long)ctx->data;
	__u32 number = flow++ % FLOWS;

	if ((void *)(out + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(out, &frame6, sizeof(*out));
	out->outer.udp.source = bpf_htons(PORT_BASE + number);
	out->outer.udp.check = outer_checks[number];
	set_flow(&out->inside, number);
	return bpf_redirect(wire, 0);
}

/* With live frames, too: received by the loopback device, where bench_out takes it. */
SEC("xdp")
int bench_inject(struct xdp_md *ctx)
{
	struct inside *out = (void *)(long)ctx->data;

	if ((void *)(out + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(out, &frame.inside, sizeof(*out));
	set_flow(out, flow++ % FLOWS);
	return XDP_PASS;
}

SEC("tc")
int bench_out(struct __sk_buff *skb __attribute__((unused)))
{
	return bpf_redirect(tunnel, 0);
}

/* The packet stays with the kernel for the next run; a copy goes by tc egress of the interface. */
SEC("tc")
int bench_send(struct __sk_buff *skb)
{
	struct ethhdr *eth = (void *)(long)skb->data;

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	if (macs)
		bench_mac(eth->h_dest, bpf_get_prandom_u32() % macs * stride);
	else
		__builtin_memset(eth->h_dest, 0xff, ETH_ALEN);
	return bpf_clone_redirect(skb, tunnel, 0);
}

/* All on one CPU. */
static __always_inline bool arrived(const void *data, const void *end)
{
	__u32 at = content_at;
	const __u8 *content = data + at;

	if (at > CONTENT_AT_MAX || content + sizeof(__u64) > (const __u8 *)end ||
	    *(const __u64 *)content != CONTENT)
		return false;
	delivered++;
	return true;
}

SEC("tc")
int bench_count(struct __sk_buff *skb)
{
	return arrived((void *)(long)skb->data, (void *)(long)skb->data_end) ? TC_ACT_SHOT
									     : TC_ACT_UNSPEC;
}

/* With fragments, although it gets none: a veth takes others only if its peer's MTU is small. */
SEC("xdp.frags")
int bench_consume(struct xdp_md *ctx)
{
	return arrived((void *)(long)ctx->data, (void *)(long)ctx->data_end) ? XDP_DROP : XDP_PASS;
}

/* What it costs to measure one. */
SEC("tc")
int bench_nothing(struct __sk_buff *skb __attribute__((unused)))
{
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
