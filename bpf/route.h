/* SPDX-License-Identifier: GPL-2.0-only */
/* The way to the remote: the kernel's routes and neighbours, asked for each packet. */
#ifndef GENEVE_BPF_ROUTE_H
#define GENEVE_BPF_ROUTE_H

#include "clock.h"
#include "outer.h"
#include "stats.h"

#define AF_INET 2
#define AF_INET6 10

#define FIB_LOOKUP_TBID (1U << 3) /* newer than some headers; Debian's 6.1 kernel has it */

/*
 * Looks up the route from @local to @remote for an outer packet of @len bytes
 * of IP (of one segment, if the skb is an aggregate).  The port stands in as
 * the incoming device: bpf_fib_lookup wants one on which forwarding is on
 * (bpf_ipv4_fib_lookup), and the command turns that on for the port alone.
 *
 * Returns the look-up's result, BPF_FIB_LKUP_RET_*, or an error.
 */
static __always_inline long route_ask(struct __sk_buff *skb, const struct segment *segment,
				      const struct address *local, const struct address *remote,
				      __u32 len, struct bpf_fib_lookup *fib)
{
	__builtin_memset(fib, 0, sizeof(*fib));
	fib->l4_protocol = IPPROTO_UDP;
	fib->tot_len = len;
	fib->ifindex = segment->port;
	if (address_is_ipv4(remote)) {
		fib->family = AF_INET;
		__builtin_memcpy(&fib->ipv4_src, local->bytes + 12, 4);
		__builtin_memcpy(&fib->ipv4_dst, remote->bytes + 12, 4);
	} else {
		fib->family = AF_INET6;
		__builtin_memcpy(fib->ipv6_src, local, 16);
		__builtin_memcpy(fib->ipv6_dst, remote, 16);
	}
	if (!segment->table)
		return bpf_fib_lookup(skb, fib, sizeof(*fib), 0);
	__builtin_memcpy(&fib->h_vlan_proto, &segment->table, 4); /* "tbid" in newer headers */
	return bpf_fib_lookup(skb, fib, sizeof(*fib), BPF_FIB_LOOKUP_DIRECT | FIB_LOOKUP_TBID);
}

/* Whether it is time to let the neighbour layer see a packet: once a second, CPU and hop. */
static __always_inline bool hop_confirm(struct hop *hop)
{
	__u64 now = clock_now();

	if (now - hop->confirmed < NSEC_PER_SEC)
		return false;
	hop->confirmed = now;
	return true;
}

/*
 * The same, but an answer holds for the rest of the tick (1 to 10 ms) on its
 * CPU: asking costs some 160 ns, a change of route or neighbour is followed
 * that much later.  *@answer has it; it is NULL only with an error.  What
 * did not work is asked again for each packet.  *@confirm: see send_by_device().
 */
static __always_inline long route_lookup(struct __sk_buff *skb, const struct segment *segment,
					 const struct address *local, const struct address *remote,
					 __u32 len, struct hop **answer, bool *confirm)
{
	__u32 place = remote->bytes[15] & (HOPS - 1);
	__u64 now = bpf_jiffies64();
	struct hop *hop = bpf_map_lookup_elem(&geneve_hop, &place);
	long found;
	bool same;

	*answer = hop;
	if (!hop)
		return -1;
	same = address_equal(&hop->remote, remote) && address_equal(&hop->local, local) &&
	       hop->table == segment->table;
	/* Here mtu_result, there tot_len: one field. */
	if (same && hop->jiffies == now && len <= hop->fib.mtu_result) {
		*confirm = false;
		return BPF_FIB_LKUP_RET_SUCCESS;
	}
	hop->jiffies = 0;
	found = route_ask(skb, segment, local, remote, len, &hop->fib);
	if (found != BPF_FIB_LKUP_RET_SUCCESS)
		return found;
	if (!same) {
		hop->local = *local;
		hop->remote = *remote;
		hop->table = segment->table;
		hop->confirmed = 0;
	}
	hop->jiffies = now;
	*confirm = hop_confirm(hop);
	return found;
}

/* Through the neighbour layer, which resolves the next hop and queues until it is done. */
static __always_inline int send_by_neighbour(const struct bpf_fib_lookup *fib)
{
	struct bpf_redir_neigh nexthop = { .nh_family = fib->family }; /* the gateway's now */

	if (fib->family == AF_INET)
		nexthop.ipv4_nh = fib->ipv4_dst;
	else
		__builtin_memcpy(nexthop.ipv6_nh, fib->ipv6_dst, 16);
	return bpf_redirect_neigh(fib->ifindex, &nexthop, sizeof(nexthop), 0);
}

/* The Ethernet header to the next hop; 0, or -1. */
static __always_inline int write_eth(struct __sk_buff *skb, const struct bpf_fib_lookup *fib)
{
	struct ethhdr *eth = (void *)(long)skb->data;

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(eth->h_dest, fib->dmac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, fib->smac, ETH_ALEN);
	return 0;
}

/*
 * Straight to the device, with the next hop's address that the look-up found.
 * Alone, this would use an address for ever that nobody confirms any more;
 * so each destination's traffic takes the other way once a second, and that
 * keeps the neighbour's state (STALE, DELAY, PROBE) going as usual.
 */
static __always_inline int send_by_device(struct __sk_buff *skb, const struct bpf_fib_lookup *fib)
{
	return write_eth(skb, fib) ? send_by_neighbour(fib) : bpf_redirect(fib->ifindex, 0);
}

#endif
