/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The outer UDP source port that carries the inner flow's entropy (RFC 8926 section 3.3). */
#ifndef GENEVE_BPF_SOURCE_PORT_H
#define GENEVE_BPF_SOURCE_PORT_H

#include <linux/types.h>

/* Maps @hash evenly onto @low..@high, both included, in host order (as udp_flow_src_port). */
static inline __u16 source_port(__u32 hash, __u16 low, __u16 high)
{
	__u32 ports = (__u32)high - low + 1;

	hash ^= hash << 16; /* the RSS bits of the hash must not be the port's */
	return low + (((__u64)hash * ports) >> 32);
}

#endif
