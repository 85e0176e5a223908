/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include <stdbool.h>

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

/* Whether the device has the feature and uses it. */
bool offload_active(const char *name, const char *feature);

/* The name of the device's driver in @driver (32 bytes); "" if it has none. */
void offload_driver(const char *name, char *driver);

#endif
