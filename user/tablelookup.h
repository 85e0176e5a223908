/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TABLELOOKUP_H
#define TABLELOOKUP_H

#include <stdbool.h>

/* Whether the programs can look up a route in a table by its number (BPF_FIB_LOOKUP_TBID). */
bool table_lookup_works(void);

#endif
