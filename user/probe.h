/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PROBE_H
#define PROBE_H

#include "settings.h"

/* Command: what the kernel offers and what follows from it; exit 0 if tunnels can work. */
int probe_run(const struct settings *settings, int argc, char **argv);

#endif
