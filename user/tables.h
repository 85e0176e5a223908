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

#endif
