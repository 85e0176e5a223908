/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Internet checksum arithmetic (RFC 1071) for the programs and their tests.
 * Sums are of native 16- or 32-bit loads; only the folded result is stored.
 */
#ifndef GENEVE_BPF_CHECKSUM_H
#define GENEVE_BPF_CHECKSUM_H

#include <linux/types.h>

#include "schema.h"

/* Folds a sum to 16 bits; 0xffff for a correct datagram with its checksum. */
static inline __u16 csum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/*
 * The sum of the pseudo header of @proto over @len (host order) bytes.  One
 * formula serves both families: in ::ffff:a.b.c.d the prefix adds 0xffff,
 * which is zero in ones' complement, and IPv4's other fields are the same
 * numbers in smaller places (RFC 768, RFC 8200 section 8.1).
 */
static inline __u64 csum_pseudo(const struct address *src, const struct address *dst, __u32 len,
				__u8 proto)
{
	__u64 sum = 0;
	__u32 word;

	for (int i = 0; i < 16; i += 4) {
		__builtin_memcpy(&word, src->bytes + i, 4);
		sum += word;
		__builtin_memcpy(&word, dst->bytes + i, 4);
		sum += word;
	}
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return sum + __builtin_bswap32(len) + ((__u32)proto << 24);
#else
	return sum + len + proto;
#endif
}

#endif
