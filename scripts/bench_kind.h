/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kinds of tunnel packets, and none. */
#ifndef BENCH_KIND_H
#define BENCH_KIND_H

#include <stdbool.h>
#include <linux/types.h>

#include "bench_helper.h"

struct kind {
	const char *name;
	__u16 port;
	__u8 tunnel[4];
	bool is_l3, is_raw;
};

static const struct kind kinds[] = {
	{ "geneve", 6081, { 0, 0, 0x65, 0x58 }, false, false },
	{ "vxlan", 4789, { 0x08 }, false, false },
	{ "l3", 6081, { 0, 0, 0x08, 0x00 }, true, false },
	{ "raw", 9, { 0 }, false, true },
};

static inline const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	errno = 0;
	die("%s: no such kind of frame", name);
}

#endif
