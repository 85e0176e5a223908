// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The flood list: remotes 0 to count - 1 of a segment, in one map for all segments. */
#include <errno.h>
#include <bpf/bpf.h>

#include "address.h"
#include "flood.h"
#include "segment.h"

static struct flood_key key_of(const struct segment *segment, __u32 index)
{
	return (struct flood_key) { .slot = segment->slot, .index = index };
}

static int put(const struct session *session, const struct segment *segment, __u32 index,
	       const struct flood_entry *entry)
{
	struct flood_key key = key_of(segment, index);

	return bpf_map_update_elem(session->instance.map[MAP_FLOOD], &key, entry, BPF_ANY) ? -errno
											   : 0;
}

int flood_get(const struct session *session, const struct segment *segment, __u32 index,
	      struct flood_entry *entry)
{
	struct flood_key key = key_of(segment, index);

	return bpf_map_lookup_elem(session->instance.map[MAP_FLOOD], &key, entry) ? -errno : 0;
}

/* The place of a remote in the list, or the list's length; port 0 is any. */
static __u32 find(const struct session *session, const struct segment *segment,
		  const struct address *remote, __u16 port)
{
	struct flood_entry entry;
	__u32 index;

	for (index = 0; index < segment->flood_count; index++)
		if (!flood_get(session, segment, index, &entry) &&
		    address_equal(&entry.remote, remote) && (!port || port == entry.port))
			break;
	return index;
}

int flood_add(const struct session *session, struct segment *segment,
	      const struct flood_entry *entry)
{
	int err;

	if (find(session, segment, &entry->remote, entry->port) < segment->flood_count)
		return -EEXIST;
	if (segment->flood_count == FLOOD_MAX)
		return -ENOSPC;
	err = put(session, segment, segment->flood_count, entry);
	if (err)
		return err;
	segment->flood_count++; /* the programs see the entry from here on */
	return segment_write(session, segment);
}

/* The last one takes the place of the one that goes. */
static int delete_at(const struct session *session, struct segment *segment, __u32 index)
{
	__u32 last = segment->flood_count - 1;
	struct flood_key key = key_of(segment, last);
	struct flood_entry entry;
	int err;

	err = flood_get(session, segment, last, &entry) ?: put(session, segment, index, &entry);
	if (err)
		return err;
	segment->flood_count--;
	err = segment_write(session, segment);
	bpf_map_delete_elem(session->instance.map[MAP_FLOOD], &key);
	return err;
}

int flood_delete(const struct session *session, struct segment *segment,
		 const struct address *remote, __u16 port)
{
	int err = -ENOENT;
	__u32 index;

	while ((index = find(session, segment, remote, port)) < segment->flood_count) {
		err = delete_at(session, segment, index);
		if (err)
			break;
	}
	return err;
}

int flood_clear(const struct session *session, struct segment *segment)
{
	__u32 count = segment->flood_count;
	int err;

	segment->flood_count = 0;
	err = segment_write(session, segment);
	for (__u32 index = 0; index < count; index++) {
		struct flood_key key = key_of(segment, index);

		bpf_map_delete_elem(session->instance.map[MAP_FLOOD], &key);
	}
	return err;
}
