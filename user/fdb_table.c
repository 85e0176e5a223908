// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Changes of a whole forwarding table. */
#include <errno.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "fdb.h"
#include "fdb_table.h"
#include "segment.h"
#include "tables.h"

static __u32 size_of(int table)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(table, &info, &len) ? 0 : info.max_entries;
}

typedef bool (*is_kept)(const struct fdb_entry *entry, const struct segment *segment);

static bool is_static(const struct fdb_entry *entry, const struct segment *segment)
{
	(void)segment;
	return entry->flags & FDB_STATIC;
}

struct sweep {
	int table;
	const struct segment *segment;
	is_kept kept; /* NULL: none is */
};

static void sweep_one(const struct fdb_key *key, const struct fdb_entry *entry, __u64 age,
		      void *data)
{
	const struct sweep *sweep = data;

	(void)age;
	if (!sweep->kept || !sweep->kept(entry, sweep->segment))
		bpf_map_delete_elem(sweep->table, key);
}

/* Removes all entries but those that are to be kept. */
static int sweep(const struct session *session, const struct segment *segment, is_kept kept)
{
	struct sweep sweep = { fdb_open(session, segment), segment, kept };

	if (sweep.table < 0)
		return sweep.table;
	fdb_walk(sweep.table, NULL, sweep_one, &sweep);
	close(sweep.table);
	return 0;
}

int fdb_flush(const struct session *session, const struct segment *segment, enum flush flush)
{
	return sweep(session, segment, flush == FLUSH_DYNAMIC ? is_static : NULL);
}

int fdb_purge(const struct session *session, const struct segment *segment)
{
	return sweep(session, segment, fdb_alive);
}

struct copy {
	int table;
	__u64 since; /* what was not seen since then is there already */
};

static void copy_entry(const struct fdb_key *key, const struct fdb_entry *entry, __u64 age,
		       void *data)
{
	const struct copy *copy = data;

	(void)age;
	if (entry->updated >= copy->since)
		bpf_map_update_elem(copy->table, key, entry, BPF_NOEXIST);
}

/* Copies before the new table is used and after: what was learned in between comes along. */
static int replace(const struct session *session, const struct segment *segment, int old, int table)
{
	struct copy copy = { .table = table };
	__u64 start = fdb_now() - NSEC_PER_SEC; /* the programs' clock is behind */
	int err;

	fdb_walk(old, segment, copy_entry, &copy);
	err = tables_replace_fdb(&session->instance, segment, table);
	if (err)
		return err;
	copy.since = start;
	fdb_walk(old, segment, copy_entry, &copy);
	return 0;
}

static int fit(const struct session *session, struct segment *segment, __u32 more)
{
	__u32 count = fdb_count(session, segment) + more, size = segment->fdb_max;
	int old = fdb_open(session, segment), table, err = 0;

	if (old < 0)
		return old;
	segment->flags &= ~SEGMENT_FDB_OVER;
	if (count > size || !size)
		segment->flags |= SEGMENT_FDB_OVER;
	if (count > size)
		size = count;
	if (size && size_of(old) != size) {
		table = tables_make_fdb(&session->instance, segment, size);
		err = table < 0 ? table : replace(session, segment, old, table);
		if (table >= 0)
			close(table);
	}
	close(old);
	return err;
}

int fdb_fit(const struct session *session, struct segment *segment)
{
	return fit(session, segment, 0);
}

int fdb_grow(const struct session *session, struct segment *segment)
{
	return fit(session, segment, 1);
}

int fdb_refit(const struct session *session, struct segment *segment)
{
	__u32 before = segment->flags;
	int err = 0;

	if (before & SEGMENT_FDB_OVER && segment->fdb_max)
		err = fdb_fit(session, segment);
	if (!err && segment->flags != before)
		err = segment_write(session, segment);
	return err;
}
