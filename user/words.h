/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef WORDS_H
#define WORDS_H

#include "settings.h"

/* ifconfig's grammar: argv[0] is the interface, the rest are words.  0 or -errno, reported. */
int words_run(const struct settings *settings, int argc, char **argv);

#endif
