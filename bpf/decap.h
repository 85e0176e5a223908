/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judging a received packet, the same for tc and XDP: parse, look up, check.
 * Mirrors encap.h.
 */
#ifndef GENEVE_BPF_DECAP_H
#define GENEVE_BPF_DECAP_H

#include "fdb.h"
#include "geneve_options.h"
#include "inherit.h"
#include "overhead.h"
#include "outer.h"
#include "stats.h"

enum verdict {
	VERDICT_PASS, /* not ours: unmodified to the host's stack */
	VERDICT_DROP, /* counted */
	VERDICT_TAKE,
};

struct decap {
	struct outer outer;
	struct segment *segment;
	struct counters *stats;
	__u32 vni;
	__u32 inner;       /* offset of the payload */
	__u32 cut;         /* bytes between the headers that remain and the start */
	__be16 proto;      /* of the payload */
	struct ethhdr eth; /* of the frame to deliver */
};

static __always_inline __u32 vni_of(const struct tunnel_hdr *tunnel)
{
	return tunnel->vni[0] << 16 | tunnel->vni[1] << 8 | tunnel->vni[2];
}

static __always_inline struct segment *vtep_lookup(const struct outer *outer, __u32 vni)
{
	struct vtep_key key = { .local = outer->dst, .vni = vni, .port = outer->port };

	return bpf_map_lookup_elem(&geneve_vtep, &key);
}

/* The shortest payload of a type that can be delivered, in bytes. */
static __always_inline __u32 payload_min(__be16 proto)
{
	switch (proto) {
	case bpf_htons(PAYLOAD_ETHERNET):
		return ETH_HLEN;
	case bpf_htons(ETH_P_IP):
		return IPV4_HDR_LEN;
	case bpf_htons(ETH_P_IPV6):
		return IPV6_HDR_LEN;
	default:
		return 0;
	}
}

/* What only one protocol has: sets d->proto, and *@optlen to the options' length in bytes. */
static __always_inline enum counter geneve_check(const struct tunnel_hdr *tunnel, struct decap *d,
						 __u32 *optlen)
{
	if (tunnel->ver_optlen >> 6 != GENEVE_VERSION)
		return COUNTER_rx_version;
	if (tunnel->flags & GENEVE_F_CONTROL)
		return COUNTER_rx_control;
	*optlen = (tunnel->ver_optlen & GENEVE_OPTLEN_MASK) * 4;
	d->proto = tunnel->proto;
	return 0;
}

static __always_inline enum counter vxlan_check(const struct tunnel_hdr *tunnel, struct decap *d,
						__u32 *optlen)
{
	if (!(tunnel->vxlan_flags & VXLAN_F_VNI))
		return COUNTER_rx_no_vni;
	*optlen = 0;
	d->proto = bpf_htons(PAYLOAD_ETHERNET);
	return 0;
}

/* Global functions: the walk is verified once, not for each way that leads to it. */
__noinline int skb_options(struct __sk_buff *skb, __u32 offset, __u32 len)
{
	struct packet pkt = packet_of_skb(skb);

	return options_judge(packet_at(&pkt, offset), len, pkt.end);
}

__noinline int xdp_options(struct xdp_md *ctx, __u32 offset, __u32 len)
{
	struct packet pkt = packet_of_xdp(ctx);

	return options_judge(packet_at(&pkt, offset), len, pkt.end);
}

static __always_inline enum counter options_check(const struct packet *pkt, __u32 offset, __u32 len)
{
	switch (pkt->xdp ? xdp_options(pkt->xdp, offset, len)
			 : skb_options(pkt->skb, offset, len)) {
	case OPTIONS_CRITICAL:
		return COUNTER_rx_critical;
	case OPTIONS_MALFORMED:
		return COUNTER_rx_truncated;
	case OPTIONS_OK:
		break;
	}
	return 0;
}

/*
 * Checks the tunnel header at offset outer->udp + 8 in the order of RFC 8926
 * section 3: what makes the rest unreadable comes first.  Sets d->inner and
 * d->proto and returns 0, or the counter of the drop.
 */
static __always_inline enum counter tunnel_check(const struct packet *pkt, struct decap *d,
						 enum protocol protocol)
{
	const struct tunnel_hdr *tunnel = packet_at(pkt, d->outer.udp + UDP_HDR_LEN);
	enum counter drop;
	__u32 optlen;

