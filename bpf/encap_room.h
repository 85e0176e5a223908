/* SPDX-License-Identifier: GPL-2.0-only */
/* Making room for the outer headers.  Mirrors skb_strip() in decap_tc.h. */
#ifndef GENEVE_BPF_ENCAP_ROOM_H
#define GENEVE_BPF_ENCAP_ROOM_H

#include "inner.h"
#include "overhead.h"

enum room {
	ROOM_REFUSED, /* nothing was touched */
	ROOM_TUNNEL,  /* the kernel knows the outer packet, and the inner one inside */
	ROOM_BEFORE,  /* the skb's metadata still speak of the inner frame */
};

static __always_inline bool is_ip(__be16 proto)
{
	return proto == bpf_htons(ETH_P_IP) || proto == bpf_htons(ETH_P_IPV6);
}

/*
 * bpf_skb_adjust_room sets up all that GSO and checksum offload need to know
 * of a tunnel packet.  It takes only IP, and only what is no tunnel packet
 * yet; for anything else there is bpf_skb_change_head, but then not for an
 * aggregate.  The length for ENCAP_L2 is that of the inner Ethernet header
 * alone: the kernel finds the tunnel header between it and UDP.
 *
 * Where bare packets are carried, the frame's Ethernet header becomes the outer one.
 */
static __always_inline enum room make_room(struct __sk_buff *skb, bool ipv6, enum layer layer,
					   __u32 tags)
{
	__u32 l2_len = inner_l2_len(layer) + tags * sizeof(struct vlan_hdr);
	__u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET |
		      BPF_F_ADJ_ROOM_ENCAP_L4_UDP;

	if (l2_len)
		flags |= BPF_F_ADJ_ROOM_ENCAP_L2_ETH | BPF_F_ADJ_ROOM_ENCAP_L2(l2_len);
	flags |= ipv6 ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV4;
	if (is_ip(skb->protocol) &&
	    !bpf_skb_adjust_room(skb, outer_len(ipv6) + l2_len, BPF_ADJ_ROOM_MAC, flags))
		return ROOM_TUNNEL;
	if (skb->gso_size || bpf_skb_change_head(skb, outer_len(ipv6) + l2_len, 0))
		return ROOM_REFUSED;
	return ROOM_BEFORE;
}

#endif
