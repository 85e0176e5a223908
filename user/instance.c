// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Finding the programs again: devices -> programs -> maps. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "error.h"
#include "instance.h"
#include "links.h"
#include "netns.h"

static const char *const map_names[_MAP_MAX] = {
	[MAP_TUNNEL] = "geneve_tunnel",   [MAP_UNDERLAY] = "geneve_underlay",
	[MAP_VTEP] = "geneve_vtep",       [MAP_SEGMENT] = "geneve_segment",
	[MAP_DEVICE] = "geneve_device",   [MAP_STATS] = "geneve_stats",
	[MAP_FDB] = "geneve_fdb",         [MAP_STRAYS] = "geneve_strays",
	[MAP_CARRIED] = "geneve_carried", [MAP_FLOOD] = "geneve_flood",
	[MAP_HERE] = "geneve_here",       [MAP_TICK] = "geneve_tick",
	[MAP_HOP] = "geneve_hop",         [MAP_SCRATCH] = "geneve_scratch",
	[MAP_TABLE] = "geneve_table_id",  [MAP_SEEN] = "geneve_seen",
};

static const char *const program_names[_PROGRAM_MAX] = {
	[PROGRAM_BARE] = "geneve_bare",         [PROGRAM_ENCAP] = "geneve_encap",
	[PROGRAM_DECAP] = "geneve_decap",       [PROGRAM_XDP] = "geneve_xdp",
	[PROGRAM_METADATA] = "geneve_metadata", [PROGRAM_AGE] = "geneve_age",
	[PROGRAM_TABLE] = "geneve_table",
};

const char *program_name(enum instance_program program)
{
	return program_names[program];
}

const char *map_name(enum instance_map map)
{
	return map_names[map];
}

void instance_init(struct instance *instance)
{
	memset(instance, 0xff, sizeof(*instance)); /* -1: no descriptor */
}

void instance_close(struct instance *instance)
{
	for (int i = 0; i < _MAP_MAX; i++)
		if (instance->map[i] >= 0)
			close(instance->map[i]);
	for (int i = 0; i < _PROGRAM_MAX; i++)
		if (instance->program[i] >= 0)
			close(instance->program[i]);
	instance_init(instance);
}

static int take_map(struct instance *instance, __u32 id)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);

	if (fd < 0)
		return -errno;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		for (int i = 0; i < _MAP_MAX; i++)
			if (!strcmp(info.name, map_names[i]) && instance->map[i] < 0) {
				instance->map[i] = fd;
				return 0;
			}
	close(fd);
	return 0;
}

static int check_schema(const struct instance *instance)
{
	struct tunnel tunnel = {};
	__u32 zero = 0;

	if (instance->map[MAP_TUNNEL] < 0 ||
	    bpf_map_lookup_elem(instance->map[MAP_TUNNEL], &zero, &tunnel))
		return -ENOENT;
	if (tunnel.schema != SCHEMA_VERSION)
		return refuse(EPROTO, NULL,
			      "the programs running here are of schema %u, this command of %d "
			      "(destroy the interfaces with the version that made them)",
			      tunnel.schema, SCHEMA_VERSION);
	if (tunnel.netns != netns_cookie())
		return -ENOENT; /* on a device that came here: it works for where it was */
	for (int i = 0; i < _MAP_MAX; i++)
		if (instance->map[i] < 0)
			return -ENOENT;
	return 0;
}

static int add_program(struct instance *instance, enum instance_program program, __u32 id)
{
	__u32 maps[_MAP_MAX + 8];
	struct bpf_prog_info info = { .nr_map_ids = _MAP_MAX + 8, .map_ids = (long)maps };
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &len)) {
		close(fd);
		return -errno;
	}
	instance->program[program] = fd;
	for (__u32 i = 0; i < info.nr_map_ids; i++) {
		int err = take_map(instance, maps[i]);

		if (err)
			return err;
	}
	return check_schema(instance);
}

/* Tries the hooks that a device of this sort can have. */
static int find_on(struct instance *instance, const struct link *link)
{
	bool port = link->group == PORT_GROUP;
	enum instance_program program = port ? PROGRAM_ENCAP : PROGRAM_DECAP;
	__u32 id;
	int err = hook_query(port ? HOOK_PORT : HOOK_INGRESS, link->ifindex, program_names[program],
			     &id);

	if (err)
		return err == -ENODEV ? -ENOENT : err; /* gone since it was listed */
	if (!id)
		return -ENOENT;
	err = add_program(instance, program, id);
	if (!err && port && !hook_query(HOOK_AGE, link->ifindex, program_names[PROGRAM_AGE], &id) &&
	    id)
		err = add_program(instance, PROGRAM_AGE, id);
	if (err != -ENOENT || !port)
		return err;
	/* It works for somebody: taken for a leftover, it would be removed. */
	return refuse(EPROTO, link->name,
		      "its program is of another version of geneve-bpf, or cannot be read "
		      "(destroy the interface with the version that made it)");
}

struct search {
	struct instance *instance;
	bool ports; /* look at ports, else at all other devices */
};

static int search_on(const struct link *link, void *data)
{
	struct search *search = data;
	int err;

	if ((link->group == PORT_GROUP) != search->ports)
		return 0;
	err = find_on(search->instance, link);
	if (!err)
		return 1; /* look no further */
	instance_close(search->instance);
	return err == -ENOENT ? 0 : err;
}

int instance_find(struct instance *instance)
{
	struct search search = { .instance = instance };
	int found = 0;

	instance_init(instance);
	for (int round = 0; !found && round < 2; round++) {
		search.ports = !round; /* first: they are the surest sign */
		found = links_search(search_on, &search);
	}
	if (found > 0)
		return 0;
	return found ?: -ENOENT;
}

/* Whether program @id uses the instance's maps. */
static bool is_ours(const struct instance *instance, __u32 id)
{
	struct bpf_map_info ours = {};
	__u32 maps[_MAP_MAX + 8], len = sizeof(ours);
	struct bpf_prog_info info = { .nr_map_ids = _MAP_MAX + 8, .map_ids = (long)maps };
	bool found = false;
	int fd;

	if (bpf_obj_get_info_by_fd(instance->map[MAP_TUNNEL], &ours, &len))
		return false;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return false;
	len = sizeof(info);
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		for (__u32 i = 0; i < info.nr_map_ids; i++)
			found |= maps[i] == ours.id;
	close(fd);
	return found;
}

enum instance_program instance_program_at(enum hook hook)
{
	static const enum instance_program programs[] = {
		[HOOK_INGRESS] = PROGRAM_DECAP, [HOOK_BARE] = PROGRAM_BARE,
		[HOOK_PORT] = PROGRAM_ENCAP,    [HOOK_EGRESS] = PROGRAM_ENCAP,
		[HOOK_XDP] = PROGRAM_XDP,       [HOOK_METADATA] = PROGRAM_METADATA,
		[HOOK_AGE] = PROGRAM_AGE,
	};

	return programs[hook];
}

__u32 instance_found(enum hook hook, unsigned int ifindex)
{
	__u32 id = 0;

	return hook_query(hook, ifindex, program_names[instance_program_at(hook)], &id) ? 0 : id;
}

__u32 instance_attached(const struct instance *instance, enum hook hook, unsigned int ifindex)
{
	__u32 id = instance_found(hook, ifindex);

	return id && is_ours(instance, id) ? id : 0;
}
