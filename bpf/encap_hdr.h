/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing the outer headers.  Mirrors outer.h. */
#ifndef GENEVE_BPF_ENCAP_HDR_H
#define GENEVE_BPF_ENCAP_HDR_H

#include "checksum.h"
#include "clock.h"
#include "overhead.h"
#include "vlan.h"

/* All that the outer headers say; numbers in host order. */
struct tunnel_to {
	struct address local;
	struct address remote;
	__u32 vni;
	__u32 start; /* of the tunnel header: its first four bytes */
	__u16 sport;
	__u16 dport;
	__u8 tos; /* IPv6: traffic class */
	__u8 ttl;
	bool df;
	bool ipv6;
	bool external; /* the frame's metadata said so */
	bool flood;    /* and to the flood list */
	__u8 layer;    /* enum layer */
};

/* The type of what follows the tunnel header: a frame, or the packet of the frame @eth. */
static __always_inline __be16 payload_of(enum layer layer, const struct ethhdr *eth)
{
	return layer == LAYER_L2 ? bpf_htons(PAYLOAD_ETHERNET) : eth->h_proto;
}

/* The tunnel header's first four bytes, in host order. */
static __always_inline __u32 tunnel_start(enum protocol protocol, __be16 payload)
{
	switch (protocol) {
#define PROTOCOL_START(id, prefix, port_template, udp_port, start, flags) \
	case id:                                                          \
		return (start) ?: bpf_ntohs(payload);
		PROTOCOLS(PROTOCOL_START)
#undef PROTOCOL_START
	}
	return 0;
}

static __always_inline void write_ipv4(struct iphdr *ip, const struct tunnel_to *to, __u32 len)
{
	__u64 sum;

	ip->version = 4;
	ip->ihl = 5;
	ip->tos = to->tos;
	ip->tot_len = bpf_htons(len);
	ip->id = clock_ip_id(); /* needed where DF is clear: RFC 6864 section 4.1 */
	ip->frag_off = to->df ? bpf_htons(IP_DF) : 0;
	ip->ttl = to->ttl;
	ip->protocol = IPPROTO_UDP;
	__builtin_memcpy(&ip->saddr, to->local.bytes + 12, 4);
	__builtin_memcpy(&ip->daddr, to->remote.bytes + 12, 4);
	sum = bpf_htons(0x4500 | to->tos) + bpf_htons(to->ttl << 8 | IPPROTO_UDP) + ip->frag_off;
	ip->check = ~csum_fold(sum + ip->tot_len + ip->id + ip->saddr + ip->daddr);
}

static __always_inline void write_ipv6(struct ipv6hdr *ip, const struct tunnel_to *to, __u32 len)
{
	*(__be32 *)ip = bpf_htonl(6 << 28 | (__u32)to->tos << 20);
	ip->payload_len = bpf_htons(len - sizeof(*ip));
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = to->ttl;
	__builtin_memcpy(&ip->saddr, &to->local, 16);
	__builtin_memcpy(&ip->daddr, &to->remote, 16);
}

static __always_inline void write_udp(struct udphdr *udp, const struct tunnel_to *to, __u32 len)
{
	udp->source = bpf_htons(to->sport);
	udp->dest = bpf_htons(to->dport);
	udp->len = bpf_htons(len);
	udp->check = 0;
}

static __always_inline void write_tunnel(struct tunnel_hdr *tunnel, const struct tunnel_to *to)
{
	tunnel->start = bpf_htonl(to->start);
	tunnel->vni[0] = to->vni >> 16;
	tunnel->vni[1] = to->vni >> 8;
	tunnel->vni[2] = to->vni;
	tunnel->reserved = 0;
}

static __always_inline int write_headers(struct __sk_buff *skb, const struct tunnel_to *to,
					 const struct ethhdr *inner, bool ipv6)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	__u32 ip_len = ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	struct {
		struct udphdr udp;
		struct tunnel_hdr tunnel;
	} *rest = data + ETH_HLEN + ip_len;
	__u32 len = skb->len - ETH_HLEN;
	struct ethhdr *eth = data, *carried = (void *)(rest + 1);

	if ((void *)(rest + 1) > end)
		return -1;
	__builtin_memset(eth, 0, 2 * ETH_ALEN);
	eth->h_proto = bpf_htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	if (ipv6)
		write_ipv6(data + ETH_HLEN, to, len);
	else
		write_ipv4(data + ETH_HLEN, to, len);
	write_udp(&rest->udp, to, len - ip_len);
	write_tunnel(&rest->tunnel, to);
	if (to->layer != LAYER_L2)
		return 0;
	if ((void *)(carried + 1) > end)
		return -1;
	*carried = *inner;
	return 0;
}

/*
 * Fills the room at the start of @skb: Ethernet header, for bpf_redirect_neigh
 * to complete, IP, UDP without checksum, the tunnel's, and, where frames are
 * carried, the inner Ethernet header @inner without tags.  0, or -1 if there
 * is no such room.  A global function: its paths are verified once.
 */
__noinline int write_outer(struct __sk_buff *skb, const struct tunnel_to *to,
			   const struct ethhdr *inner)
{
	if (!to || !inner)
		return -1;
	/* Each with a constant, for offsets that the verifier knows. */
	return to->ipv6 ? write_headers(skb, to, inner, true)
			: write_headers(skb, to, inner, false);
}

/*
 * Puts the tags that vlan_take() took off behind the inner Ethernet header's
 * addresses, at @offset: a tag is the two bytes of its protocol, where the
 * frame's would stand, and its TCI.
 */
static __always_inline int write_tags(struct __sk_buff *skb, __u32 offset, __be16 proto,
				      const struct vlan_tags *tags)
{
	__be16 tail[2 * VLAN_TAGS_MAX + 1];

	tail[0] = tags->tag[0].proto;
	tail[1] = bpf_htons(tags->tag[0].tci);
	tail[2] = tags->count > 1 ? tags->tag[1].proto : proto;
	tail[3] = bpf_htons(tags->tag[1].tci);
	tail[4] = proto;
	if (tags->count > 1)
		return bpf_skb_store_bytes(skb, offset, tail, 10, 0);
	return bpf_skb_store_bytes(skb, offset, tail, 6, 0);
}

#endif
