/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NIC_H
#define NIC_H

#include "request.h"
#include "session.h"

/*
 * [-]genevehwcsum and [-]genevehwtso, given to the hardware itself: switches
 * its offloads for tunnel packets.  Reports errors and returns -errno.
 */
int nic_apply(struct session *session, const struct request *request);

/* What the device does of it now: bits of enum hardware. */
__u8 nic_get(const struct session *session, unsigned int ifindex);

/* The same by the device's number; does nothing where nothing is asked. */
int nic_set(struct session *session, unsigned int ifindex, const struct request *request);

#endif
