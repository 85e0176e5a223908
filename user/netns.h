/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETNS_H
#define NETNS_H

/*
 * Enters the network namespace @name: one that `ip netns` knows, a path, or a
 * process id.  Reports errors.
 */
int netns_enter(const char *name);

#endif
