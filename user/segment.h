/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "address.h"
#include "session.h"

/*
 * Whether it computes the outer checksum: then what it sends must be finished and
 * in single packets before the programs see it.
 */
static inline bool segment_sums_outside(const struct segment *segment)
{
	return !address_is_ipv4(&segment->local) && !(segment->flags & SEGMENT_UDP6_ZERO_CSUM);
}

/* The segment's entries in the instance's maps.  Functions return 0 or -errno. */

/* A free slot; -ENOSPC if there is none. */
int segment_find_slot(const struct session *session, __u32 *slot);

/* Enters a new segment, not running, whose tables are in its slot. */
int segment_add(const struct session *session, const struct segment *segment);

/* Writes the configuration anew, wherever the segment is entered. */
int segment_write(const struct session *session, const struct segment *segment);

/*
 * Notes that the interface is beside its port, as device segment->iface, and
 * attaches the transmit hook there.
 */
int segment_bind_iface(struct session *session, const struct segment *segment);

/* Notes that the interface was moved to another namespace. */
void segment_unbind_iface(const struct session *session, const struct segment *segment);

/* Forgets a segment in all maps, whatever is there of it. */
void segment_forget(const struct session *session, const struct segment *segment);

/*
 * Puts the program that gives received frames their metadata on the interface
 * of an external segment, and takes it off where the segment is not external.
 */
int segment_set_external(struct session *session, const struct segment *segment);

#endif
