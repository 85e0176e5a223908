/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tunnel metadata of interfaces with "external": where a frame is to go, and
 * where it came from.  The kernel forgets them when a frame crosses a device
 * (skb_scrub_packet), from us to the interface or from the interface to its
 * port.  So the frame takes a number along in its mark, with tc_index saying
 * that it is one; map geneve_carried knows what it stands for.
 */
#ifndef GENEVE_BPF_EXTERNAL_H
#define GENEVE_BPF_EXTERNAL_H

#include "outer.h"
#include "stats.h"

#define TUNNEL_DF 0x0100  /* TUNNEL_DONT_FRAGMENT in linux/if_tunnel.h */
#define METADATA_PROBES 4 /* numbers tried where another's metadata have the same */

enum external {
	EXTERNAL_NONE,
	EXTERNAL_GIVEN,
	EXTERNAL_LOST, /* there were some: the frame must not go anywhere else */
};

/* What tc_index says with a number; 0 for "nothing". */
static __always_inline __u16 external_sign(void)
{
	const struct tunnel *tunnel;
	__u32 zero = 0;

	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	return tunnel ? (tunnel->cookie ^ tunnel->cookie >> 16) | 1 : 0;
}

static __always_inline bool metadata_equal(const struct metadata *a, const struct metadata *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3];
}

static __always_inline __u32 metadata_hash(const struct metadata *metadata)
{
	const __u32 *word = (const __u32 *)metadata;
	__u32 hash = 0;

	for (__u32 i = 0; i < sizeof(*metadata) / sizeof(*word); i++) {
		hash = (hash ^ word[i]) * 0x9e3779b1U;
		hash ^= hash >> 15;
	}
	return hash;
}

/*
 * Sends the metadata with the frame.  Frames with the same ones share a
 * number, so that the map holds few.  0, or -1 if there is no place.
 */
__noinline int external_put(struct __sk_buff *skb, const struct metadata *of)
{
	__u16 sign = external_sign();
	struct metadata *found, metadata;
	__u32 number;

	if (!of || !sign)
		return -1;
	metadata = *of; /* Linux 6.1: a map takes nothing from behind an argument */
	metadata.mark = skb->mark;
	number = metadata_hash(&metadata);
	for (int i = 0; i < METADATA_PROBES; i++) {
		found = bpf_map_lookup_elem(&geneve_carried, &number);
		if (!found && bpf_map_update_elem(&geneve_carried, &number, &metadata, BPF_NOEXIST))
			return -1;
		if (!found || metadata_equal(found, &metadata)) {
			skb->mark = number;
			skb->tc_index = sign;
			return 0;
		}
		number += 0x9e3779b1U;
	}
	return -1;
}

/* Takes what external_put() sent along; enum external. */
__noinline int external_take(struct __sk_buff *skb, struct metadata *metadata)
{
	struct metadata *found;
	__u32 number = skb->mark;

	if (!metadata || !skb->tc_index || skb->tc_index != external_sign())
		return EXTERNAL_NONE;
	skb->tc_index = 0;
	skb->mark = 0;
	found = bpf_map_lookup_elem(&geneve_carried, &number);
	if (!found)
		return EXTERNAL_LOST;
	*metadata = *found;
	skb->mark = metadata->mark;
	return EXTERNAL_GIVEN;
}

/*
 * Reads the metadata that a route (encap ip) or a program before us gave the
 * frame.  The helper's names are those of a receiver: the destination is in
 * local_ipv4 or local_ipv6 (bpf_skb_get_tunnel_key in net/core/filter.c).
 */
__noinline int external_read(struct __sk_buff *skb, struct metadata *metadata)
{
	struct bpf_tunnel_key key;

	if (!metadata)
		return EXTERNAL_NONE;
	__builtin_memset(metadata, 0, sizeof(*metadata));
	if (!bpf_skb_get_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_FLAGS))
		address_from_ipv4(&metadata->remote, bpf_htonl(key.local_ipv4));
	else if (!bpf_skb_get_tunnel_key(skb, &key, sizeof(key),
					 BPF_F_TUNINFO_FLAGS | BPF_F_TUNINFO_IPV6))
		__builtin_memcpy(&metadata->remote, key.local_ipv6, 16);
	else
		return EXTERNAL_NONE;
	metadata->vni = key.tunnel_id & VNI_MAX;
	metadata->tos = key.tunnel_tos;
	metadata->ttl = key.tunnel_ttl;
	metadata->df = !!(key.tunnel_flags & bpf_htons(TUNNEL_DF));
	return EXTERNAL_GIVEN;
}

/* Gives a received frame its metadata, for bpf_skb_get_tunnel_key to find. */
static __always_inline int external_write(struct __sk_buff *skb, const struct segment *segment,
					  const struct metadata *metadata)
{
	struct bpf_tunnel_key key = {
		.tunnel_id = metadata->vni,
		.tunnel_tos = metadata->tos,
		.tunnel_ttl = metadata->ttl,
	};
	__be32 from, to;

	if (!address_is_ipv4(&metadata->remote)) {
		__builtin_memcpy(key.local_ipv6, &metadata->remote, 16);
		__builtin_memcpy(key.remote_ipv6, &segment->local, 16);
		return bpf_skb_set_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6);
	}
	__builtin_memcpy(&from, metadata->remote.bytes + 12, 4);
	__builtin_memcpy(&to, segment->local.bytes + 12, 4);
	key.local_ipv4 = bpf_ntohl(from);
	key.remote_ipv4 = bpf_ntohl(to);
	return bpf_skb_set_tunnel_key(skb, &key, sizeof(key), 0);
}

#endif
