/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TABLES_H
#define TABLES_H

#include "instance.h"
#include "task.h"

/*
 * The counters and the forwarding table of a segment, while they are created and
 * entered.  Each takes an RCU grace period, so other work is done beside.
 */
struct tables {
	const struct instance *instance;
	struct segment segment;
	struct task stats, fdb;
};

void tables_start(struct tables *tables, const struct instance *instance,
		  const struct segment *segment);

/* Returns when they are there. 0 or -errno. */
int tables_finish(struct tables *tables);

/* Takes out what the slot has of them. */
void tables_drop(const struct instance *instance, __u32 slot);

/*
 * Returns when every program that was running has ended: the kernel waits so
 * after a change of a map of maps (maybe_wait_bpf_programs).
 */
void tables_synchronize(const struct instance *instance);

/* Those of the segment: a descriptor, or -errno. */
int tables_open_stats(const struct instance *instance, const struct segment *segment);
int tables_open_fdb(const struct instance *instance, const struct segment *segment);

/* A forwarding table of @max entries: a descriptor, or -errno. */
int tables_make_fdb(const struct instance *instance, const struct segment *segment, __u32 max);

/* Gives @fdb, such a table, the place of the segment's. 0 or -errno. */
int tables_replace_fdb(const struct instance *instance, const struct segment *segment, int fdb);

#endif
