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
#include "fdb.h"
#include "source_port.h"
#include "udp_csum.h"

static __always_inline int read_eth(struct __sk_buff *skb, struct ethhdr *eth)
{
	struct packet pkt = packet_pull(skb, ETH_HLEN);

	if (pkt.data + ETH_HLEN > pkt.end)
		return -1;
	__builtin_memcpy(eth, pkt.data, ETH_HLEN);
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

/* Fills @to for the frame with header @eth; 0, or the counter of the drop. */
static __always_inline enum counter choose_remote(struct __sk_buff *skb,
						  const struct segment *segment,
						  const struct ethhdr *eth, struct tunnel_to *to,
						  bool *confirm)
{
	fdb_remote(segment, eth->h_dest, &to->remote, &to->dport, confirm);
	if (address_is_unset(&to->remote))
		return COUNTER_tx_no_remote;
	to->local = segment->local;
	to->vni = segment->vni;
	to->ttl = segment->ttl;
	to->sport = source_port(flow_hash(skb, eth), segment->port_low, segment->port_high);
	to->ipv6 = !address_is_ipv4(&to->remote);
	return 0;
}

/*
 * The length of the frame, or of one segment of the aggregate, with its tag;
 * 0 if the kernel has to prepare it first: an aggregate that cannot carry the
 * outer checksum (__skb_udp_tunnel_segment copies it as it is) or whose
 * headers are unknown, and a packet whose inner checksum may be unfinished in
 * a place that the identity of udp_csum.h does not cover.
 */
static __always_inline __u32 wire_len(struct __sk_buff *skb, bool csum, bool at_port)
{
	__u32 tag = skb->vlan_present ? sizeof(struct vlan_hdr) : 0;
	struct inner inner = {};

	if (!skb->gso_size && !csum)
		return skb->len + tag;
	skb_inner(skb, &inner);
	if (skb->gso_size)
		return inner.l4 && !csum ? inner.hdr_end + skb->gso_size + tag : 0;
	if (!at_port && is_ip(skb->protocol) && !(inner.l4 && inner.check))
		return 0;
	return skb->len + tag;
}

static __always_inline int encap(struct __sk_buff *skb, const struct segment *segment, bool at_port)
{
	struct sending sending = { .packets = skb->gso_segs ?: 1, .bytes = skb->len };
	struct counters *stats = stats_of(segment);
	struct vlan_tags tags = {};
	struct tunnel_to to;
	enum counter drop;
	enum room room;
	struct ethhdr eth;
	bool csum;

	if (!(segment->flags & SEGMENT_RUNNING))
		return drop_tx(stats, COUNTER_tx_down);
	if (at_port && is_complete(skb))
		return send_complete(skb, segment, stats);
	if (read_eth(skb, &eth)) /* veth_xmit() would drop it uncounted */
		return drop_tx(stats, COUNTER_tx_truncated);
	if (!at_port && segment->flags & SEGMENT_DEBUG)
		return TC_ACT_UNSPEC;
	drop = choose_remote(skb, segment, &eth, &to, &sending.confirm);
	if (drop)
		return drop_tx(stats, drop);
	csum = to.ipv6 && !(segment->flags & SEGMENT_UDP6_ZERO_CSUM);
	sending.len = wire_len(skb, csum, at_port);
	if (!sending.len)
		return at_port ? drop_tx(stats, COUNTER_tx_refused) : TC_ACT_UNSPEC;
	if (vlan_tagged(skb)) {
		drop = vlan_take(skb, &tags);
		if (drop)
			return drop_tx(stats, drop);
		if (read_eth(skb, &eth))
			return drop_tx(stats, COUNTER_tx_refused);
	}
	room = make_room(skb, to.ipv6, tags.count);
	if (room == ROOM_REFUSED && !at_port && !tags.count)
		return TC_ACT_UNSPEC;
	if (room == ROOM_REFUSED || write_outer(skb, &to, &eth) ||
	    (tags.count &&
	     write_tags(skb, ETH_HLEN + outer_len(to.ipv6) + 2 * ETH_ALEN, eth.h_proto, &tags)) ||
	    (csum && skb_csum_write(skb)))
		return drop_tx(stats, COUNTER_tx_refused);
	if (room == ROOM_BEFORE)
		return send_again(skb, segment, stats);
	sending.len += outer_len(to.ipv6);
	return send(skb, segment, stats, &to.local, &to.remote, &sending);
}

#endif
