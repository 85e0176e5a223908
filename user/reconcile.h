/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RECONCILE_H
#define RECONCILE_H

#include "session.h"

/*
 * Brings what exists into line with what is configured: forgets interfaces
 * that were deleted, removes halves of interfaces whose creation was
 * interrupted, follows an interface that was renamed or moved, puts hooks back
 * and takes hooks off devices that nothing uses any more.  0 or -errno.
 */
int reconcile(struct session *session);

#endif
