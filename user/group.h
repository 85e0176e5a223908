/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef GROUP_H
#define GROUP_H

#include "session.h"

/*
 * Membership of multicast groups.  The kernel holds it without a process, as an
 * address with IFA_F_MCAUTOJOIN on the device (ip_mc_autojoin_config); ours are
 * marked by their protocol, so that nobody else's is taken away.
 */

/* Joins the segment's group, if it has one, unless that is done.  0 or -errno. */
int group_join(const struct session *session, const struct segment *segment);

/* Whether the segment, if it has a group, is in it; asks the kernel once a session. */
bool group_is_joined(struct session *session, const struct segment *segment);

/* Leaves it, unless another running segment has the same group on the same device. */
void group_leave(const struct session *session, const struct segment *segment);

/* Leaves the groups that no running segment has. */
void group_leave_unused(const struct session *session);

#endif
