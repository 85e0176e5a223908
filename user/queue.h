/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef QUEUE_H
#define QUEUE_H

#include "session.h"

/*
 * The receive queue of an interface, which takes frames from XDP and merges what
 * comes by the port: there is one while the veth driver has its NAPI on, for GRO or
 * for an XDP program (veth_xdp_xmit).
 */

/* Turns it on for the new interface.  It is no error if that fails: tc delivers. */
void queue_prepare(const struct link *iface);

/*
 * Notes in @segment whether the interface, which is up, has a queue, what program and
 * MTU; and has the port lead to the queue where that is good for something.
 */
void queue_follow(const struct session *session, struct segment *segment);

struct queue_drops {
	__u64 all;           /* of the frames that XDP gave */
	__u64 counted_twice; /* those that did not fit: at the port, and at the interface */
};

/*
 * What became of the @given frames.  The port counts as dropped what came while the
 * interface was down or that did not fit (veth_ndo_xdp_xmit); where there was no queue
 * at all the underlay device does (NETDEV_XDP_ACT_NDO_XMIT in __xdp_enqueue).
 */
void queue_drops(const char *port, __u64 given, struct queue_drops *drops);

#endif
