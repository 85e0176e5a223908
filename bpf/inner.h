/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the inner frame's headers, as far as checksums and segment sizes need them. */
#ifndef GENEVE_BPF_INNER_H
#define GENEVE_BPF_INNER_H

#include "checksum.h"
#include "outer.h"

#define VLAN_TAGS_MAX 2
#define IPV6_EXTENSIONS_MAX 2

struct vlan_hdr {
	__be16 tci;
	__be16 proto;
};

struct inner {
	__u32 l4;      /* offset of the TCP or UDP header; 0: no such header */
	__u32 hdr_end; /* offset of that header's end */
	__u32 proto;   /* IPPROTO_TCP or IPPROTO_UDP */
	__u16 pseudo;  /* folded sum of its pseudo header */
	__u16 check;   /* its checksum, as in the packet */
};

static __always_inline bool is_vlan(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) || proto == bpf_htons(ETH_P_8021AD);
}

/* Takes the transport header at @l4, whose segment must end where the frame does. */
static __always_inline void inner_transport(const struct packet *pkt, struct inner *inner, __u32 l4,
					    __u8 proto, const struct address *src,
					    const struct address *dst)
{
	const void *hdr = packet_at(pkt, l4);

	if (proto == IPPROTO_TCP) {
		if (hdr + 20 > pkt->end)
			return;
		inner->hdr_end = l4 + (((const __u8 *)hdr)[12] >> 4) * 4;
		inner->check = *(const __u16 *)(hdr + 16);
	} else if (proto == IPPROTO_UDP) {
		if (hdr + 8 > pkt->end)
			return;
		inner->hdr_end = l4 + 8;
		inner->check = *(const __u16 *)(hdr + 6);
	} else {
		return;
	}
	inner->l4 = l4;
	inner->proto = proto;
	inner->pseudo = csum_fold(csum_pseudo(src, dst, pkt->len - l4, proto));
}

static __always_inline void inner_ipv4(const struct packet *pkt, struct inner *inner, __u32 l3)
{
	const struct iphdr *ip = packet_at(pkt, l3);
	struct address src, dst;

	if ((const void *)(ip + 1) > pkt->end || ip->ihl < 5 ||
	    ip->frag_off & bpf_htons(IP_OFFSET_AND_MF) || l3 + bpf_ntohs(ip->tot_len) != pkt->len)
		return;
	address_from_ipv4(&src, ip->saddr);
	address_from_ipv4(&dst, ip->daddr);
	inner_transport(pkt, inner, l3 + ip->ihl * 4, ip->protocol, &src, &dst);
}

static __always_inline void inner_ipv6(const struct packet *pkt, struct inner *inner, __u32 l3)
{
	const struct ipv6hdr *ip = packet_at(pkt, l3);
	__u32 l4 = l3 + sizeof(*ip);
	struct address src, dst;
	__u8 proto;

	if ((const void *)(ip + 1) > pkt->end || l4 + bpf_ntohs(ip->payload_len) != pkt->len)
		return;
	__builtin_memcpy(&src, &ip->saddr, 16);
	__builtin_memcpy(&dst, &ip->daddr, 16);
	proto = ip->nexthdr;
	for (int i = 0; i < IPV6_EXTENSIONS_MAX; i++) {
		const struct ipv6_opt_hdr *ext = packet_at(pkt, l4);

		if (proto != IPPROTO_HOPOPTS && proto != IPPROTO_DSTOPTS)
			break;
		if ((const void *)(ext + 1) > pkt->end)
			return;
		proto = ext->nexthdr;
		l4 += (ext->hdrlen + 1) * 8;
	}
	inner_transport(pkt, inner, l4, proto, &src, &dst);
}

/*
 * Finds the network header of the payload at @offset, which is a packet of
 * @proto or a frame (PAYLOAD_ETHERNET) with up to two tags.  Its ethertype,
 * 0 where the headers are cut short; *@l3 is its offset.
 */
static __always_inline __be16 payload_l3(const struct packet *pkt, __u32 offset, __be16 proto,
					 __u32 *l3)
{
	const struct ethhdr *eth = packet_at(pkt, offset);

	*l3 = offset;
	if (proto != bpf_htons(PAYLOAD_ETHERNET))
		return proto;
	if ((const void *)(eth + 1) > pkt->end)
		return 0;
	proto = eth->h_proto;
	offset += ETH_HLEN;
	for (int i = 0; i < VLAN_TAGS_MAX; i++) {
		const struct vlan_hdr *vlan = packet_at(pkt, offset);

		if (!is_vlan(proto))
			break;
		if ((const void *)(vlan + 1) > pkt->end)
			return 0;
		proto = vlan->proto;
		offset += sizeof(*vlan);
	}
	*l3 = offset;
	return proto;
}

/*
 * Finds the TCP or UDP header of the whole, unfragmented packet in the payload
 * of type @proto at @offset; inner->l4 stays 0 where there is none, where
 * the frame has padding, or where an IPv6 header that moves the destination
 * (routing) makes the pseudo header another one.
 */
static __always_inline void inner_parse(const struct packet *pkt, __u32 offset, __be16 proto,
					struct inner *inner)
{
	__u32 l3;

	__builtin_memset(inner, 0, sizeof(*inner));
	proto = payload_l3(pkt, offset, proto, &l3);
	if (proto == bpf_htons(ETH_P_IP))
		inner_ipv4(pkt, inner, l3);
	else if (proto == bpf_htons(ETH_P_IPV6))
		inner_ipv6(pkt, inner, l3);
}

#endif
