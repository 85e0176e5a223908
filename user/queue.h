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

/* Notes in @segment whether the interface has one, and how long a frame it takes. */
void queue_look(const struct link *iface, struct segment *segment);

/*
 * Gives the port the MTU that goes with the interface's, and has it lead to the
 * queue where that is good for something, noted in @segment, too: a device that can
 * do TSO does not use its peer's NAPI (veth_skb_is_eligible_for_gro).
 */
void queue_lead(const struct session *session, struct segment *segment);

/*
 * How many of the @given frames never came to the port, which counts those that it
 * took and @dropped those that it did not: the interface has no queue
 * (NETDEV_XDP_ACT_NDO_XMIT in __xdp_enqueue), and the kernel counts them at the
 * underlay device alone.
 */
__u64 queue_refused(const char *port, __u64 given, __u64 dropped);

#endif
