/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FDB_EDIT_H
#define FDB_EDIT_H

#include "session.h"

/*
 * fdb add|replace|del|flush IFACE ...: changes the forwarding table, or the
 * flood list where the MAC address is zero or "flood".  @verb is argv[-1].
 */
int fdb_edit(struct session *session, const char *verb, int argc, char **argv);

/* Whether there is such a verb. */
bool fdb_edits(const char *verb);

#endif
