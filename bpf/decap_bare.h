/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive on a device whose packets have no Ethernet header, such as tun or
 * WireGuard.  A packet to one of our addresses and ports is given one, which it
 * keeps if it is the host's after all; all others stay as they are.
 */
#ifndef GENEVE_BPF_DECAP_BARE_H
#define GENEVE_BPF_DECAP_BARE_H

#include "decap_tc.h"

/* Whether a segment, whichever, is at the packet's address and port: see struct vtep_key. */
static __always_inline bool is_to_vtep(struct __sk_buff *skb)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);
	struct outer outer;

	return outer_parse_ip(&pkt, 0, skb->protocol, &outer) && vtep_lookup(&outer, VNI_UNSET) &&
	       underlay_here(skb->ifindex);
}

/* bpf_skb_change_head() makes it a MAC header, zeroed. */
static __always_inline int put_eth(struct __sk_buff *skb)
{
	struct ethhdr *eth;

	if (bpf_skb_change_head(skb, ETH_HLEN, 0))
		return -1;
	eth = (void *)(long)skb->data;
	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return -1;
	eth->h_proto = skb->protocol;
	return 0;
}

static __always_inline int decap_bare(struct __sk_buff *skb)
{
	if (!is_to_vtep(skb))
		return TC_ACT_UNSPEC;
	if (put_eth(skb)) {
		count(stray_stats(skb->ifindex), COUNTER_rx_refused);
		return TC_ACT_SHOT;
	}
	return decap_tc(skb);
}

#endif
