/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef CREATE_H
#define CREATE_H

#include "request.h"
#include "session.h"

/*
 * Creates the interface as it was planned, but not running yet; the first of a
 * namespace with the instance.  Reports errors; then nothing of it is left.
 */
int create_stopped(struct session *session, struct request *request);

#endif
