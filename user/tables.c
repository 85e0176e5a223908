// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The maps that each interface has of its own: counters and forwarding table. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "counters.h"
#include "tables.h"

/* A table of one interface: its entry in a map of maps. */
struct table {
	enum instance_map outer;
	enum bpf_map_type type;
	const char *prefix;                /* of its name */
	const char *key_type, *value_type; /* in BTF, for a dump with names; NULL: a number */
	__u32 key_size, value_size, max;
	__u32 flags;
};

/* Gives the table the types of the instance's programs. */
static void add_btf(const struct instance *instance, const struct table *table,
		    struct bpf_map_create_opts *opts)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	struct btf *btf;

	if (bpf_obj_get_info_by_fd(instance->map[MAP_VTEP], &info, &len))
		return;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return;
	opts->btf_key_type_id =
		table->key_type ? btf__find_by_name_kind(btf, table->key_type, BTF_KIND_STRUCT)
				: btf__find_by_name_kind(btf, "unsigned int", BTF_KIND_INT);
	opts->btf_value_type_id = btf__find_by_name_kind(btf, table->value_type, BTF_KIND_STRUCT);
	opts->btf_fd = bpf_btf_get_fd_by_id(info.btf_id);
	btf__free(btf);
}

/* A map's name takes no other characters (bpf_obj_name_cpy). */
static void table_name(const struct table *table, const struct segment *segment, char *name)
{
	snprintf(name, BPF_OBJ_NAME_LEN, "%s%.11s", table->prefix, segment->name);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '.')
			*c = '_';
}

/* A descriptor of the new table, which nothing uses yet; -errno. */
static int make_table(const struct instance *instance, const struct table *table,
		      const struct segment *segment)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = table->flags);
	char name[BPF_OBJ_NAME_LEN];
	int fd;

	add_btf(instance, table, &opts);
	table_name(table, segment, name);
	fd = bpf_map_create(table->type, name, table->key_size, table->value_size, table->max,
			    &opts);
	if (fd < 0)
		fd = -errno;
	if (opts.btf_fd > 0)
		close(opts.btf_fd);
	return fd;
}

/*
 * Before Linux 6.8 each look-up in a map of maps waits for an RCU grace period
 * (bpf_map_copy_value), so the ids are in a map of their own, too.
 */
static __u32 place_of(enum instance_map outer, __u32 slot)
{
	return outer == MAP_FDB ? TABLE_FDB(slot) : TABLE_STATS(slot);
}

static int note_id(const struct instance *instance, enum instance_map outer, __u32 slot, __u32 id)
{
	__u32 place = place_of(outer, slot);

	return bpf_map_update_elem(instance->map[MAP_TABLE], &place, &id, BPF_ANY) ? -errno : 0;
}

static __u32 id_of(int fd)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}

/* Whoever is interrupted in between leaves no id, never a wrong one. */
static int enter_table(const struct instance *instance, enum instance_map outer, __u32 slot, int fd)
{
	int err = note_id(instance, outer, slot, 0);

	if (!err && bpf_map_update_elem(instance->map[outer], &slot, &fd, BPF_ANY))
		err = -errno;
	return err ?: note_id(instance, outer, slot, id_of(fd));
}

static int create_table(const struct instance *instance, const struct table *table,
			const struct segment *segment)
{
	int err, fd = make_table(instance, table, segment);

	if (fd < 0)
		return fd;
	err = enter_table(instance, table->outer, segment->slot, fd);
	close(fd);
	return err;
}

static int open_table(const struct instance *instance, enum instance_map outer, __u32 slot)
{
	__u32 id, place = place_of(outer, slot);
	int fd;

	if (bpf_map_lookup_elem(instance->map[MAP_TABLE], &place, &id) ||
	    (!id && bpf_map_lookup_elem(instance->map[outer], &slot, &id)))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	return fd < 0 ? -errno : fd;
}

static const struct table stats_table = {
	.outer = MAP_STATS,
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.prefix = "stats_",
	.value_type = "counters",
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counters),
	.max = 1,
};

static struct table fdb_table(__u32 max)
{
	return (struct table) {
		.outer = MAP_FDB,
		.type = BPF_MAP_TYPE_HASH,
		.prefix = "fdb_",
		.key_type = "fdb_key",
		.value_type = "fdb_entry",
		.key_size = sizeof(struct fdb_key),
		.value_size = sizeof(struct fdb_entry),
		.max = max ?: 1,
		.flags = BPF_F_NO_PREALLOC,
	};
}

static int create_stats(void *data)
{
	const struct tables *tables = data;

	return create_table(tables->instance, &stats_table, &tables->segment);
}

static int create_fdb(void *data)
{
	const struct tables *tables = data;
	const struct table fdb = fdb_table(tables->segment.fdb_max);

	return create_table(tables->instance, &fdb, &tables->segment);
}

void tables_start(struct tables *tables, const struct instance *instance,
		  const struct segment *segment)
{
	tables->instance = instance;
	tables->segment = *segment;
	task_start(&tables->stats, create_stats, tables);
	task_start(&tables->fdb, create_fdb, tables);
}

int tables_finish(struct tables *tables)
{
	int stats = task_finish(&tables->stats), fdb = task_finish(&tables->fdb);

	return stats ?: fdb;
}

static int drop_stats(void *data)
{
	const struct tables *tables = data;

	bpf_map_delete_elem(tables->instance->map[MAP_STATS], &tables->segment.slot);
	return 0;
}

void tables_drop(const struct instance *instance, __u32 slot)
{
	struct tables tables = { .instance = instance, .segment.slot = slot };

	note_id(instance, MAP_STATS, slot, 0);
	note_id(instance, MAP_FDB, slot, 0);
	task_start(&tables.stats, drop_stats, &tables);
	bpf_map_delete_elem(instance->map[MAP_FDB], &slot);
	task_finish(&tables.stats);
}

int tables_make_fdb(const struct instance *instance, const struct segment *segment, __u32 max)
{
	const struct table fdb = fdb_table(max);

	return make_table(instance, &fdb, segment);
}

int tables_replace_fdb(const struct instance *instance, const struct segment *segment, int fdb)
{
	return enter_table(instance, MAP_FDB, segment->slot, fdb);
}

int tables_open_fdb(const struct instance *instance, const struct segment *segment)
{
	return open_table(instance, MAP_FDB, segment->slot);
}

int tables_open_stats(const struct instance *instance, const struct segment *segment)
{
	return open_table(instance, MAP_STATS, segment->slot);
}

void tables_synchronize(const struct instance *instance)
{
	const struct segment nobody = { .name = "none", .slot = SLOT_SYNCHRONIZE };

	if (!create_table(instance, &stats_table, &nobody))
		bpf_map_delete_elem(instance->map[MAP_STATS], &nobody.slot);
}
