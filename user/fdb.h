/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FDB_H
#define FDB_H

#include "session.h"
#include "settings.h"

#define NSEC_PER_SEC 1000000000ULL

/* The segment's table: a descriptor, or -errno. */
int fdb_open(const struct session *session, const struct segment *segment);

/*
 * Calls @visitor for each live entry of the table with its age in seconds; an
 * expired one is no longer used, so it is not shown.  Without a segment, for
 * each entry.
 */
typedef void (*fdb_visit)(const struct fdb_key *key, const struct fdb_entry *entry, __u64 age,
			  void *data);
void fdb_walk(int table, const struct segment *segment, fdb_visit visitor, void *data);

/* The time that entries are stamped with: ns of CLOCK_MONOTONIC. */
__u64 fdb_now(void);

/* Whether the entry is still used. */
bool fdb_alive(const struct fdb_entry *entry, const struct segment *segment);

/* How many live entries the segment's table has. */
unsigned int fdb_count(const struct session *session, const struct segment *segment);

/* Command: fdb show [IFACE]. */
int fdb_run(const struct settings *settings, int argc, char **argv);

#endif