	if (d->outer.fragment)
		return COUNTER_rx_fragment;
	if ((const void *)(tunnel + 1) > pkt->end)
		return COUNTER_rx_truncated;
	drop = protocol == PROTO_VXLAN ? vxlan_check(tunnel, d, &optlen)
				       : geneve_check(tunnel, d, &optlen);
	if (drop)
		return drop;
	d->inner = d->outer.udp + UDP_HDR_LEN + sizeof(*tunnel) + optlen;
	if (d->outer.end > pkt->len || d->outer.udp + d->outer.udp_len != d->outer.end ||
	    d->inner + payload_min(d->proto) > d->outer.end)
		return COUNTER_rx_truncated;
	if (!optlen || !(tunnel->flags & GENEVE_F_CRITICAL))
		return 0;
	return options_check(pkt, d->inner - optlen, optlen);
}

/* Whether the payload is what the segment carries: RFC 8926 section 3.4, Protocol Type. */
static __always_inline bool is_carried(const struct segment *segment, __be16 proto)
{
	if (segment->layer == LAYER_L2)
		return proto == bpf_htons(PAYLOAD_ETHERNET);
	return proto == bpf_htons(ETH_P_IP) || proto == bpf_htons(ETH_P_IPV6);
}

/* The Ethernet header to deliver: the inner frame's, or one to the interface for a bare packet. */
static __always_inline enum counter inner_eth(const struct packet *pkt, struct decap *d)
{
	const struct ethhdr *inner = packet_at(pkt, d->inner);

	d->cut = d->inner;
	if (d->segment->layer == LAYER_L2) {
		if ((const void *)(inner + 1) > pkt->end)
			return COUNTER_rx_truncated;
		__builtin_memcpy(&d->eth, inner, sizeof(d->eth));
		return 0;
	}
	d->cut -= ETH_HLEN;
	__builtin_memcpy(d->eth.h_dest, d->segment->mac, ETH_ALEN);
	__builtin_memset(d->eth.h_source, 0, ETH_ALEN);
	d->eth.h_proto = d->proto;
	return 0;
}

/* What the segment demands beyond a sound header. */
static __always_inline enum counter segment_check(const struct packet *pkt, struct decap *d)
{
	const struct segment *segment = d->segment;

	if (!is_carried(segment, d->proto))
		return COUNTER_rx_protocol;
	if (!d->outer.check && d->outer.ipv6 && !(segment->flags & SEGMENT_UDP6_ZERO_CSUM))
		return COUNTER_rx_zero_checksum;
	if (segment->flags & SEGMENT_SOURCE_FILTER &&
	    !address_equal(&d->outer.src, &segment->remote))
		return COUNTER_rx_source;
	return inner_eth(pkt, d);
}

/*
 * A group's packet by a device that did not join, or one of our own that the
 * network sent back: the host does not hear itself, as with IP_MULTICAST_LOOP 0.
 */
static __always_inline bool is_strange(const struct decap *d, __u32 ifindex)
{
	return d->segment->group_dev != ifindex || address_equal(&d->outer.src, &d->segment->local);
}

/* False on a device that was moved to another namespace, where ifindexes mean other devices. */
static __always_inline bool underlay_here(__u32 ifindex)
{
	return bpf_map_lookup_elem(&geneve_here, &ifindex) != NULL;
}

/*
 * Finds the segment of the packet @pkt that came in by device @ifindex and
 * checks its headers.  A packet to a local address and port that no segment
 * uses is the host's.
 */
static __always_inline enum verdict decap_judge(const struct packet *pkt, __u32 ifindex,
						struct decap *d)
{
	const struct tunnel_hdr *tunnel;
	enum counter drop;

	if (!outer_parse(pkt, &d->outer))
		return VERDICT_PASS;
	tunnel = packet_at(pkt, d->outer.udp + UDP_HDR_LEN);
	d->segment = NULL;
	d->vni = VNI_UNSET;
	if ((const void *)(tunnel + 1) <= pkt->end) {
		d->vni = vni_of(tunnel);
		d->segment = vtep_lookup(&d->outer, d->vni);
	}
	if (!d->segment)
		d->segment = vtep_lookup(&d->outer, VNI_UNSET);
	if (!d->segment || !underlay_here(ifindex))
		return VERDICT_PASS;
	drop = tunnel_check(pkt, d, d->segment->protocol);
	if (!d->segment->port) { /* it only says that the address is ours */
		count(stray_stats(ifindex), drop ?: COUNTER_rx_unknown_vni);
		return VERDICT_DROP;
	}
	d->stats = stats_of(d->segment);
	if (address_is_multicast(&d->outer.dst) && is_strange(d, ifindex))
		return VERDICT_PASS;
	drop = drop ?: segment_check(pkt, d);
	if (!drop)
		return VERDICT_TAKE;
	count(d->stats, drop);
	return VERDICT_DROP;
}

/* An external interface's table is that of its own VNI alone. */
static __always_inline void decap_learn(const struct decap *d)
{
	if (d->segment->layer == LAYER_L2 && d->vni == d->segment->vni)
		fdb_learn(d->segment, d->stats, d->eth.h_source, &d->outer.src);
}

#endif
