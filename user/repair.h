/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REPAIR_H
#define REPAIR_H

#include "session.h"

/*
 * Forgets the interface if it was deleted; else follows where it and its underlay are,
 * and puts back what others took away from it.  Reports errors and returns -errno.
 */
int repair(struct session *session, struct segment *segment);

/*
 * Whether nothing happened to the segment that the kernel notes in our maps, or
 * that few questions tell of all segments together.  What others did to its
 * hooks, its MTU or its name is not noticed.
 */
bool seems_well(struct session *session, const struct segment *segment);

#endif
