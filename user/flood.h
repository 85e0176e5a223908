/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FLOOD_H
#define FLOOD_H

#include "session.h"

/*
 * The flood list of a segment: see include/schema.h.  Functions return 0 or
 * -errno; those that change the list change the segment, too.
 */

/*
 * Adds a remote; -EEXIST if it is there with this port, -ENOSPC if the list is
 * full, -E2BIG if all lists together are.
 */
int flood_add(const struct session *session, struct segment *segment,
	      const struct flood_entry *entry);

/* Removes a remote, with any port if @port is 0; -ENOENT. */
int flood_delete(const struct session *session, struct segment *segment,
		 const struct address *remote, __u16 port);

/* Empties the list. */
int flood_clear(const struct session *session, struct segment *segment);

/* The entry at @index, below segment->flood_count. */
int flood_get(const struct session *session, const struct segment *segment, __u32 index,
	      struct flood_entry *entry);

#endif
