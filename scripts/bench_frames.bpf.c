// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wire and a sender: frames out of nothing (run by BPF_PROG_TEST_RUN), and
 * the end of those that came through.
 */
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bench_frames.h"

struct frame frame;
__u32 wire;  /* ifindex of the sender's underlay device */
__u32 is_l3; /* an IP packet inside, no Ethernet frame */
__u32 flow;
__u64 delivered;

__u32 tunnel; /* ifindex of the interface to send on */
__u32 macs;   /* how many addresses of the table to send to, at random; 0: to all hosts */
__u32 stride; /* from one of these addresses to the next */

/* Gives the datagram its source port, and its checksum, which is not of it so far. */
static __always_inline void set_port(struct udphdr *udp, __be16 port)
{
	__u32 sum = (__u16)~udp->check + port;

	udp->source = port;
	udp->check = ~(__u16)(sum + (sum >> 16));
}

/* With live frames.  The kernel gives the same pages again, with what the receiver made of them. */
SEC("xdp")
int bench_generate(struct xdp_md *ctx)
{
	struct frame *out = (void *)(long)ctx->data;
	__be16 port = bpf_htons(PORT_BASE + flow++ % FLOWS);

	if ((void *)(out + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(out, &frame, sizeof(*out));
	out->outer.packet.udp.source = port;
	if (is_l3)
		set_port(&out->inner_l3.udp, port);
	else
		set_port(&out->inner.packet.udp, port);
	return bpf_redirect(wire, 0);
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

SEC("tc")
int bench_count(struct __sk_buff *skb)
{
	if (skb->protocol != bpf_htons(ETH_P_IP))
		return TC_ACT_UNSPEC;
	delivered++; /* all on one CPU */
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
