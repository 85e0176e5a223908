/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * Sets the features of interface @name: what the programs cannot encapsulate
 * the kernel must do before they see it (segment tunnels and SCTP; with
 * @outer_csum also TCP and UDP, and finish their checksums).  0 or -errno.
 */
int offload_set(const char *name, bool outer_csum);

/*
 * Switches those of @features, a list that ends with NULL, that the device
 * has; -EOPNOTSUPP if it can change none, or did not.
 */
int offload_switch(const char *name, const char *const *features, bool on);

/*
 * Which of @features, a list that ends with NULL, the device uses and which it
 * could; bit 0 stands for the first.
 */
void offload_get(const char *name, const char *const *features, __u32 *active, __u32 *possible);

/* Whether the device merges what it receives (generic receive offload), and setting that. */
bool offload_gro(const char *name);
int offload_set_gro(const char *name, bool on);

/* The same of whether it segments TCP itself. */
bool offload_tso(const char *name);
int offload_set_tso(const char *name, bool on);

/* The sum of those of the driver's own counters whose names @wanted takes. 0 or -errno. */
int offload_statistics(const char *name, bool (*wanted)(const char *), __u64 *sum);

/* The name of the device's driver in @driver (32 bytes); "" if it has none. */
void offload_driver(const char *name, char *driver);

#endif
