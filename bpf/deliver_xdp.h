/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last step of receive in XDP, for what gains nothing from GRO: UDP goes
 * straight into the interface's queue, whose NAPI makes the skb.  TCP passes, so
 * that the driver's GRO merges it.  All packets of a flow go one way, or they would
 * overtake each other: fragments and padded ones, too.  Mirrors deliver.h.
 */
#ifndef GENEVE_BPF_DELIVER_XDP_H
#define GENEVE_BPF_DELIVER_XDP_H

#include "decap.h"
#include "udp_csum.h"

#define SUM_DIRECT_MAX 128
#define QUEUE_MTU_MAX 3506 /* a page, less headroom, Ethernet header and struct skb_shared_info */

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

enum udp {
	UDP_NONE,
	UDP_WHOLE,
	UDP_FRAGMENT,
};

/* Whether the payload of type @proto at @offset is UDP; *@end is the offset of its end. */
static __always_inline enum udp udp_of(const struct packet *pkt, __u32 offset, __be16 proto,
				       __u32 *end)
{
	const struct ipv6hdr *ipv6;
	const struct iphdr *ipv4;
	const __u8 *next;
	__u32 l3;

	proto = payload_l3(pkt, offset, proto, &l3);
	ipv4 = packet_at(pkt, l3);
	if (proto == bpf_htons(ETH_P_IP)) {
		if ((const void *)(ipv4 + 1) > pkt->end || ipv4->protocol != IPPROTO_UDP)
			return UDP_NONE;
		*end = l3 + bpf_ntohs(ipv4->tot_len);
		return ipv4->frag_off & bpf_htons(IP_OFFSET_AND_MF) ? UDP_FRAGMENT : UDP_WHOLE;
	}
	ipv6 = packet_at(pkt, l3);
	next = (const void *)(ipv6 + 1);
	if (proto != bpf_htons(ETH_P_IPV6) || (const void *)(next + 1) > pkt->end)
		return UDP_NONE;
	*end = l3 + sizeof(*ipv6) + bpf_ntohs(ipv6->payload_len);
	if (ipv6->nexthdr == IPPROTO_FRAGMENT)
		return *next == IPPROTO_UDP ? UDP_FRAGMENT : UDP_NONE;
	return ipv6->nexthdr == IPPROTO_UDP ? UDP_WHOLE : UDP_NONE;
}

/*
 * Whether the datagram's checksum is right.  If it is not, it may be one that was left
 * to the device (CHECKSUM_PARTIAL), or that of another packet inside was.  Without a
 * checksum there is no telling.
 */
static __always_inline bool has_checksum(struct xdp_md *ctx, struct packet *pkt, __u32 offset,
					 __be16 proto, __u32 end)
{
	bool padded = end < pkt->len;
	struct inner inner;
	__s64 sum;

	pkt->len = end;
	inner_parse(pkt, offset, proto, &inner);
	if (!inner.l4 || !inner.check)
		return false;
	if (!padded && end - inner.l4 <= SUM_DIRECT_MAX)
		sum = sum_to_end(packet_at(pkt, inner.l4), pkt->end);
	else
		sum = xdp_sum(ctx, inner.l4, end - inner.l4);
	return sum >= 0 && csum_fold(sum + inner.pseudo) == 0xffff;
}

/*
 * True for UDP that is complete, for a redirect forgets that a checksum is left to the
 * device, which a program does not see.  Hardware leaves none, and who makes fragments
 * finishes it before (ip_do_fragment, ip6_fragment).
 */
__noinline int xdp_is_complete_udp(struct xdp_md *ctx, __u32 offset, __be16 proto)
{
	struct packet pkt = packet_of_xdp(ctx);
	__u32 ifindex = ctx->ingress_ifindex, end;
	const struct underlay *underlay;

	underlay = bpf_map_lookup_elem(&geneve_underlay, &ifindex);
	if (!underlay || !(underlay->flags & UNDERLAY_REDIRECT))
		return false;
	switch (udp_of(&pkt, offset, proto, &end)) {
	case UDP_NONE:
		return false;
	case UDP_FRAGMENT:
		return true;
	case UDP_WHOLE:
		break;
	}
	return underlay->flags & UNDERLAY_WIRE || has_checksum(ctx, &pkt, offset, proto, end);
}

/*
 * The queue takes what is in one buffer, as all that fits the interface's MTU is,
 * unless that is for jumbo frames.
 */
static __always_inline bool delivers_to_queue(struct xdp_md *ctx, const struct packet *pkt,
					      const struct decap *d)
{
	return d->segment->flags & SEGMENT_QUEUE && !(d->segment->flags & SEGMENT_DEBUG) &&
	       d->segment->mtu <= QUEUE_MTU_MAX &&
	       pkt->len - d->cut <= ETH_HLEN + d->segment->mtu &&
	       pkt->data + pkt->len == pkt->end && xdp_is_complete_udp(ctx, d->inner, d->proto);
}

/*
 * What the kernel then does not take, it counts at the port or at the underlay
 * device: `geneve-bpf stats` tells.
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
