/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a tunnel adds to an IP packet: the MTU arithmetic, written once. */
#ifndef GENEVE_BPF_OVERHEAD_H
#define GENEVE_BPF_OVERHEAD_H

#include <linux/types.h>

#include "protocol.h"

#define IPV4_HDR_LEN 20
#define IPV6_HDR_LEN 40
#define UDP_HDR_LEN 8
#define ETH_HDR_LEN 14

/*
 * How long a frame may be that is an aggregate: the outer headers' lengths have 16
 * bits.  Below the kernel's usual limit, 65536, by more than any of them need.
 */
#define AGGREGATE_MAX (65535 - 128)

/* Bytes from the outer IP header's start to the payload's. */
static inline __u32 outer_len(int ipv6)
{
	return (ipv6 ? IPV6_HDR_LEN : IPV4_HDR_LEN) + UDP_HDR_LEN + sizeof(struct tunnel_hdr);
}

/* Bytes of the inner frame's Ethernet header that are carried. */
static inline __u32 inner_l2_len(enum layer layer)
{
	return layer == LAYER_L2 ? ETH_HDR_LEN : 0;
}

/* The inner MTU that fits @underlay_mtu bytes of outer IP packet; 0 if none does. */
static inline __u32 inner_mtu(__u32 underlay_mtu, int ipv6, enum layer layer)
{
	__u32 overhead = outer_len(ipv6) + inner_l2_len(layer);

	return underlay_mtu > overhead ? underlay_mtu - overhead : 0;
}

#endif
