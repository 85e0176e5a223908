/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef STATS_H
#define STATS_H

#include "counters.h"
#include "session.h"
#include "settings.h"

/* Makes the counters of an underlay device, at zero, unless they exist. 0 or -errno. */
int stats_create_stray(const struct session *session, __u32 ifindex);

/* Those of a segment, or of an underlay device, summed over the CPUs. 0 or -errno. */
int stats_read(const struct session *session, const struct segment *segment, struct counters *sum);
int stats_read_stray(const struct session *session, __u32 ifindex, struct counters *sum);

/* Command: stats [IFACE | DEVICE]. */
int stats_run(const struct settings *settings, int argc, char **argv);

#endif
