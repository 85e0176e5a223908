/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ATTACH_H
#define ATTACH_H

#include "settings.h"

/* attach DEV --vni N [--FLAG VALUE]...; prints the interface's name. */
int attach_run(const struct settings *settings, int argc, char **argv);

/* detach DEV [--vni N] [--name IFACE]: destroys the interfaces on DEV. */
int detach_run(const struct settings *settings, int argc, char **argv);

#endif
