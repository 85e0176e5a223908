/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef UNDERLAY_H
#define UNDERLAY_H

#include "request.h"
#include "session.h"

/*
 * Makes device @ifindex receive: tc first, then XDP, so that a stripped frame
 * never meets a host without the tc program.  Does nothing where all is there
 * already.  Reports errors; then the device is as before.
 */
int underlay_acquire(struct session *session, unsigned int ifindex, enum underlay_mode mode);

/* Takes the programs off @ifindex if no running segment uses it: XDP first, then tc. */
void underlay_release(struct session *session, unsigned int ifindex);

/* What the device does: false if it is none of ours. */
bool underlay_get(const struct session *session, unsigned int ifindex, struct underlay *underlay);

/* Whether the device of ours was here all the time since: the kernel notes its leaving. */
bool underlay_is_here(const struct session *session, unsigned int ifindex);

/* Whether native XDP is the better choice on a device with this driver. */
bool underlay_wants_xdp(const char *driver);

#endif
