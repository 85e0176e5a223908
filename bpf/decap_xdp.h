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
#include "udp_csum.h"

static __always_inline int decap_xdp(struct xdp_md *ctx)
{
	struct packet pkt = packet_of_xdp(ctx);
	const struct tunnel *tunnel;
	const struct vlan_hdr *vlan;
	struct stripped *meta;
	struct decap d;
	__u32 zero = 0;

	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	if (!tunnel)
		return XDP_PASS;
	switch (decap_judge(&pkt, ctx->ingress_ifindex, &d)) {
	case VERDICT_PASS:
		return XDP_PASS;
	case VERDICT_DROP:
		return XDP_DROP;
	case VERDICT_TAKE:
		break;
	}
	if (pkt.len != d.outer.end)
		return XDP_PASS; /* padding behind the IP packet */
	if (d.outer.check && !xdp_csum_valid(ctx, &d.outer, d.inner)) {
		count(d.stats, COUNTER_rx_checksum);
		return XDP_DROP;
	}
	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*meta)))
		return XDP_PASS; /* a driver without metadata: segments could be merged */
	if (bpf_xdp_adjust_head(ctx, d.inner)) {
		count(d.stats, COUNTER_rx_refused);
		return XDP_DROP;
	}
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 1) > (void *)(long)ctx->data) {
		count(d.stats, COUNTER_rx_refused);
		return XDP_DROP;
	}
	meta->cookie = tunnel->cookie;
	meta->segment = d.segment->port;
	meta->tag.proto = d.eth.h_proto;
	meta->tag.tci = 0;
	vlan = (void *)(long)ctx->data + ETH_HLEN;
	if ((void *)(vlan + 1) <= (void *)(long)ctx->data_end)
		meta->tag.tci = vlan->tci;
	fdb_learn(d.segment, d.stats, d.eth.h_source, &d.outer.src);
	return XDP_PASS;
}

#endif
