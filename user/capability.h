/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include "session.h"

/* Bits of ifconfig(8)'s options line; the numbers are FreeBSD's (net/if.h, IFCAP_*). */
#define CAPABILITIES(X)          \
	X(RXCSUM, 0x1)           \
	X(TXCSUM, 0x2)           \
	X(JUMBO_MTU, 0x20)       \
	X(TSO4, 0x100)           \
	X(TSO6, 0x200)           \
	X(LINKSTATE, 0x80000)    \
	X(RXCSUM_IPV6, 0x200000) \
	X(TXCSUM_IPV6, 0x400000)

#define CAPABILITY_ENUM(name, bit) CAPABILITY_##name = (bit),
enum capability { CAPABILITIES(CAPABILITY_ENUM) };
#undef CAPABILITY_ENUM

/* What hardware does for an interface, as bits of enum capability. */
struct capabilities {
	__u32 options;  /* it does */
	__u32 possible; /* it could, were all switched on: ifconfig's "capabilities" */
};

/* The device whose hardware that is: genevedev, or else the one of the local address. */
unsigned int capability_device(const struct session *session, const struct segment *segment);

void capability_get(const struct session *session, const struct segment *segment,
		    struct capabilities *capabilities);

/*
 * Notes in segment->flags whether the kernel has to segment what the programs
 * send as aggregates; true if that was not known.
 */
bool capability_follow(const struct session *session, struct segment *segment);

#endif
