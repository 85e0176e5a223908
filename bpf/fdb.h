/* SPDX-License-Identifier: GPL-2.0-only */
/* The forwarding table of a segment: learning and look-up. */
#ifndef GENEVE_BPF_FDB_H
#define GENEVE_BPF_FDB_H

#include "clock.h"
#include "outer.h"
#include "stats.h"

#define FDB_REFRESH NSEC_PER_SEC /* an entry is not written more often */

static __always_inline bool mac_is_multicast(const __u8 *mac)
{
	return mac[0] & 1;
}

static __always_inline bool mac_is_zero(const __u8 *mac)
{
	return !(mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

static __always_inline bool mac_equal(const __u8 *a, const __u8 *b)
{
	return *(const __u16 *)a == *(const __u16 *)b &&
	       *(const __u16 *)(a + 2) == *(const __u16 *)(b + 2) &&
	       *(const __u16 *)(a + 4) == *(const __u16 *)(b + 4);
}

/* In ns, as the clock. */
static __always_inline __u64 fdb_expiry(const struct fdb_entry *entry,
					const struct segment *segment)
{
	return entry->updated + segment->fdb_timeout * NSEC_PER_SEC;
}

/*
 * The difference is signed: the entry may be newer than @now, where this CPU
 * read its clock first in the tick (clock.h).
 */
static __always_inline bool fdb_expired(const struct fdb_entry *entry,
					const struct segment *segment, __u64 now)
{
	return !(entry->flags & FDB_STATIC) &&
	       (__s64)(now - entry->updated) >= (__s64)(segment->fdb_timeout * NSEC_PER_SEC);
}

static __always_inline struct fdb_key key_of(const __u8 *mac)
{
	struct fdb_key key = {};

	__builtin_memcpy(key.mac, mac, sizeof(key.mac));
	return key;
}

static __always_inline void fdb_write(void *fdb, const struct fdb_key *key,
				      const struct segment *segment, struct counters *stats,
				      const struct address *remote, __u64 now, bool moved)
{
	struct fdb_entry entry = {
		.remote = *remote,
		.port = segment->remote_port,
		.updated = now,
	};

	if (bpf_map_update_elem(fdb, key, &entry, moved ? BPF_EXIST : BPF_NOEXIST))
		count(stats, COUNTER_fdb_nospace);
	else
		count(stats, moved ? COUNTER_fdb_moved : COUNTER_fdb_learned);
}

static __always_inline struct seen *seen_place(const __u8 *mac)
{
	__u32 place = mac[5] & (SEEN - 1);

	return bpf_map_lookup_elem(&geneve_seen, &place);
}

static __always_inline bool is_seen(const struct seen *seen, const struct segment *segment,
				    const __u8 *mac, const struct address *remote)
{
	return seen->jiffies == bpf_jiffies64() && seen->segment == segment->port &&
	       seen->port == segment->remote_port && mac_equal(seen->mac, mac) &&
	       address_equal(&seen->remote, remote);
}

static __always_inline void see(struct seen *seen, const struct segment *segment, const __u8 *mac,
				const struct address *remote)
{
	seen->jiffies = bpf_jiffies64();
	seen->segment = segment->port;
	seen->port = segment->remote_port;
	__builtin_memcpy(seen->mac, mac, sizeof(seen->mac));
	seen->remote = *remote;
}

/*
 * Notes that @mac was last seen behind @remote; a static entry stays as it is.  Looks
 * into the table once a tick for each sender: that costs some 30 ns, and a user's
 * change of the table is noticed that much later.
 */
static __always_inline void fdb_learn(const struct segment *segment, struct counters *stats,
				      const __u8 *mac, const struct address *remote)
{
	struct seen *seen = seen_place(mac);
	struct fdb_key key = key_of(mac);
	struct fdb_entry *entry;
	__u32 slot = segment->slot;
	void *fdb;
	__u64 now;

	if (!(segment->flags & SEGMENT_LEARN) || mac_is_multicast(mac) || mac_is_zero(mac) ||
	    mac_equal(mac, segment->mac) || !seen || is_seen(seen, segment, mac, remote))
		return;
	fdb = bpf_map_lookup_elem(&geneve_fdb, &slot);
	if (!fdb)
		return;
	entry = bpf_map_lookup_elem(fdb, &key);
	if (entry && entry->flags & FDB_STATIC)
		return;
	if (!entry && segment->flags & SEGMENT_FDB_OVER) {
		count(stats, COUNTER_fdb_nospace);
		return;
	}
	now = clock_now();
	if (!entry || entry->port != segment->remote_port || !address_equal(&entry->remote, remote))
		fdb_write(fdb, &key, segment, stats, remote, now, entry);
	else if (now - entry->updated >= FDB_REFRESH)
		entry->updated = now;
	if (entry)
		see(seen, segment, mac, remote);
}

/* Where a frame to @mac goes: its entry's remote, else the configured one; true for the entry's. */
static __always_inline bool fdb_remote(const struct segment *segment, const __u8 *mac,
				       struct address *remote, __u16 *port)
{
	struct fdb_key key = key_of(mac);
	struct fdb_entry *entry;
	__u32 slot = segment->slot;
	void *fdb;

	*remote = segment->remote;
	*port = segment->remote_port;
	if (mac_is_multicast(mac))
		return false;
	fdb = bpf_map_lookup_elem(&geneve_fdb, &slot);
	if (!fdb)
		return false;
	entry = bpf_map_lookup_elem(fdb, &key);
	if (!entry || fdb_expired(entry, segment, clock_now()))
		return false;
	*remote = entry->remote;
	*port = entry->port;
	return true;
}

#endif
