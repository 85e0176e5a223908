/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef STATUS_H
#define STATUS_H

#include "session.h"
#include "settings.h"

/* One interface in ifconfig's shape, or all facts as JSON. */
int status_one(struct session *session, const struct settings *settings, const char *name);

/*
 * Commands: with no interface all of ours; "-a", the same; "-l", the names on
 * one line; "-C", what there are interfaces of.
 */
int status_run(const struct settings *settings, int argc, char **argv);
int all_run(const struct settings *settings, int argc, char **argv);
int kinds_run(const struct settings *settings, int argc, char **argv);
int names_run(const struct settings *settings, int argc, char **argv);

/* A line an interface. */
int list_run(const struct settings *settings, int argc, char **argv);

#endif
