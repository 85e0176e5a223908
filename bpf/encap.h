/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transmit: look up the remote and the way to it, make room, write the outer
 * headers, send.  Mirrors decap.h and decap_tc.h.
 *
 * It runs at the tc egress hook of the interface and, for what does not come
 * that way, at the tc ingress hook of the port.  The first hook may decline a
 * frame while it is untouched: it then crosses the veth, where the kernel
 * segments it and finishes its checksum as the device's features demand.
 */
#ifndef GENEVE_BPF_ENCAP_H
#define GENEVE_BPF_ENCAP_H

#include <linux/pkt_cls.h>

#include "encap_hdr.h"
#include "encap_room.h"
#include "encap_send.h"
#include "external.h"
#include "fdb.h"
#include "flood.h"
#include "inherit.h"
#include "source_port.h"
#include "udp_csum.h"

/* The frame's Ethernet header, and what a tunnel looks at behind it. */
struct frame {
	struct ethhdr eth;
	struct ip_fields ip;
};

/* A global function, verified once by itself, as are others here: there are two calls. */
__noinline int read_frame(struct __sk_buff *skb, struct frame *frame)
{
	struct packet pkt = packet_pull(skb, ETH_HLEN + IPV6_HDR_LEN);

	if (!frame || pkt.data + ETH_HLEN > pkt.end)
		return -1;
	__builtin_memcpy(&frame->eth, pkt.data, ETH_HLEN);
	ip_fields_read(&pkt, frame->eth.h_proto, ETH_HLEN, &frame->ip);
	return 0;
}

/* The flow's hash; for what has no flow, the addresses' (as udp_flow_src_port). */
static __always_inline __u32 flow_hash(struct __sk_buff *skb, const struct ethhdr *eth)
{
	__u32 hash = skb->hash ?: bpf_get_hash_recalc(skb), words[3];

	if (hash)
		return hash;
	__builtin_memcpy(words, eth, sizeof(words));
	return (words[0] ^ words[1] ^ words[2]) * 0x9e3779b1U;
}

/*
 * What the metadata of a frame say; one that was declined before has brought
 * them to the port.
 */
static __always_inline enum external remote_of_metadata(struct __sk_buff *skb, bool at_port,
							struct tunnel_to *to)
{
	struct metadata metadata = {};
	enum external external = at_port ? external_take(skb, &metadata)
					 : external_read(skb, &metadata);

	if (external != EXTERNAL_GIVEN)
		return external;
	to->remote = metadata.remote;
	to->vni = metadata.vni;
	to->tos = metadata.tos & ~ECN_MASK;
	to->ttl = metadata.ttl;
	to->df = metadata.df;
	return external;
}

/*
 * Finds the remote of the frame: what its metadata say, what was learned of
 * its MAC address, or what is configured; an L3 tunnel has no table.
 * 0, or the counter of the drop.
 */
static __always_inline enum counter choose_remote(struct __sk_buff *skb,
						  const struct segment *segment,
						  const struct frame *frame, bool at_port,
						  struct tunnel_to *to)
{
	enum external external = EXTERNAL_NONE;

	to->local = segment->local;
	to->vni = segment->vni;
	to->dport = segment->remote_port;
	to->tos = 0;
	to->ttl = 0;
	to->df = false;
	if (segment->flags & SEGMENT_EXTERNAL)
		external = remote_of_metadata(skb, at_port, to);
	if (external == EXTERNAL_LOST)
		return COUNTER_tx_no_remote;
	to->external = external == EXTERNAL_GIVEN;
	if (!to->external && segment->layer == LAYER_L2)
		to->flood = !fdb_remote(segment, frame->eth.h_dest, &to->remote, &to->dport) &&
			    segment->flood_count;
	else if (!to->external)
		to->remote = segment->remote;
	if (to->flood && address_is_unset(&to->remote))
		flood_first(segment, to);
	to->ipv6 = !address_is_ipv4(&to->remote);
	if (address_is_unset(&to->remote) || to->vni > VNI_MAX ||
	    to->ipv6 == address_is_ipv4(&to->local))
		return COUNTER_tx_no_remote;
	return 0;
}

/* What else the outer headers say, in part as the frame's own do; to it lead a hundred ways. */
__noinline int fill_headers(struct __sk_buff *skb, const struct segment *segment,
			    const struct frame *frame, struct tunnel_to *to)
{
	if (!segment || !frame || !to)
		return -1;
	to->layer = segment->layer;
	to->start = tunnel_start(segment->protocol, payload_of(to->layer, &frame->eth));
	to->sport = source_port(flow_hash(skb, &frame->eth), segment->port_low, segment->port_high);
	if (to->external)
		to->tos |= frame->ip.tos & ECN_MASK;
	else
		to->tos = tos_outward(segment, &frame->ip);
	if (!to->ttl)
		to->ttl = ttl_outward(segment, address_is_multicast(&to->remote), &frame->ip);
	to->df |= df_outward(segment, &frame->ip);
	return 0;
}

