/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef AGEING_H
#define AGEING_H

#include "session.h"

/*
 * Makes the kernel call program geneve_age for the segment's table every few
 * seconds while its port is up: see bpf/age.h.  0 or -errno.
 *
 * The port loses its carrier when the interface goes down or to another
 * namespace; the neighbour must outlive that (link_prepare_port).
 */
int ageing_start(struct session *session, const struct segment *segment);

#endif
