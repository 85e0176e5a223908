/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last step of receive in XDP, for what gains nothing from GRO: UDP goes
 * straight into the interface's queue, whose NAPI makes the skb.  TCP passes, so
 * that the driver's GRO merges it.  All packets of a flow go one way, or they
 * would overtake each other.  Mirrors deliver.h.
 */
#ifndef GENEVE_BPF_DELIVER_XDP_H
#define GENEVE_BPF_DELIVER_XDP_H

#include "decap.h"
#include "udp_csum.h"

/* True on hardware: what comes off a wire has its checksums. */
static __always_inline bool is_wire(__u32 ifindex)
{
	const struct underlay *underlay = bpf_map_lookup_elem(&geneve_underlay, &ifindex);

	return underlay && underlay->flags & UNDERLAY_WIRE;
}

#define SUM_DIRECT_MAX 128

/*
 * xdp_sum() for short packets: it is faster to look than to copy.  The bytes up
 * to @end are all that is left of the packet.
 */
static __always_inline __u64 sum_to_end(const void *at, const void *end)
{
	__u64 sum = 0;

	for (int i = 0; i < SUM_DIRECT_MAX / 4 && at + 4 <= end; i++, at += 4)
		sum += *(const __u32 *)at;
	if (at + 2 <= end) {
		sum += *(const __u16 *)at;
		at += 2;
	}
	if (at + 1 <= end)
		sum += bpf_htons(*(const __u8 *)at << 8);
	return sum;
}

/*
 * True for a UDP packet that is complete.  A redirect forgets that a checksum is
 * left to the device (CHECKSUM_PARTIAL, which a program does not see), its own or
 * that of a packet inside, which the sum of the whole then does not hold for
 * either.
 */
__noinline int xdp_is_complete_udp(struct xdp_md *ctx, __u32 offset, __be16 proto)
{
	struct packet pkt = packet_of_xdp(ctx);
	struct inner inner;
	__s64 sum;

	inner_parse(&pkt, offset, proto, &inner);
	if (!inner.l4 || inner.proto != IPPROTO_UDP)
		return false;
	if (is_wire(ctx->ingress_ifindex))
		return true;
	if (!inner.check)
		return false;
	if (pkt.len - inner.l4 <= SUM_DIRECT_MAX)
		sum = sum_to_end(packet_at(&pkt, inner.l4), pkt.end);
	else
		sum = xdp_sum(ctx, inner.l4, pkt.len - inner.l4);
	return sum >= 0 && csum_fold(sum + inner.pseudo) == 0xffff;
}

/* The queue takes what is in one buffer, and not longer than the interface's MTU. */
static __always_inline bool delivers_to_queue(struct xdp_md *ctx, const struct packet *pkt,
					      const struct decap *d)
{
	return d->segment->flags & SEGMENT_QUEUE && !(d->segment->flags & SEGMENT_DEBUG) &&
	       pkt->len - d->cut <= ETH_HLEN + d->segment->mtu &&
	       pkt->data + pkt->len == pkt->end && xdp_is_complete_udp(ctx, d->inner, d->proto);
}

/*
 * What the kernel then does not take, it counts at the port, or not at all:
 * `geneve-bpf stats` tells.
 */
static __always_inline int deliver_to_queue(const struct segment *segment, struct counters *stats,
					    __u32 len)
{
	__u32 place = DEVICE_PORT(segment->slot);
	int verdict = bpf_redirect_map(&geneve_device, place, XDP_DROP);

	if (verdict == XDP_REDIRECT) {
		count_rx(stats, 1, len);
		count(stats, COUNTER_rx_fast);
	} else {
		count(stats, COUNTER_rx_no_device);
	}
	return verdict;
}

#endif