/*
 * The length of the frame, or of one segment of the aggregate, with its tag;
 * 0 if the kernel has to prepare it first: an aggregate that cannot carry the
 * outer checksum (__skb_udp_tunnel_segment copies it as it is), that is no TCP
 * (see is_datagrams() in decap_tc.h), whose headers are unknown or which is too
 * long for the outer ones, and a packet whose inner checksum may be unfinished in
 * a place that the identity of udp_csum.h does not cover.  *@cut: the kernel will
 * cut it on the way to the port, for the interface lacks the feature.
 */
static __always_inline __u32 wire_len(struct __sk_buff *skb, bool csum, bool at_port, bool *cut)
{
	__u32 tag = skb->vlan_present ? sizeof(struct vlan_hdr) : 0;
	struct inner inner = {};

	if (!skb->gso_size && !csum)
		return skb->len + tag;
	*cut = skb->gso_size && (csum || skb->len > AGGREGATE_MAX);
	if (*cut)
		return 0;
	skb_inner(skb, 0, bpf_htons(PAYLOAD_ETHERNET), &inner);
	*cut = skb->gso_size && inner.proto == IPPROTO_UDP;
	if (skb->gso_size)
		return inner.proto == IPPROTO_TCP ? inner.hdr_end + skb->gso_size + tag : 0;
	if (!at_port && is_ip(skb->protocol) && !(inner.l4 && inner.check))
		return 0;
	return skb->len + tag;
}

/* Lets the frame cross to the port, with its metadata. */
static __always_inline int decline(struct __sk_buff *skb, const struct segment *segment,
				   struct counters *stats)
{
	struct metadata metadata = {};

	if (segment->flags & SEGMENT_EXTERNAL && external_read(skb, &metadata) == EXTERNAL_GIVEN &&
	    external_put(skb, &metadata))
		return drop_tx(stats, COUNTER_tx_refused);
	return TC_ACT_UNSPEC;
}

/* The frame has been judged: makes it an outer packet and sends it. */
static __always_inline int encap_to(struct __sk_buff *skb, const struct segment *segment,
				    struct counters *stats, struct frame *frame, bool at_port)
{
	struct sending sending = { .packets = skb->gso_segs ?: 1, .bytes = skb->len };
	struct vlan_tags tags = {};
	struct tunnel_to to = {}; /* whole: a global function gets it */
	enum counter drop;
	enum room room;
	bool csum, cut = false;

	drop = choose_remote(skb, segment, frame, at_port, &to);
	if (drop)
		return drop_tx(stats, drop);
	csum = to.ipv6 && !(segment->flags & SEGMENT_UDP6_ZERO_CSUM);
	sending.len = wire_len(skb, csum, at_port, &cut);
	if (!sending.len && !at_port) {
		if (cut)
			count(stats, COUNTER_tx_soft_tso);
		return decline(skb, segment, stats);
	}
	if (!sending.len)
		return drop_tx(stats,
			       skb->len > AGGREGATE_MAX ? COUNTER_tx_too_big : COUNTER_tx_refused);
	if (vlan_tagged(skb)) {
		drop = vlan_take(skb, &tags);
		if (drop)
			return drop_tx(stats, drop);
		if (read_frame(skb, frame))
			return drop_tx(stats, COUNTER_tx_refused);
	}
	if (fill_headers(skb, segment, frame, &to))
		return drop_tx(stats, COUNTER_tx_refused);
	room = make_room(skb, to.ipv6, to.layer, tags.count);
	if (room == ROOM_REFUSED && !at_port && !tags.count)
		return decline(skb, segment, stats);
	if (room == ROOM_REFUSED || write_outer(skb, &to, &frame->eth) ||
	    (tags.count && write_tags(skb, ETH_HLEN + outer_len(to.ipv6) + 2 * ETH_ALEN,
				      frame->eth.h_proto, &tags)) ||
	    (csum && skb_csum_write(skb, payload_of(to.layer, &frame->eth))))
		return drop_tx(stats, COUNTER_tx_refused);
	sending.known = room == ROOM_TUNNEL;
	sending.len += outer_len(to.ipv6) + inner_l2_len(to.layer) - ETH_HLEN;
	if (to.flood) {
		int failed = flood(skb, segment, stats, &to, &sending);

		if (failed < 0)
			return drop_tx(stats, COUNTER_tx_refused);
		count_many(stats, COUNTER_tx_refused, failed);
	}
	if (!sending.known)
		return send_again(skb, segment, stats);
	return send(skb, segment, stats, &to.remote, &sending);
}

static __always_inline int encap(struct __sk_buff *skb, const struct segment *segment, bool at_port)
{
	struct counters *stats = stats_of(segment);
	struct frame frame = {}; /* whole: a global function gets it */

	if (!(segment->flags & SEGMENT_RUNNING))
		return drop_tx(stats, COUNTER_tx_down);
	if (at_port && is_complete(skb))
		return send_complete(skb, segment, stats);
	if (read_frame(skb, &frame)) /* veth_xmit() would drop it uncounted */
		return drop_tx(stats, COUNTER_tx_truncated);
	if (segment->layer == LAYER_L3 && (!frame.ip.is_ip || vlan_tagged(skb)))
		return drop_tx(stats, COUNTER_tx_protocol);
	if (!at_port && segment->flags & SEGMENT_DEBUG)
		return decline(skb, segment, stats);
	return encap_to(skb, segment, stats, &frame, at_port);
}

#endif
