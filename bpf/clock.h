/* SPDX-License-Identifier: GPL-2.0-only */
/* What time it is, cheaply. */
#ifndef GENEVE_BPF_CLOCK_H
#define GENEVE_BPF_CLOCK_H

#include "maps.h"

#define NSEC_PER_SEC 1000000000ULL

/*
 * CLOCK_MONOTONIC in ns, as exact as a tick.  bpf_jiffies64() is one load (the
 * verifier inlines it), bpf_ktime_get_coarse_ns() a call of some 30 ns: it is
 * made once a tick and CPU.
 */
static __always_inline __u64 clock_now(void)
{
	__u64 jiffies = bpf_jiffies64();
	struct tick *tick;
	__u32 zero = 0;

	tick = bpf_map_lookup_elem(&geneve_tick, &zero);
	if (!tick)
		return bpf_ktime_get_coarse_ns();
	if (tick->jiffies != jiffies) {
		tick->ns = bpf_ktime_get_coarse_ns();
		tick->jiffies = jiffies;
	}
	return tick->ns;
}

/*
 * An IPv4 identification.  Each CPU counts for itself, from a random
 * start: that repeats later than random numbers do, and costs less.
 */
static __always_inline __u16 clock_ip_id(void)
{
	struct tick *tick;
	__u32 zero = 0;

	tick = bpf_map_lookup_elem(&geneve_tick, &zero);
	if (!tick)
		return 0;
	if (!tick->ip_id)
		tick->ip_id = bpf_get_prandom_u32();
	return tick->ip_id++;
}

#endif
