/* SPDX-License-Identifier: GPL-2.0-only */
/* The outer packet's last steps: its checksum, and the device.  Mirrors deliver.h. */
#ifndef GENEVE_BPF_ENCAP_SEND_H
#define GENEVE_BPF_ENCAP_SEND_H

#include <linux/pkt_cls.h>

#include "overhead.h"
#include "packet.h"
#include "udp_csum.h"
#include "route.h"

static __always_inline int drop_tx(struct counters *stats, enum counter reason)
{
	count(stats, reason);
	return TC_ACT_SHOT;
}

/* What is sent, for the route's MTU and for the counters. */
struct sending {
	__u32 len; /* one segment, from its outer IP header on */
	__u32 packets;
	__u32 bytes;  /* before encapsulation */
	bool known;   /* the skb's metadata speak of the outer packet */
	bool confirm; /* the neighbour layer shall see it: see send_by_device() */
	__u16 pad;
};

static __always_inline void count_sent(struct __sk_buff *skb, const struct segment *segment,
				       struct counters *stats, const struct sending *sending)
{
	count_tx(stats, sending->packets, sending->bytes);
	if (!skb->gso_size)
		return;
	count(stats, COUNTER_tx_tso);
	if (segment->flags & SEGMENT_SOFT_TSO)
		count(stats, COUNTER_tx_soft_tso);
}

/* Where no route is asked, nobody else looks at the MTU. 0, or the counter of the drop. */
static __always_inline enum counter check_device(struct __sk_buff *skb, __u32 ifindex,
						 const struct sending *sending)
{
	__u32 mtu = 0;

	bpf_check_mtu(skb, ifindex, &mtu, 0, 0); /* for what it writes to mtu */
	if (!mtu)
		return COUNTER_tx_no_route;
	return sending->len > mtu ? COUNTER_tx_too_big : 0;
}

/* A link-local address is on the link of the underlay device, whatever the routes say. */
static __always_inline int send_linklocal(struct __sk_buff *skb, const struct segment *segment,
					  struct counters *stats, const struct sending *sending)
{
	enum counter drop = check_device(skb, segment->underlay, sending);

	if (drop)
		return drop_tx(stats, drop);
	count_sent(skb, segment, stats, sending);
	return bpf_redirect_neigh(segment->underlay, NULL, 0, 0);
}

/*
 * A group's frames leave by the device where it is joined, to the Ethernet
 * address that goes with it (RFC 1112 section 6.4, RFC 2464 section 7).  The
 * host does not hear them itself: a redirect is below its own loop-back.
 */
static __always_inline int send_group(struct __sk_buff *skb, const struct segment *segment,
				      struct counters *stats, const struct address *group,
				      const struct sending *sending)
{
	enum counter drop = check_device(skb, segment->group_dev, sending);
	struct ethhdr *eth;

	if (drop)
		return drop_tx(stats, drop);
	eth = (void *)(long)skb->data;
	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return drop_tx(stats, COUNTER_tx_refused);
	__builtin_memcpy(eth->h_source, segment->group_mac, ETH_ALEN);
	__builtin_memcpy(eth->h_dest + 2, group->bytes + 12, 4);
	eth->h_dest[0] = 0x33;
	eth->h_dest[1] = 0x33;
	if (address_is_ipv4(group)) {
		eth->h_dest[0] = 0x01;
		eth->h_dest[1] = 0x00;
		eth->h_dest[2] = 0x5e;
		eth->h_dest[3] &= 0x7f;
	}
	count_sent(skb, segment, stats, sending);
	return bpf_redirect(segment->group_dev, 0);
}

/*
 * A frame whose metadata do not say IP cannot be given to bpf_redirect_neigh, nor
 * one that a socket of this host sent be left to wait for its neighbour: it still
 * has the route of the inner packet, by which the kernel would choose another
 * neighbour in the end, on the tunnel interface (neigh_update).  Received once
 * more by the port, it is an IP packet without a route; the mark tells the hook
 * there that it is complete.
 */
static __always_inline int send_again(struct __sk_buff *skb, const struct segment *segment,
				      struct counters *stats)
{
	const struct tunnel *tunnel;
	__u32 zero = 0;

	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	if (!tunnel)
		return drop_tx(stats, COUNTER_tx_refused);
	skb->mark = tunnel->cookie;
	return bpf_redirect(segment->port, BPF_F_INGRESS);
}

