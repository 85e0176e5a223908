/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FEATURE_H
#define FEATURE_H

#include <stdbool.h>

/*
 * Whether the environment says to do without kernel feature @name: the
 * variable GENEVE_BPF_WITHOUT holds names parted by commas.  So the path for
 * an older kernel can be taken, and tested, on a newer one.
 */
bool feature_disabled(const char *name);

/* Whether the kernel describes its own types, without which none of our programs loads. */
bool feature_btf(void);

/*
 * The capability that this process lacks to load BPF programs, find them by their
 * number (bpf_prog_get_fd_by_id) or change devices; NULL if it has all.
 */
const char *feature_missing_capability(void);

#endif
