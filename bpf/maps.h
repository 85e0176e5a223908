/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps.  One set serves all tunnel interfaces of a network namespace; it
 * lives as long as one of its programs is attached.  Nothing is preallocated:
 * an idle tunnel must not cost a megabyte.
 */
#ifndef GENEVE_BPF_MAPS_H
#define GENEVE_BPF_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "counters.h"
#include "schema.h"

#define UNDERLAYS_MAX 256
#define HOPS 64 /* remotes that a CPU remembers for a tick; a power of two */
#define SEEN 64 /* senders that it remembers; the same */
#define METADATA_MAX 1024
#define FLOODS_MAX 8192 /* of all segments: its buckets are there from the start */
#define SCRATCH_LEN 512 /* bpf_csum_diff takes no more up to 6.12 (MAX_BPF_STACK) */

/* What all hooks share. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tunnel);
} geneve_tunnel SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, UNDERLAYS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct underlay);
} geneve_underlay SEC(".maps");

/*
 * Those of them that are in this namespace, by ifindex; see geneve_device.  A
 * device that moves takes its tcx and XDP programs along.
 */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, UNDERLAYS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} geneve_here SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * SEGMENTS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct vtep_key);
	__type(value, struct segment);
} geneve_vtep SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * SEGMENTS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct segment);
} geneve_segment SEC(".maps");

/*
 * Which of our devices are in this namespace.  The kernel takes an entry out
 * when its device is deleted or moved (dev_map_notification), so a frame can
 * never be redirected to another device that got the same ifindex.  A DEVMAP
 * would be for programs of one type alone (map_type_contains_progs).
 */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 2 * SEGMENTS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} geneve_device SEC(".maps");

/*
 * What the maps in geneve_stats and geneve_fdb look like.  These two are never
 * created; the command makes stats_IFACE and fdb_IFACE, whose size is the
 * interface's limit.
 */
struct stats {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} stats_template SEC(".maps");

struct fdb {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FDB_MAX_DEFAULT);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct fdb_key);
	__type(value, struct fdb_entry);
} fdb_template SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SEGMENTS_MAX + 1);
	__type(key, __u32);
	__array(values, struct stats);
} geneve_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SEGMENTS_MAX + 1);
	__type(key, __u32);
	__array(values, struct fdb);
} geneve_fdb SEC(".maps");

/* For the command. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * (SEGMENTS_MAX + 1));
	__type(key, __u32);
	__type(value, __u32);
} geneve_table_id SEC(".maps");

/* By ifindex of the underlay device: what was dropped where the segment is not known. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, UNDERLAYS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct counters);
} geneve_strays SEC(".maps");

/* The clock of the last tick: see clock.h. */
struct tick {
	__u64 jiffies;
	__u64 ns;
	__u32 ip_id;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tick);
} geneve_tick SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, HOPS);
	__type(key, __u32);
	__type(value, struct hop);
} geneve_hop SEC(".maps");

/* Who was last found in the table as it should be: see fdb_learn(). */
struct seen {
	__u64 jiffies;
	struct address remote;
	__u32 segment; /* ifindex of its port */
	__u16 port;
	__u8 mac[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SEEN);
	__type(key, __u32);
	__type(value, struct seen);
} geneve_seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOODS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flood_key);
	__type(value, struct flood_entry);
} geneve_flood SEC(".maps");

/* Tunnel metadata by number: see external.h.  The oldest go first. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, METADATA_MAX);
	__type(key, __u32);
	__type(value, struct metadata);
} geneve_carried SEC(".maps");

struct scratch {
	__u32 word[SCRATCH_LEN / 4 + 1]; /* one more for the verifier, which does not round */
};

/* Where a packet's bytes are summed: they do not fit the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} geneve_scratch SEC(".maps");

#endif
