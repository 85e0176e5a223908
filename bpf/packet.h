/* SPDX-License-Identifier: GPL-2.0-only */
/* A struct packet of what each hook has. */
#ifndef GENEVE_BPF_PACKET_H
#define GENEVE_BPF_PACKET_H

#include "outer.h"

/*
 * Reads a field of the context where the compiler would otherwise compute its
 * address once and keep it: "dereference of modified ctx ptr" to the verifier.
 */
#define CONTEXT(skb, field)                                                       \
	({                                                                        \
		__u64 value;                                                      \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                             \
			     : "=r"(value)                                        \
			     : "r"(skb), "i"(offsetof(struct __sk_buff, field))); \
		(__u32) value;                                                    \
	})

#define PULL_LEN 160     /* outer headers, a few options, two tags and an IP header inside */
#define PULL_LEN_MAX 400 /* with all the options that there can be */

static __always_inline struct packet packet_of_skb(struct __sk_buff *skb)
{
	struct packet pkt = {
		.data = (const void *)(long)skb->data,
		.end = (const void *)(long)skb->data_end,
		.len = skb->len,
		.skb = skb,
	};

	return pkt;
}

/* Makes the first @len bytes directly readable, or as many as there are. */
static __always_inline struct packet packet_pull(struct __sk_buff *skb, __u32 len)
{
	struct packet pkt = packet_of_skb(skb);

	if (len > skb->len)
		len = skb->len;
	if (pkt.data + len > pkt.end) {
		bpf_skb_pull_data(skb, len);
		pkt = packet_of_skb(skb);
	}
	return pkt;
}

/* Overwrites bytes; a sum that the driver made of the packet stays right.  0, or -errno. */
static __always_inline int packet_store(const struct packet *pkt, __u32 offset, void *bytes,
					__u32 len)
{
	if (pkt->xdp)
		return bpf_xdp_store_bytes(pkt->xdp, offset, bytes, len);
	return bpf_skb_store_bytes(pkt->skb, offset, bytes, len, BPF_F_RECOMPUTE_CSUM);
}

static __always_inline struct packet packet_of_xdp(struct xdp_md *ctx)
{
	struct packet pkt = {
		.data = (const void *)(long)ctx->data,
		.end = (const void *)(long)ctx->data_end,
		.len = bpf_xdp_get_buff_len(ctx),
		.xdp = ctx,
	};

	return pkt;
}

#endif
