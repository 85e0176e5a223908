/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef WATCH_H
#define WATCH_H

#include "settings.h"

/*
 * Command: stays in the foreground and repairs after each change of links,
 * addresses or routes, until SIGTERM or SIGINT.  Says when it is ready to
 * systemd (sd_notify), and on stdout what it sees change.
 */
int watch_run(const struct settings *settings, int argc, char **argv);

#endif
