/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking expired entries out of the table.  Nothing of ours runs by itself: a
 * bpf_timer stops with the last user's reference to its map, a pin or an open
 * descriptor (bpf_map_put_uref), and there is neither.  So the kernel is made
 * to call: each port has a neighbour that it must keep resolved, and asks for
 * by ARP every few seconds.  The request comes by here, and goes no farther.
 */
#ifndef GENEVE_BPF_AGE_H
#define GENEVE_BPF_AGE_H

#include <linux/pkt_cls.h>

#include "fdb.h"
#include "packet.h"

/* RFC 826, for IPv4 over Ethernet. */
struct arp_ipv4 {
	__be16 hardware, protocol;
	__u8 hardware_len, protocol_len;
	__be16 operation;
	__u8 sender_mac[6], sender_ip[4];
	__u8 target_mac[6], target_ip[4];
};

/* Whether the packet is the kernel asking for the neighbour. */
static __always_inline bool is_age_request(struct __sk_buff *skb)
{
	struct packet pkt = packet_pull(skb, ETH_HLEN + sizeof(struct arp_ipv4));
	const struct ethhdr *eth = pkt.data;
	const struct arp_ipv4 *arp = (const void *)(eth + 1);
	__be32 ip;

	if ((const void *)(arp + 1) > pkt.end || eth->h_proto != bpf_htons(ETH_P_ARP))
		return false;
	__builtin_memcpy(&ip, arp->target_ip, sizeof(ip));
	return ip == bpf_htonl(AGE_NEIGHBOUR);
}

struct ageing {
	const struct segment *segment;
	__u64 now;
	__u64 next; /* when the first of the entries that remain will expire */
};

static long age_entry(void *fdb, struct fdb_key *key, struct fdb_entry *entry,
		      struct ageing *ageing)
{
	struct fdb_key expired = *key; /* deleting writes to the entry's place */

	if (fdb_expired(entry, ageing->segment, ageing->now))
		bpf_map_delete_elem(fdb, &expired);
	else if (!(entry->flags & FDB_STATIC) && fdb_expiry(entry, ageing->segment) < ageing->next)
		ageing->next = fdb_expiry(entry, ageing->segment);
	return 0;
}

/*
 * A sweep of a million entries takes 100 ms, so it waits until there can be
 * something to find: what is learned or refreshed later expires later.  The
 * note is in the port's copy of the segment alone.  The command may write an
 * older one back, which only sweeps sooner, and 0 with another timeout.
 */
static __always_inline void age(struct segment *segment)
{
	__u64 now = clock_now();
	struct ageing ageing = {
		.segment = segment,
		.now = now,
		.next = now + segment->fdb_timeout * NSEC_PER_SEC,
	};
	__u32 slot = segment->slot;
	void *fdb;

	if (now < segment->age_next)
		return;
	fdb = bpf_map_lookup_elem(&geneve_fdb, &slot);
	if (!fdb)
		return;
	bpf_for_each_map_elem(fdb, age_entry, &ageing, 0);
	segment->age_next = ageing.next;
}

#endif
