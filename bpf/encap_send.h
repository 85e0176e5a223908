/* SPDX-License-Identifier: GPL-2.0-only */
/* The outer packet's last steps: its checksum, and the device.  Mirrors deliver.h. */
#ifndef GENEVE_BPF_ENCAP_SEND_H
#define GENEVE_BPF_ENCAP_SEND_H

#include <linux/pkt_cls.h>

#include "overhead.h"
#include "packet.h"
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
	__u32 bytes; /* before encapsulation */
};

static __always_inline void count_sent(struct __sk_buff *skb, struct counters *stats,
				       const struct sending *sending)
{
	count_tx(stats, sending->packets, sending->bytes);
	if (skb->gso_size)
		count(stats, COUNTER_tx_tso);
}

/*
 * A link-local address is on the link of the underlay device, whatever the
 * routes say; bpf_redirect_neigh looks it up there, but checks no MTU.
 */
static __always_inline int send_linklocal(struct __sk_buff *skb, const struct segment *segment,
					  struct counters *stats, const struct sending *sending)
{
	__u32 mtu = 0;

	bpf_check_mtu(skb, segment->underlay, &mtu, 0, 0); /* for what it writes to mtu */
	if (!mtu)
		return drop_tx(stats, COUNTER_tx_no_route);
	if (sending->len > mtu)
		return drop_tx(stats, COUNTER_tx_too_big);
	count_sent(skb, stats, sending);
	return bpf_redirect_neigh(segment->underlay, NULL, 0, 0);
}

/*
 * Sends the complete packet, or aggregate, to @remote.
 *
 * `sysctl ip_forward=0` turns forwarding off on the port, too, behind our back.
 * Then bpf_redirect_neigh finds the route by itself, on the underlay device.
 */
static __always_inline int send(struct __sk_buff *skb, const struct segment *segment,
				struct counters *stats, const struct address *local,
				const struct address *remote, const struct sending *sending)
{
	struct bpf_fib_lookup *fib;
	bool confirm = true;
	long found;

	if (address_is_linklocal(remote))
		return send_linklocal(skb, segment, stats, sending);
	found = route_lookup(skb, segment, local, remote, sending->len, &fib, &confirm);
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
	if (!fib)
		return drop_tx(stats, COUNTER_tx_no_route);
	if (fib->ifindex == segment->iface)
		return drop_tx(stats, COUNTER_tx_loop);
	count_sent(skb, stats, sending);
	if (found == BPF_FIB_LKUP_RET_FWD_DISABLED)
		return bpf_redirect_neigh(segment->underlay, NULL, 0, 0);
	if (found == BPF_FIB_LKUP_RET_NO_NEIGH || confirm)
		return send_by_neighbour(fib);
	return send_by_device(skb, fib);
}

/*
 * A frame whose metadata do not say IP cannot be given to bpf_redirect_neigh.
 * Received once more by the port, it is an IP packet; the mark tells the hook
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

static __always_inline bool is_complete(const struct __sk_buff *skb)
{
	const struct tunnel *tunnel;
	__u32 zero = 0;

	if (!skb->mark)
		return false;
	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	return tunnel && skb->mark == tunnel->cookie;
}

/* The second half of send_again(). */
static __always_inline int send_complete(struct __sk_buff *skb, const struct segment *segment,
					 struct counters *stats)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);
	__u32 len = skb->len - ETH_HLEN;
	struct sending sending = { .len = len, .packets = 1 };
	struct outer outer;

	skb->mark = 0;
	if (!outer_parse(&pkt, &outer))
		return drop_tx(stats, COUNTER_tx_refused);
	sending.bytes = skb->len - outer_len(outer.ipv6) - inner_l2_len(segment->layer);
	return send(skb, segment, stats, &outer.src, &outer.dst, &sending);
}

#endif
