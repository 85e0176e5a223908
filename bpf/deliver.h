/* SPDX-License-Identifier: GPL-2.0-only */
/* The last step of receive, in tc: hand the inner frame to the tunnel interface. */
#ifndef GENEVE_BPF_DELIVER_H
#define GENEVE_BPF_DELIVER_H

#include <linux/pkt_cls.h>

#include "external.h"
#include "stats.h"
#include "udp_csum.h"

#define SINGLES 64 /* large TCP packets, until there is no doubt: see comes_singly() */

/* True while the device at @place exists and is in this namespace. */
static __always_inline bool device_here(__u32 place)
{
	return bpf_map_lookup_elem(&geneve_device, &place) != NULL;
}

/* Straight into the interface's receive path, or else across the veth. */
static __always_inline bool delivers_directly(const struct segment *segment)
{
	return !(segment->flags & (SEGMENT_DEBUG | SEGMENT_XDP)) &&
	       device_here(DEVICE_IFACE(segment->slot));
}

static __always_inline bool is_tcp(struct __sk_buff *skb)
{
	const struct {
		struct ethhdr eth;
		union {
			struct iphdr ipv4;
			struct ipv6hdr ipv6;
		};
	} __attribute__((packed)) *frame = (void *)(long)skb->data;

	if ((void *)&frame->ipv4 + IPV4_HDR_LEN > (void *)(long)skb->data_end)
		return false;
	if (frame->eth.h_proto == bpf_htons(ETH_P_IP))
		return frame->ipv4.protocol == IPPROTO_TCP;
	return frame->eth.h_proto == bpf_htons(ETH_P_IPV6) && frame->ipv6.nexthdr == IPPROTO_TCP;
}

/*
 * Whether TCP comes to the segment in packets of their own, as off a wire: many large
 * ones since the last aggregate.  The first of them, and the small ones of a sender
 * that makes aggregates, must not take another way than these, which would overtake
 * them.
 */
static __always_inline bool comes_singly(const struct __sk_buff *skb, struct segment *segment)
{
	if (segment->singles >= SINGLES && !skb->gso_size)
		return true;
	if (skb->gso_size && segment->singles)
		segment->singles = 0;
	else if (!skb->gso_size && skb->len > segment->mtu / 2)
		segment->singles++;
	return false;
}

/*
 * True for what the interface's GRO may merge, since nobody has so far.  It is in the
 * NAPI of its queue, which the port leads to while it cannot do TSO itself
 * (veth_skb_is_eligible_for_gro).
 */
static __always_inline bool gains_by_gro(struct __sk_buff *skb, struct segment *segment)
{
	return segment->flags & SEGMENT_MERGE && is_tcp(skb) && comes_singly(skb, segment) &&
	       skb->len <= ETH_HLEN + segment->mtu && device_here(DEVICE_PORT(segment->slot));
}

/* An aggregate counts as the packets that it was on the wire; gso_segs is 0 after a strip by tc. */
static __always_inline __u32 segments_of(struct __sk_buff *skb)
{
	struct inner inner = {};

	if (skb->gso_segs)
		return skb->gso_segs;
	if (!skb->gso_size || skb_inner(skb, 0, bpf_htons(PAYLOAD_ETHERNET), &inner) ||
	    skb->len < inner.hdr_end)
		return 1;
	return (skb->len - inner.hdr_end + skb->gso_size - 1) / skb->gso_size;
}

/*
 * Both ways run eth_type_trans(), which sets protocol and pkt_type from the
 * inner header.  Straight into the interface's receive path when it is beside
 * us; across the veth when it was moved to another namespace, has an XDP program,
 * or the device's own counters are wanted (debug).  What the kernel then drops,
 * because the interface is down, it counts in rx_dropped of the interface or
 * tx_dropped of the port; `geneve-bpf stats` shows both.
 *
 * @metadata, if not NULL, are for program geneve_metadata at the interface's
 * ingress, which is there only while the interface is.  @merge: see gains_by_gro().
 */
static __always_inline int deliver(struct __sk_buff *skb, const struct segment *segment,
				   struct counters *stats, struct metadata *metadata, bool merge)
{
	if (metadata && device_here(DEVICE_IFACE(segment->slot)) && external_put(skb, metadata)) {
		count(stats, COUNTER_rx_refused);
		return TC_ACT_SHOT;
	}
	if (delivers_directly(segment) && !merge) {
		count_rx(stats, segments_of(skb), skb->len);
		return bpf_redirect(segment->iface, BPF_F_INGRESS);
	}
	if (device_here(DEVICE_PORT(segment->slot))) {
		count_rx(stats, segments_of(skb), skb->len);
		return bpf_redirect(segment->port, 0);
	}
	count(stats, COUNTER_rx_no_device);
	return TC_ACT_SHOT;
}

#endif
