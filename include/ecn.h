/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Explicit congestion notification across a tunnel (RFC 6040). */
#ifndef GENEVE_BPF_ECN_H
#define GENEVE_BPF_ECN_H

#include <linux/types.h>

#define ECN_MASK 3
#define ECN_NOT_ECT 0
#define ECN_ECT_1 1
#define ECN_ECT_0 2
#define ECN_CE 3

/*
 * The ECN of the packet that goes on from a tunnel's end, of its @inner and
 * the @outer header's (section 4.2, figure 4); -1: the packet is to be dropped,
 * for it was marked on the way and would not say so.
 */
static inline int ecn_decapsulate(__u8 inner, __u8 outer)
{
	inner &= ECN_MASK;
	outer &= ECN_MASK;
	if (inner == ECN_NOT_ECT)
		return outer == ECN_CE ? -1 : ECN_NOT_ECT;
	if (outer == ECN_CE)
		return ECN_CE;
	return inner == ECN_ECT_0 && outer == ECN_ECT_1 ? ECN_ECT_1 : inner;
}

#endif
