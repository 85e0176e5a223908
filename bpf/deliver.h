/* SPDX-License-Identifier: GPL-2.0-only */
/* The last step of receive, in tc: hand the inner frame to the tunnel interface. */
#ifndef GENEVE_BPF_DELIVER_H
#define GENEVE_BPF_DELIVER_H

#include <linux/pkt_cls.h>

#include "external.h"
#include "stats.h"
#include "udp_csum.h"

/* True while the device at @place exists and is in this namespace. */
static __always_inline bool device_here(__u32 place)
{
	return bpf_map_lookup_elem(&geneve_device, &place) != NULL;
}

/* Straight into the interface's receive path, or else across the veth. */
static __always_inline bool delivers_directly(const struct segment *segment)
{
	return !(segment->flags & SEGMENT_DEBUG) && device_here(DEVICE_IFACE(segment->slot));
}

/* An aggregate counts as the packets that it was on the wire; gso_segs is 0 after a strip. */
static __always_inline __u32 segments_of(struct __sk_buff *skb)
{
	struct inner inner = {};

	if (!skb->gso_size || skb_inner(skb, 0, bpf_htons(PAYLOAD_ETHERNET), &inner) ||
	    skb->len < inner.hdr_end)
		return 1;
	return (skb->len - inner.hdr_end + skb->gso_size - 1) / skb->gso_size;
}

/*
 * Both ways run eth_type_trans(), which sets protocol and pkt_type from the
 * inner header.  Straight into the interface's receive path when it is beside
 * us; across the veth when it was moved to another namespace, or when the
 * device's own counters are wanted (debug).  What the kernel then drops,
 * because the interface is down, it counts in rx_dropped of the interface or
 * tx_dropped of the port; `geneve-bpf stats` shows both.
 *
 * @metadata, if not NULL, are for program geneve_metadata at the interface's
 * ingress, which is there only while the interface is.
 */
static __always_inline int deliver(struct __sk_buff *skb, const struct segment *segment,
				   struct counters *stats, struct metadata *metadata)
{
	if (metadata && device_here(DEVICE_IFACE(segment->slot)) && external_put(skb, metadata)) {
		count(stats, COUNTER_rx_refused);
		return TC_ACT_SHOT;
	}
	if (delivers_directly(segment)) {
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
