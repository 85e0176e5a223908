/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FDB_TABLE_H
#define FDB_TABLE_H

#include "request.h"
#include "session.h"

/* Removes the learned entries, or all.  0 or -errno. */
int fdb_flush(const struct session *session, const struct segment *segment, enum flush flush);

/* Removes what has expired: a longer timeout must not bring it back.  0 or -errno. */
int fdb_purge(const struct session *session, const struct segment *segment);

/*
 * Gives the segment a table of the size that segment->fdb_max says, with the
 * entries that it has.  Those above a lowered limit stay until they expire;
 * SEGMENT_FDB_OVER then keeps new ones out: the caller writes the segment.
 * 0 or -errno.
 */
int fdb_fit(const struct session *session, struct segment *segment);

/* The same with room for one entry more, whatever the limit. */
int fdb_grow(const struct session *session, struct segment *segment);

/* For a table that was too full for its limit, and may have emptied.  0 or -errno. */
int fdb_refit(const struct session *session, struct segment *segment);

#endif
