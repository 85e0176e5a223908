/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FDB_H
#define FDB_H

#include "session.h"
#include "settings.h"

/* How many live entries the segment's table has. */
unsigned int fdb_count(const struct session *session, const struct segment *segment);

/* Command: fdb show [IFACE]. */
int fdb_run(const struct settings *settings, int argc, char **argv);

#endif
