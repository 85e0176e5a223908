/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Head-end replication: a frame for all, or for nobody known, goes to each of
 * the segment's flood list besides its remote.  The complete packet to the
 * first is copied once for each other, with the new destination written into
 * it: to the device, where the packet can go there and the way is known, else
 * to the port.  There it takes its own way, and what happens to it is counted
 * like that of any packet (send_complete() in encap_send.h).
 */
#ifndef GENEVE_BPF_FLOOD_H
#define GENEVE_BPF_FLOOD_H

#include "encap_hdr.h"
#include "encap_send.h"

/* Where a frame goes that the table knows no remote for, if not to the configured one. */
static __always_inline void flood_first(const struct segment *segment, struct tunnel_to *to)
{
	struct flood_key key = { .slot = segment->slot };
	const struct flood_entry *entry = bpf_map_lookup_elem(&geneve_flood, &key);

	if (!entry)
		return;
	to->remote = entry->remote;
	to->dport = entry->port;
}

struct flood {
	struct __sk_buff *skb;
	const struct segment *segment;
	struct counters *stats;
	struct sending sending;
	struct address remote;    /* of the packet as it is now */
	struct flood_entry first; /* of the packet as it was */
	__u32 mark;               /* of the packet as it was */
	__u32 cookie;
	__u32 failed;
	bool ipv6;
};

/* What replacing @from by @to adds to a sum (RFC 1624 section 3). */
static __always_inline __u64 sum_change(const struct address *from, const struct address *to)
{
	const __u32 *old = (const __u32 *)from, *new = (const __u32 *)to;
	__u64 sum = 0;

	for (int i = 0; i < 4; i++)
		sum += (__u64)(__u32)~old[i] + new[i];
	return sum;
}

/*
 * Writes the destination @to into the packet.  The IPv4 header's checksum
 * and, over IPv6, that of UDP follow; in the form of struct address the other
 * twelve bytes of an IPv4 address are the same, and so change no sum.
 */
static __always_inline int retarget(struct flood *flood, const struct flood_entry *to)
{
	void *data = (void *)(long)flood->skb->data, *end = (void *)(long)flood->skb->data_end;
	__u64 sum = sum_change(&flood->remote, &to->remote);
	struct iphdr *ip = data + ETH_HLEN;
	struct ipv6hdr *ip6 = data + ETH_HLEN;
	struct udphdr *udp;

	if (flood->ipv6) {
		udp = (void *)(ip6 + 1);
		if ((void *)(udp + 1) > end)
			return -1;
		__builtin_memcpy(&ip6->daddr, &to->remote, 16);
		sum += (__u16)~udp->dest + bpf_htons(to->port) + (__u64)(__u16)~udp->check;
		if (udp->check)
			udp->check = (__u16)~csum_fold(sum) ?: 0xffff;
	} else {
		udp = (void *)(ip + 1);
		if ((void *)(udp + 1) > end)
			return -1;
		__builtin_memcpy(&ip->daddr, to->remote.bytes + 12, 4);
		ip->check = ~csum_fold(sum + (__u16)~ip->check);
	}
	udp->dest = bpf_htons(to->port);
	flood->remote = to->remote;
	return 0;
}

/* True if the copy went to the device; not when the neighbour layer has to see it. */
static __always_inline bool copy_to_device(struct flood *flood)
{
	const struct segment *segment = flood->segment;
	struct __sk_buff *skb = flood->skb;
	struct hop *hop;
	bool confirm;

	if (!flood->sending.known || address_is_linklocal(&flood->remote) ||
	    route_lookup(skb, segment, &segment->local, &flood->remote, flood->sending.len, &hop,
			 &confirm) != BPF_FIB_LKUP_RET_SUCCESS ||
	    !hop || confirm)
		return false;
	skb->mark = flood->mark;
	if (hop->fib.ifindex == segment->iface || write_eth(skb, &hop->fib) ||
	    bpf_clone_redirect(skb, hop->fib.ifindex, 0) < 0)
		return false;
	count_sent(skb, segment, flood->stats, &flood->sending);
	return true;
}

/* A full backlog (net.core.netdev_max_backlog) is a failure, too. */
static __always_inline bool copy_to_port(struct flood *flood)
{
	flood->skb->mark = flood->cookie;
	return !bpf_clone_redirect(flood->skb, flood->segment->port, BPF_F_INGRESS);
}

/* One copy; a failure does not keep the others from their way. */
static long flood_one(__u32 index, struct flood *flood)
{
	struct flood_key key = { .slot = flood->segment->slot, .index = index };
	const struct flood_entry *entry = bpf_map_lookup_elem(&geneve_flood, &key);

	if (!entry || (entry->port == flood->first.port &&
		       address_equal(&entry->remote, &flood->first.remote)))
		return 0;
	if (address_is_ipv4(&entry->remote) == flood->ipv6 || retarget(flood, entry) ||
	    (!copy_to_device(flood) && !copy_to_port(flood)))
		flood->failed++;
	return 0;
}

/*
 * Copies the complete packet to @to to all others of the flood list, and leaves
 * it as it was.  Returns how many copies could not be made, or -1.
 */
__noinline int flood(struct __sk_buff *skb, const struct segment *segment, struct counters *stats,
		     const struct tunnel_to *to, const struct sending *sending)
{
	const struct tunnel *tunnel;
	struct flood flood = {};
	__u32 zero = 0;

	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	if (!segment || !to || !sending || !tunnel)
		return -1;
	flood.skb = skb;
	flood.segment = segment;
	flood.stats = stats;
	flood.sending = *sending;
	flood.mark = skb->mark;
	flood.cookie = tunnel->cookie;
	flood.first.remote = flood.remote = to->remote;
	flood.first.port = to->dport;
	flood.ipv6 = to->ipv6;
	bpf_loop(segment->flood_count, flood_one, &flood, 0);
	skb->mark = flood.mark;
	return retarget(&flood, &flood.first) ? -1 : flood.failed;
}

#endif
