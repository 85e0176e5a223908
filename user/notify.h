/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * Tells the service manager @state ("READY=1"), where there is one: a datagram
 * to the socket that NOTIFY_SOCKET names (sd_notify(3)).  Fails silently.
 */
void notify_send(const char *state);

#endif
