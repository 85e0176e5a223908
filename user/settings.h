/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

/* What stands before the command and applies to all. */
struct settings {
	int verbose; /* how many -v */
	bool json;
};

#endif
