/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the outer headers of a received packet: Ethernet, IPv4 or IPv6, UDP. */
#ifndef GENEVE_BPF_OUTER_H
#define GENEVE_BPF_OUTER_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "schema.h"

#define IP_OFFSET_AND_MF 0x3fff
#define IP_DF 0x4000

/* A view of a packet's bytes that tc and XDP share. */
struct packet {
	const void *data;
	const void *end;       /* of what can be read directly */
	__u32 len;             /* of the whole frame */
	struct __sk_buff *skb; /* one of the two */
	struct xdp_md *xdp;
};

#define HEADERS_MAX 0x3ff /* all the headers that we read lie before this offset */

/*
 * The byte at @offset.  The mask is for the verifier, which forgets what is
 * known of an offset when it goes through the stack; the asm is for the
 * compiler, which knows that the mask changes nothing.
 */
static __always_inline const void *packet_at(const struct packet *pkt, __u32 offset)
{
	__u64 bounded = offset;

	asm volatile("%0 &= %1" : "+r"(bounded) : "i"(HEADERS_MAX));
	return pkt->data + bounded;
}

struct outer {
	struct address src;
	struct address dst;
	__u32 udp;  /* offset of the UDP header in the frame */
	__u32 end;  /* offset of the IP packet's end: what follows is padding */
	__u16 port; /* destination, host order */
	__u16 udp_len;
	__u16 check; /* as on the wire */
	__u8 tos;    /* IPv6: traffic class */
	__u8 ttl;
	bool ipv6;
	bool fragment;
};

static __always_inline void address_from_ipv4(struct address *address, __be32 ip)
{
	__builtin_memset(address->bytes, 0, 10);
	address->bytes[10] = 0xff;
	address->bytes[11] = 0xff;
	__builtin_memcpy(address->bytes + 12, &ip, 4);
}

static __always_inline bool address_is_ipv4(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return !word[0] && !word[1] && word[2] == bpf_htonl(0xffff);
}

static __always_inline bool address_equal(const struct address *a, const struct address *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1];
}

static __always_inline bool address_is_unset(const struct address *address)
{
	const __u64 *word = (const __u64 *)address;

	return !word[0] && !word[1];
}

static __always_inline bool address_is_multicast(const struct address *address)
{
	return address->bytes[0] == 0xff ||
	       (address_is_ipv4(address) && (address->bytes[12] & 0xf0) == 0xe0);
}

static __always_inline bool address_is_linklocal(const struct address *address)
{
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static __always_inline __u8 ipv6_class(const struct ipv6hdr *ip)
{
	return bpf_ntohs(*(const __be16 *)ip) >> 4;
}

static __always_inline bool outer_ipv4(const struct packet *pkt, __u32 l3, struct outer *outer)
{
	const struct iphdr *ip = pkt->data + l3;

	if ((const void *)(ip + 1) > pkt->end || ip->version != 4 || ip->ihl < 5 ||
	    ip->protocol != IPPROTO_UDP || ip->frag_off & bpf_htons(0x1fff))
		return false;
	address_from_ipv4(&outer->src, ip->saddr);
	address_from_ipv4(&outer->dst, ip->daddr);
	outer->udp = l3 + ip->ihl * 4;
	outer->end = l3 + bpf_ntohs(ip->tot_len);
	outer->fragment = ip->frag_off & bpf_htons(IP_OFFSET_AND_MF);
	outer->tos = ip->tos;
	outer->ttl = ip->ttl;
	outer->ipv6 = false;
	return true;
}

static __always_inline bool outer_ipv6(const struct packet *pkt, __u32 l3, struct outer *outer)
{
	const struct ipv6hdr *ip = pkt->data + l3;
	const struct {
		__u8 nexthdr, reserved;
		__be16 frag_off;
		__be32 id;
	} *frag = (const void *)(ip + 1);

	if ((const void *)(ip + 1) > pkt->end || ip->version != 6)
		return false;
	outer->fragment = ip->nexthdr == IPPROTO_FRAGMENT;
	if (outer->fragment) {
		if ((const void *)(frag + 1) > pkt->end || frag->nexthdr != IPPROTO_UDP ||
		    frag->frag_off & bpf_htons(0xfff8))
			return false;
	} else if (ip->nexthdr != IPPROTO_UDP) {
		return false;
	}
	__builtin_memcpy(&outer->src, &ip->saddr, 16);
	__builtin_memcpy(&outer->dst, &ip->daddr, 16);
	outer->udp = l3 + sizeof(*ip) + (outer->fragment ? sizeof(*frag) : 0);
	outer->end = l3 + sizeof(*ip) + bpf_ntohs(ip->payload_len);
	outer->tos = ipv6_class(ip);
	outer->ttl = ip->hop_limit;
	outer->ipv6 = true;
	return true;
}

/*
 * Fills @outer from a UDP packet of ethertype @proto at offset @l3, or from the
 * first fragment of one.  False for anything else, later fragments included:
 * those carry no port and are the host's, whose reassembly gives up on them.
 */
static __always_inline bool outer_parse_ip(const struct packet *pkt, __u32 l3, __be16 proto,
					   struct outer *outer)
{
	const struct udphdr *udp;

	if (proto == bpf_htons(ETH_P_IP)) {
		if (!outer_ipv4(pkt, l3, outer))
			return false;
	} else if (proto == bpf_htons(ETH_P_IPV6)) {
		if (!outer_ipv6(pkt, l3, outer))
			return false;
	} else {
		return false;
	}
	udp = packet_at(pkt, outer->udp);
	if ((const void *)(udp + 1) > pkt->end)
		return false;
	outer->port = bpf_ntohs(udp->dest);
	outer->udp_len = bpf_ntohs(udp->len);
	outer->check = udp->check;
	return true;
}

static __always_inline bool outer_parse(const struct packet *pkt, struct outer *outer)
{
	const struct ethhdr *eth = pkt->data;

	return (const void *)(eth + 1) <= pkt->end &&
	       outer_parse_ip(pkt, ETH_HLEN, eth->h_proto, outer);
}

#endif
