/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VLAN tags of the frame to be encapsulated.  A tag beside the packet
 * (skb->vlan_tci) would end up on the outer frame, and bpf_skb_adjust_room
 * refuses a packet whose protocol is a VLAN: all tags are taken off here, and
 * written back into the inner Ethernet header with the outer ones.
 */
#ifndef GENEVE_BPF_VLAN_H
#define GENEVE_BPF_VLAN_H

#include "inner.h"
#include "packet.h"

struct vlan_tags {
	struct {
		__be16 proto;
		__u16 tci; /* host order */
	} tag[VLAN_TAGS_MAX];
	__u32 count;
};

/* Only a whole tag counts: the kernel takes a frame cut short in its tag as it is. */
static __always_inline bool vlan_tagged(const struct __sk_buff *skb)
{
	return skb->vlan_present || (is_vlan(skb->protocol) && skb->len >= ETH_HLEN + 4);
}

/*
 * Takes all tags off.  Returns 0, or the counter of the drop.
 * bpf_skb_vlan_pop() takes the one beside the packet and then moves the next
 * one from the packet there; with none beside it, it takes the packet's.
 */
static __always_inline enum counter vlan_take(struct __sk_buff *skb, struct vlan_tags *tags)
{
	tags->count = 0;
	for (int i = 0; i < VLAN_TAGS_MAX; i++) {
		if (!vlan_tagged(skb))
			return 0;
		if (skb->vlan_present) {
			tags->tag[i].proto = CONTEXT(skb, vlan_proto);
			tags->tag[i].tci = CONTEXT(skb, vlan_tci);
		} else {
			struct vlan_hdr hdr;

			if (bpf_skb_load_bytes(skb, ETH_HLEN, &hdr, sizeof(hdr)))
				return COUNTER_tx_refused;
			tags->tag[i].proto = skb->protocol;
			tags->tag[i].tci = bpf_ntohs(hdr.tci);
		}
		if (bpf_skb_vlan_pop(skb))
			return COUNTER_tx_refused;
		tags->count = i + 1;
	}
	return vlan_tagged(skb) ? COUNTER_tx_vlan_depth : 0;
}

#endif
