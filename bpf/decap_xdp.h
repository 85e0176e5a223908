/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive at the driver's hook: strip here, so that the driver's GRO sees the
 * inner flow; the metadata in front names the segment to the tc program and
 * keeps GRO from merging equal flows of different segments
 * (skb_metadata_differs in gro_list_prepare).  What is awkward here passes
 * untouched to tc, which does all of it again.
 */
#ifndef GENEVE_BPF_DECAP_XDP_H
#define GENEVE_BPF_DECAP_XDP_H

#include "decap.h"
#include "deliver_xdp.h"
#include "udp_csum.h"

/* The outermost tag of the inner frame at @l2, or 0. */
static __always_inline __u32 inner_tag(const struct packet *pkt, const struct ethhdr *eth, __u32 l2)
{
	const struct vlan_hdr *vlan = packet_at(pkt, l2 + ETH_HLEN);

	if (!is_vlan(eth->h_proto) || (const void *)(vlan + 1) > pkt->end)
		return 0;
	return VLAN_TAG(bpf_ntohs(eth->h_proto), bpf_ntohs(vlan->tci));
}

enum strip {
	STRIP_DONE,
	STRIP_UNDONE, /* the frame is as it was */
	STRIP_FAILED,
};

/*
 * Removes @len bytes, and leaves room for metadata if wanted.  In this order, for these
 * then lie where the outer headers were, in the cache; and nothing has to move.
 */
static __always_inline enum strip xdp_strip(struct xdp_md *ctx, __u32 len, bool metadata)
{
	if (bpf_xdp_adjust_head(ctx, len))
		return STRIP_FAILED;
	if (!metadata || !bpf_xdp_adjust_meta(ctx, -(int)sizeof(struct stripped)))
		return STRIP_DONE;
	return bpf_xdp_adjust_head(ctx, -(int)len) ? STRIP_FAILED : STRIP_UNDONE;
}

static __always_inline int drop_xdp(struct counters *stats, enum counter reason)
{
	count(stats, reason);
	return XDP_DROP;
}

/* What is awkward here, and not there. */
static __always_inline bool is_for_tc(const struct packet *pkt, const struct decap *d)
{
	if (pkt->len != d->outer.end)
		return true; /* padding behind the IP packet */
	if (!mac_equal(((const struct ethhdr *)pkt->data)->h_dest, d->segment->underlay_mac))
		return true; /* another host's, or a device's that changed: tc knows */
	return d->segment->flags & SEGMENT_EXTERNAL; /* more metadata than there is room for */
}

/* To GRO, and then to tc, with the segment's name in front. */
static __always_inline int pass_stripped(struct xdp_md *ctx, const struct decap *d, __u32 tag)
{
	struct stripped *meta = (void *)(long)ctx->data_meta;
	const struct tunnel *tunnel;
	__u32 zero = 0;

	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	if (!tunnel || (void *)(meta + 1) > (void *)(long)ctx->data)
		return drop_xdp(d->stats, COUNTER_rx_refused);
	meta->cookie = tunnel->cookie;
	meta->segment = d->segment->port;
	meta->tag = tag;
	return XDP_PASS;
}

/* The outer headers are off: finishes the frame, and says where it goes. */
static __always_inline int deliver_xdp(struct xdp_md *ctx, struct decap *d, __u32 len, bool direct,
				       __u32 tag)
{
	enum counter drop = 0;
	struct ethhdr *eth;

	if (inherits_inward(d->segment, &d->outer))
		drop = xdp_inherit(ctx, d->segment, &d->outer, d->inner - d->cut, d->proto);
	if (drop)
		return drop_xdp(d->stats, drop);
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return drop_xdp(d->stats, COUNTER_rx_refused);
	if (d->segment->layer == LAYER_L3)
		*eth = d->eth;
	decap_learn(d);
	return direct ? deliver_to_queue(d->segment, d->stats, len) : pass_stripped(ctx, d, tag);
}

static __always_inline int decap_xdp(struct xdp_md *ctx)
{
	struct packet pkt = packet_of_xdp(ctx);
	struct decap d;
	bool direct;
	__u32 tag;

	switch (decap_judge(&pkt, ctx->ingress_ifindex, &d)) {
	case VERDICT_PASS:
		return XDP_PASS;
	case VERDICT_DROP:
		return XDP_DROP;
	case VERDICT_TAKE:
		break;
	}
	if (is_for_tc(&pkt, &d))
		return XDP_PASS;
	if (d.outer.check && !xdp_csum_valid(ctx, &d.outer, d.inner, d.proto))
		return drop_xdp(d.stats, COUNTER_rx_checksum);
	tag = inner_tag(&pkt, &d.eth, d.cut);
	direct = delivers_to_queue(ctx, &pkt, &d);
	switch (xdp_strip(ctx, d.cut, !direct)) {
	case STRIP_DONE:
		break;
	case STRIP_UNDONE:
		return XDP_PASS; /* a driver without metadata: segments could be merged */
	case STRIP_FAILED:
		return drop_xdp(d.stats, COUNTER_rx_refused);
	}
	return deliver_xdp(ctx, &d, pkt.len - d.cut, direct, tag);
}

#endif
