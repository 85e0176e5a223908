/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "hook.h"
#include "link.h"
#include "schema.h"

enum instance_map {
	MAP_TUNNEL,
	MAP_UNDERLAY,
	MAP_HERE,
	MAP_VTEP,
	MAP_SEGMENT,
	MAP_DEVICE,
	MAP_STATS,
	MAP_FDB,
	MAP_STRAYS,
	MAP_CARRIED,
	MAP_FLOOD,
	MAP_TICK,
	MAP_HOP,
	MAP_SEEN,
	MAP_SCRATCH,
	MAP_TABLE,
	_MAP_MAX,
};

enum instance_program {
	PROGRAM_ENCAP,
	PROGRAM_DECAP,
	PROGRAM_BARE,
	PROGRAM_XDP,
	PROGRAM_METADATA,
	PROGRAM_AGE,
	PROGRAM_TABLE,
	_PROGRAM_MAX,
};

/*
 * The maps and programs that serve all tunnel interfaces of the namespace.
 * They live in the kernel, held by the hooks; this is a set of descriptors.
 */
struct instance {
	int map[_MAP_MAX];
	int program[_PROGRAM_MAX]; /* -1 until it is needed */
};

/* No descriptors. */
void instance_init(struct instance *instance);

/*
 * Finds the namespace's instance by what is attached to its devices.  -ENOENT if
 * there is none, -EPROTO (reported) if it is another version's.
 */
int instance_find(struct instance *instance);

/*
 * Creates the maps of a new one, and then loads the programs that each interface
 * needs.  It is gone again unless something gets attached.  Both report errors.
 */
int instance_create(struct instance *instance);
int instance_load(struct instance *instance);

/* The descriptor of a program, loaded with the instance's maps if it is attached nowhere. */
int instance_program(struct instance *instance, enum instance_program program);

/* Which program is for a hook. */
enum instance_program instance_program_at(enum hook hook);

/* The id of the hook's program there, whosever instance it belongs to; else 0. */
__u32 instance_found(enum hook hook, unsigned int ifindex);

/* The same, if it belongs to this instance. */
__u32 instance_attached(const struct instance *instance, enum hook hook, unsigned int ifindex);

void instance_close(struct instance *instance);

const char *map_name(enum instance_map map);
const char *program_name(enum instance_program program);

#endif
