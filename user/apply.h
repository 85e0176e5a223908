/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef APPLY_H
#define APPLY_H

#include "request.h"
#include "session.h"

/*
 * Carries out a request, all of it or nothing: creates, changes or destroys
 * one interface.  For an interface that existed, @before is its segment as it
 * was.  Reports errors and returns -errno.
 */
int apply(struct session *session, struct request *request, const struct segment *before);

/* Destroys one interface and what only it used. */
int apply_destroy(struct session *session, const struct segment *segment);

#endif
