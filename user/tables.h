/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TABLES_H
#define TABLES_H

#include "instance.h"

/* Creates the counters and the forwarding table of @segment and enters them. 0 or -errno. */
int tables_create(const struct instance *instance, const struct segment *segment);

/*
 * Returns when every program that was running has ended: the kernel waits so
 * after a change of a map of maps (maybe_wait_bpf_programs).
 */
void tables_synchronize(const struct instance *instance);

/*
 * A forwarding table of @max entries to take the place of the segment's: a
 * descriptor to be written to map geneve_fdb, or -errno.
 */
int tables_make_fdb(const struct instance *instance, const struct segment *segment, __u32 max);

#endif
