// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The forwarding tables. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "address.h"
#include "error.h"
#include "facts.h"
#include "fdb.h"
#include "fdb_edit.h"
#include "flood.h"
#include "tables.h"

#define BATCH 1024 /* entries read at once: more than a bucket ever has */

/* The programs stamp entries with bpf_ktime_get_coarse_ns(), the monotonic clock. */
__u64 fdb_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

int fdb_open(const struct session *session, const struct segment *segment)
{
	return tables_open_fdb(&session->instance, segment);
}

static __u64 age_of(const struct fdb_entry *entry, __u64 now)
{
	return now > entry->updated ? (now - entry->updated) / NSEC_PER_SEC : 0;
}

bool fdb_alive(const struct fdb_entry *entry, const struct segment *segment)
{
	return entry->flags & FDB_STATIC || age_of(entry, fdb_now()) < segment->fdb_timeout;
}

/*
 * In batches: each takes whole buckets, one after the other.  By the next key
 * it would begin anew whenever the last one was deleted meanwhile.
 */
void fdb_walk(int table, const struct segment *segment, fdb_visit visitor, void *data)
{
	struct fdb_key keys[BATCH];
	struct fdb_entry entries[BATCH];
	__u32 place, count, *from = NULL;
	__u64 now = fdb_now(), age;
	int err;

	do {
		count = BATCH;
		err = bpf_map_lookup_batch(table, from, &place, keys, entries, &count, NULL);
		if (err && errno != ENOENT) /* that is the last batch */
			return;
		from = &place;
		for (__u32 i = 0; i < count; i++) {
			age = age_of(&entries[i], now);
			if (!segment || entries[i].flags & FDB_STATIC || age < segment->fdb_timeout)
				visitor(&keys[i], &entries[i], age, data);
		}
	} while (!err);
}

static void add_one(const struct fdb_key *key, const struct fdb_entry *entry, __u64 age, void *data)
{
	(void)key;
	(void)entry;
	(void)age;
	++*(unsigned int *)data;
}

unsigned int fdb_count(const struct session *session, const struct segment *segment)
{
	unsigned int count = 0;
	int table = fdb_open(session, segment);

	if (table < 0)
		return 0;
	fdb_walk(table, segment, add_one, &count);
	close(table);
	return count;
}

struct listing {
	const struct segment *segment;
	struct json_object *array; /* NULL: text */
};

static void show_entry(const struct fdb_key *key, const struct fdb_entry *entry, __u64 age,
		       void *data)
{
	const struct listing *listing = data;
	bool is_static = entry->flags & FDB_STATIC;
	char mac[18], remote[ADDRESS_TEXT_LEN];
	__u64 expires = is_static ? 0 : listing->segment->fdb_timeout - age;
	struct json_object *object;

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", key->mac[0], key->mac[1],
		 key->mac[2], key->mac[3], key->mac[4], key->mac[5]);
	if (!listing->array) {
		printf("%s %s remote %s %s", listing->segment->name, mac,
		       address_port_text(&entry->remote, entry->port, remote),
		       is_static ? "static" : "dynamic");
		if (!is_static)
			printf(" expires %llu", (unsigned long long)expires);
		printf("\n");
		return;
	}
	object = json_object_new_object();
	json_object_object_add(object, "name", json_object_new_string(listing->segment->name));
	json_object_object_add(object, "mac", json_object_new_string(mac));
	json_object_object_add(object, "remote",
			       json_object_new_string(address_text(&entry->remote, remote)));
	json_object_object_add(object, "remote_port", json_object_new_int(entry->port));
	json_object_object_add(object, "static", json_object_new_boolean(is_static));
	json_object_object_add(object, "expires",
			       is_static ? NULL : json_object_new_int64(expires));
	json_object_array_add(listing->array, object);
}

/* The flood list, as entries of the address zero. */
static void show_flood(const struct session *session, struct listing *listing)
{
	static const struct fdb_key zero;
	struct flood_entry flood;

	for (__u32 i = 0; i < listing->segment->flood_count; i++) {
		struct fdb_entry entry = { .flags = FDB_STATIC };

		if (flood_get(session, listing->segment, i, &flood))
			continue;
		entry.remote = flood.remote;
		entry.port = flood.port;
		show_entry(&zero, &entry, 0, listing);
	}
}

static int show(struct session *session, const struct settings *settings, const char *name)
{
	struct listing listing = { .array = settings->json ? json_object_new_array() : NULL };
	struct segment *segments, one;
	__u32 id;
	int count, err = name ? session_get(session, name, &id, &one) : 0;

	if (!err) {
		count = session_segments_by_name(session, &segments);
		for (int i = 0; i < count; i++) {
			int table;

			if (name && segments[i].port != id)
				continue;
			listing.segment = &segments[i];
			table = fdb_open(session, &segments[i]);
			if (table < 0)
				continue;
			fdb_walk(table, &segments[i], show_entry, &listing);
			close(table);
			show_flood(session, &listing);
		}
		free(segments);
	}
	if (listing.array && !err)
		json_print(listing.array);
	else
		json_object_put(listing.array);
	return err;
}

int fdb_run(const struct settings *settings, int argc, char **argv)
{
	struct session session;
	int err;

	bool edits = argc && fdb_edits(argv[0]);

	if (argc && !edits && strcmp(argv[0], "show"))
		return refuse(EUSAGE, "fdb", "unknown verb \"%s\" (see --help)", argv[0]);
	if (!edits && argc > 2)
		return refuse(EUSAGE, "fdb", "unexpected \"%s\"", argv[2]);
	err = session_open(&session);
	if (err)
		return err;
	err = edits ? fdb_edit(&session, argv[0], argc - 1, argv + 1)
		    : show(&session, settings, argc > 1 ? argv[1] : NULL);
	session_close(&session);
	return err;
}
