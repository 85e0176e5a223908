/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LISTEN_H
#define LISTEN_H

#include "session.h"

/*
 * Where a segment receives: its entries in the table of VTEPs, at its local
 * address and at its group.  Functions return 0 or -errno.
 */

/* Opens the segment for receive, and closes it. */
int listen_start(const struct session *session, const struct segment *segment);
void listen_stop(const struct session *session, const struct segment *segment);

/* Writes the configuration anew where the segment receives, if it does. */
int listen_update(const struct session *session, const struct segment *segment);

/*
 * The running segment, other than this one, that has one of its addresses with
 * the same port and VNI, or that is external there as this one is to be; or 0.
 * *@at is that address, in @segment.
 */
__u32 listen_duplicate(const struct session *session, const struct segment *segment,
		       const struct address **at);

/*
 * The address that, with the port, is another tunnel protocol's, and one of that
 * protocol's segments there in *@holder; or NULL.
 */
const struct address *listen_other_protocol(const struct session *session,
					    const struct segment *segment, struct segment *holder);

#endif