/*
 * Sends the complete packet, or aggregate, to @remote.
 *
 * `sysctl ip_forward=0` turns forwarding off on the port, too, behind our back.
 * Then bpf_redirect_neigh finds the route by itself, on the underlay device.
 */
static __always_inline int send_to(struct __sk_buff *skb, const struct segment *segment,
				   struct counters *stats, const struct address *remote,
				   const struct sending *sending)
{
	const struct bpf_fib_lookup *fib;
	struct hop *hop;
	bool confirm = true;
	long found;

	if (address_is_linklocal(remote))
		return send_linklocal(skb, segment, stats, sending);
	if (address_is_multicast(remote))
		return send_group(skb, segment, stats, remote, sending);
	found = route_lookup(skb, segment, &segment->local, remote, sending->len, &hop, &confirm);
	switch (found) {
	case BPF_FIB_LKUP_RET_SUCCESS:
	case BPF_FIB_LKUP_RET_NO_NEIGH:
	case BPF_FIB_LKUP_RET_FWD_DISABLED:
		break;
	case BPF_FIB_LKUP_RET_FRAG_NEEDED:
		return drop_tx(stats, COUNTER_tx_too_big);
	default:
		return drop_tx(stats, COUNTER_tx_no_route);
	}
	if (!hop)
		return drop_tx(stats, COUNTER_tx_no_route);
	fib = &hop->fib;
	if (fib->ifindex == segment->iface)
		return drop_tx(stats, COUNTER_tx_loop);
	if (found == BPF_FIB_LKUP_RET_NO_NEIGH && skb->ifindex != segment->port)
		return send_again(skb, segment, stats);
	count_sent(skb, segment, stats, sending);
	if (found == BPF_FIB_LKUP_RET_FWD_DISABLED)
		return bpf_redirect_neigh(segment->underlay, NULL, 0, 0);
	if (found == BPF_FIB_LKUP_RET_NO_NEIGH || confirm || sending->confirm)
		return send_by_neighbour(fib);
	return send_by_device(skb, fib);
}

/* A global function: its many paths are verified once. */
__noinline int send(struct __sk_buff *skb, const struct segment *segment, struct counters *stats,
		    const struct address *remote, const struct sending *sending)
{
	return segment && remote && sending ? send_to(skb, segment, stats, remote, sending)
					    : TC_ACT_SHOT;
}

static __always_inline bool is_complete(const struct __sk_buff *skb)
{
	const struct tunnel *tunnel;
	__u32 zero = 0;

	if (!skb->mark)
		return false;
	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	return tunnel && skb->mark == tunnel->cookie;
}

/*
 * The second half of send_again().  What came this way may be here because its
 * neighbour is to be asked (copy_to_device() in flood.h).
 */
static __always_inline int send_complete(struct __sk_buff *skb, const struct segment *segment,
					 struct counters *stats)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);
	struct sending sending = {
		.len = skb->len - ETH_HLEN,
		.packets = skb->gso_segs ?: 1,
		.confirm = true,
	};
	__be16 proto = bpf_htons(PAYLOAD_ETHERNET);
	const struct tunnel_hdr *tunnel;
	struct inner inner = {};
	struct outer outer;

	skb->mark = 0;
	if (!outer_parse(&pkt, &outer))
		return drop_tx(stats, COUNTER_tx_refused);
	tunnel = packet_at(&pkt, outer.udp + UDP_HDR_LEN);
	if (segment->layer == LAYER_L3 && (const void *)(tunnel + 1) <= pkt.end)
		proto = tunnel->proto;
	if (skb->gso_size) {
		skb_inner(skb, outer.udp + UDP_HDR_LEN + sizeof(*tunnel), proto, &inner);
		sending.len = inner.hdr_end + skb->gso_size - ETH_HLEN;
		if (skb->len > inner.hdr_end) /* gso_segs is 0 since bpf_skb_adjust_room */
			sending.packets =
				(skb->len - inner.hdr_end + skb->gso_size - 1) / skb->gso_size;
	}
	sending.bytes = skb->len - outer_len(outer.ipv6) - inner_l2_len(segment->layer);
	return send(skb, segment, stats, &outer.dst, &sending);
}

#endif
