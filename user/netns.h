/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETNS_H
#define NETNS_H

#include <linux/types.h>

/*
 * Enters the network namespace @name: one that `ip netns` knows, a path, or a
 * process id.  Reports errors.
 */
int netns_enter(const char *name);

/* A number that only this network namespace has while the machine runs; 0 if it cannot be told. */
__u64 netns_cookie(void);

#endif
