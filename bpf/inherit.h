/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the outer header takes over from the inner one, and the other way
 * round: ECN always (RFC 6040), TTL, DSCP and DF as configured.
 */
#ifndef GENEVE_BPF_INHERIT_H
#define GENEVE_BPF_INHERIT_H

#include "ecn.h"
#include "inner.h"
#include "packet.h"
#include "stats.h"

/* The fields of an IP header that a tunnel looks at; all zero for what is not IP. */
struct ip_fields {
	__u8 tos; /* IPv6: traffic class */
	__u8 ttl;
	bool df; /* IPv6: always, no router fragments it */
	bool is_ip;
};

/* Reads the header of ethertype @proto at @l3. */
static __always_inline void ip_fields_read(const struct packet *pkt, __be16 proto, __u32 l3,
					   struct ip_fields *fields)
{
	const struct ipv6hdr *ip6 = packet_at(pkt, l3);
	const struct iphdr *ip = (const void *)ip6;

	__builtin_memset(fields, 0, sizeof(*fields));
	if (proto == bpf_htons(ETH_P_IP) && (const void *)(ip + 1) <= pkt->end) {
		fields->tos = ip->tos;
		fields->ttl = ip->ttl;
		fields->df = ip->frag_off & bpf_htons(IP_DF);
		fields->is_ip = true;
	} else if (proto == bpf_htons(ETH_P_IPV6) && (const void *)(ip6 + 1) <= pkt->end) {
		fields->tos = ipv6_class(ip6);
		fields->ttl = ip6->hop_limit;
		fields->df = true;
		fields->is_ip = true;
	}
}

static __always_inline bool df_outward(const struct segment *segment, const struct ip_fields *inner)
{
	return segment->df == DF_SET || (segment->df == DF_INHERIT && inner->df);
}

/* A group's TTL is its scope, whatever the packet's says. */
static __always_inline __u8 ttl_outward(const struct segment *segment, bool to_group,
					const struct ip_fields *inner)
{
	bool inherit = segment->flags & SEGMENT_TTL_INHERIT && !to_group && inner->ttl;

	return inherit ? inner->ttl : segment->ttl;
}

static __always_inline __u8 tos_outward(const struct segment *segment,
					const struct ip_fields *inner)
{
	return segment->flags & SEGMENT_DSCP_INHERIT ? inner->tos : inner->tos & ECN_MASK;
}

/* Updates a checksum for a changed 16-bit word (RFC 1624 section 3). */
static __always_inline __u16 csum_replace(__u16 check, __u16 old, __u16 new)
{
	return ~csum_fold((__u64)(__u16)~check + (__u16)~old + new);
}

static __always_inline int rewrite_ipv4(const struct packet *pkt, __u32 l3, __u8 tos, __u8 ttl)
{
	const struct iphdr *ip = packet_at(pkt, l3);
	struct iphdr new;
	const __u16 *before = (const __u16 *)ip, *after = (const __u16 *)&new;

	if ((const void *)(ip + 1) > pkt->end)
		return -1;
	__builtin_memcpy(&new, ip, sizeof(new));
	new.tos = tos;
	new.ttl = ttl;
	new.check = csum_replace(new.check, before[0], after[0]);
	new.check = csum_replace(new.check, before[4], after[4]);
	return packet_store(pkt, l3, &new, sizeof(new));
}

static __always_inline int rewrite_ipv6(const struct packet *pkt, __u32 l3, __u8 tos, __u8 ttl)
{
	const struct ipv6hdr *ip = packet_at(pkt, l3);
	struct ipv6hdr new;
	__be16 *start = (__be16 *)&new;

	if ((const void *)(ip + 1) > pkt->end)
		return -1;
	__builtin_memcpy(&new, ip, sizeof(new));
	*start = (*start & bpf_htons(0xf00f)) | bpf_htons((__u16)tos << 4);
	new.hop_limit = ttl;
	return packet_store(pkt, l3, &new, sizeof(new));
}

/* The same the other way: what came through a group has the group's TTL, not the packet's. */
static __always_inline bool ttl_comes_inward(const struct segment *segment,
					     const struct outer *outer)
{
	return segment->flags & SEGMENT_TTL_INHERIT && outer->ttl &&
	       !address_is_multicast(&outer->dst);
}

/* False for most packets: nothing in the inner header changes. */
static __always_inline bool inherits_inward(const struct segment *segment,
					    const struct outer *outer)
{
	return outer->tos & ECN_MASK || ttl_comes_inward(segment, outer);
}

static __always_inline enum counter inherit_inward(const struct packet *pkt,
						   const struct segment *segment,
						   const struct outer *outer, __u32 offset,
						   __be16 proto)
{
	struct ip_fields inner;
	__u8 ttl;
	int ecn;
	__u32 l3;

	proto = payload_l3(pkt, offset, proto, &l3);
	ip_fields_read(pkt, proto, l3, &inner);
	if (!inner.is_ip)
		return 0;
	ecn = ecn_decapsulate(inner.tos, outer->tos);
	if (ecn < 0)
		return COUNTER_rx_ecn;
	ttl = ttl_comes_inward(segment, outer) ? outer->ttl : inner.ttl;
	ecn |= inner.tos & ~ECN_MASK;
	if (ecn == inner.tos && ttl == inner.ttl)
		return 0;
	if (proto == bpf_htons(ETH_P_IP) ? rewrite_ipv4(pkt, l3, ecn, ttl)
					 : rewrite_ipv6(pkt, l3, ecn, ttl))
		return COUNTER_rx_refused;
	return 0;
}

/*
 * Bring the inner header of the payload of type @proto at @offset up to date:
 * 0, or the counter of the drop.  Global functions, verified once by themselves.
 */
__noinline int skb_inherit(struct __sk_buff *skb, const struct segment *segment,
			   const struct outer *outer, __u32 offset, __be16 proto)
{
	struct packet pkt = packet_pull(skb, PULL_LEN_MAX);

	return segment && outer ? inherit_inward(&pkt, segment, outer, offset, proto)
				: COUNTER_rx_refused;
}

__noinline int xdp_inherit(struct xdp_md *ctx, const struct segment *segment,
			   const struct outer *outer, __u32 offset, __be16 proto)
{
	struct packet pkt = packet_of_xdp(ctx);

	return segment && outer ? inherit_inward(&pkt, segment, outer, offset, proto)
				: COUNTER_rx_refused;
}

#endif
