/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Checksums of the generated frame. */
#ifndef BENCH_CHECKSUM_H
#define BENCH_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#include <linux/udp.h>

#include "bench_frames.h"

/* Of @len bytes at @data, an even number, behind @sum. */
static inline __u16 checksum(__u32 sum, const void *data, size_t len)
{
	__u16 half;

	for (size_t i = 0; i < len; i += sizeof(half)) {
		memcpy(&half, (const char *)data + i, sizeof(half));
		sum += half;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/*
 * Of the datagram from @udp to @end, with the addresses in front of it.  Not zero,
 * which would be none: RFC 768.
 */
static inline __u16 udp_checksum(const void *addresses, size_t len, const void *udp,
				 const void *end)
{
	size_t udp_len = (const char *)end - (const char *)udp;
	__u32 sum = (__u16)~checksum(0, addresses, len) + htons(IPPROTO_UDP) + htons(udp_len);

	return checksum(sum, udp, udp_len) ?: 0xffff;
}

/* As a socket makes it for a device without checksum offload. */
static inline void fill_inner_check(struct inside *inside, bool is_l3)
{
	struct packet *packet = is_l3 ? &inside->packet : &inside->frame.packet;

	packet->udp.check = 0;
	packet->udp.check = udp_checksum(&packet->ip.saddr, 2 * sizeof(packet->ip.saddr),
					 &packet->udp, inside + 1);
}

/* Over IPv6 it is not optional: RFC 8200 section 8.1. */
static inline void fill_outer_check(struct frame6 *frame)
{
	struct headers6 *outer = &frame->outer;

	outer->udp.check = 0;
	outer->udp.check =
		udp_checksum(&outer->ip.saddr, 2 * sizeof(outer->ip.saddr), &outer->udp, frame + 1);
}

#endif
