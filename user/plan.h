/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLAN_H
#define PLAN_H

#include "request.h"
#include "session.h"

/*
 * Decides what a request comes to, before anything is touched: the underlay
 * device, the local address and the MTU where they were not given, and
 * whether the segment can run if it is to.  Writes them into
 * request->segment, and the MTU into request->mtu.  Reports errors.
 */
int plan(const struct session *session, struct request *request);

#endif
