/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "request.h"
#include "session.h"

/* Whether a new interface of this name is to be a bridge: "bridge0", "bridge". */
bool bridge_names(const char *name);

/*
 * Creates, changes or destroys a bridge of the kernel's, as the request says.
 * Reports errors and returns -errno.
 */
int bridge_apply(struct session *session, const struct request *request);

#endif
