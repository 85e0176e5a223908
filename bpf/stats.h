/* SPDX-License-Identifier: GPL-2.0-only */
/* Counting.  Values are per CPU and programs are not preempted by themselves: no atomics. */
#ifndef GENEVE_BPF_STATS_H
#define GENEVE_BPF_STATS_H

#include "maps.h"

/* The counters of a segment; NULL once it is destroyed. */
static __always_inline struct counters *stats_of(const struct segment *segment)
{
	__u32 slot = segment->slot, zero = 0;
	void *stats = bpf_map_lookup_elem(&geneve_stats, &slot);

	return stats ? bpf_map_lookup_elem(stats, &zero) : NULL;
}

/* Those of underlay device @ifindex, for what belongs to no segment. */
static __always_inline struct counters *stray_stats(__u32 ifindex)
{
	return bpf_map_lookup_elem(&geneve_strays, &ifindex);
}

static __always_inline void count(struct counters *stats, enum counter counter)
{
	if (stats && counter < _COUNTER_MAX)
		((__u64 *)stats)[counter]++;
}

static __always_inline void count_many(struct counters *stats, enum counter counter, __u32 times)
{
	if (stats && counter < _COUNTER_MAX)
		((__u64 *)stats)[counter] += times;
}

static __always_inline void count_rx(struct counters *stats, __u32 packets, __u32 bytes)
{
	if (!stats)
		return;
	stats->rx_packets += packets;
	stats->rx_bytes += bytes;
}

static __always_inline void count_tx(struct counters *stats, __u32 packets, __u32 bytes)
{
	if (!stats)
		return;
	stats->tx_packets += packets;
	stats->tx_bytes += bytes;
}

#endif
