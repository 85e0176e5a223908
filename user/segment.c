// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One tunnel interface in the maps. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "segment.h"
#include "tables.h"

static int update(const struct session *session, enum instance_map map, const void *key,
		  const void *value)
{
	return bpf_map_update_elem(session->instance.map[map], key, value, BPF_ANY) ? -errno : 0;
}

static void drop(const struct session *session, enum instance_map map, const void *key)
{
	bpf_map_delete_elem(session->instance.map[map], key);
}

static struct vtep_key key_of(const struct segment *segment, __u32 vni)
{
	return (struct vtep_key) {
		.local = segment->local,
		.vni = vni,
		.port = segment->local_port,
	};
}

/* Whether @segment is the one that receives by its key. */
static bool listens(const struct session *session, const struct segment *segment)
{
	struct vtep_key key = key_of(segment, segment->vni);
	struct segment holder;

	return !bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &key, &holder) &&
	       holder.port == segment->port;
}

/* The entry for every VNI: the port of the external segment that has it, 0 for none. */
static __u32 any_holder(const struct session *session, const struct segment *segment)
{
	struct vtep_key any = key_of(segment, VNI_UNSET);
	struct segment holder;

	if (bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &any, &holder))
		return 0;
	return holder.port;
}

/* Says that the address and port are ours, and who takes the VNIs that are nobody's. */
static int write_any(const struct session *session, const struct segment *segment)
{
	struct vtep_key any = key_of(segment, VNI_UNSET);
	struct segment nobody = { .protocol = segment->protocol };
	__u32 holder = any_holder(session, segment);

	if (segment->flags & SEGMENT_EXTERNAL)
		return update(session, MAP_VTEP, &any, segment);
	if (holder && holder != segment->port)
		return 0; /* another's, who is external */
	return update(session, MAP_VTEP, &any, &nobody);
}

int segment_write(const struct session *session, const struct segment *segment)
{
	struct vtep_key key = key_of(segment, segment->vni);
	int err = update(session, MAP_SEGMENT, &segment->port, segment);

	if (!err && segment->iface)
		err = update(session, MAP_SEGMENT, &segment->iface, segment);
	if (!err && listens(session, segment))
		err = update(session, MAP_VTEP, &key, segment) ?: write_any(session, segment);
	return err;
}

static int find_slot(const struct session *session, __u32 *slot)
{
	__u32 id;

	for (*slot = 0; *slot < SEGMENTS_MAX; ++*slot)
		if (bpf_map_lookup_elem(session->instance.map[MAP_STATS], slot, &id))
			return 0;
	return -ENOSPC;
}

int segment_add(const struct session *session, struct segment *segment)
{
	__u32 place;
	int err = find_slot(session, &segment->slot);

	if (err)
		return err;
	place = DEVICE_PORT(segment->slot);
	return tables_create(&session->instance, segment) ?:
	       segment_write(session, segment) ?:
	       update(session, MAP_DEVICE, &place, &segment->port);
}

int segment_bind_iface(struct session *session, const struct segment *segment)
{
	__u32 place = DEVICE_IFACE(segment->slot);
	bool unused;
	int fd = instance_program(&session->instance, PROGRAM_ENCAP);

	if (fd < 0)
		return fd;
	return segment_write(session, segment) ?:
	       hook_attach(HOOK_EGRESS, segment->iface, fd, &unused) ?:
	       update(session, MAP_DEVICE, &place, &segment->iface);
}

void segment_unbind_iface(const struct session *session, const struct segment *segment)
{
	__u32 place = DEVICE_IFACE(segment->slot);
	struct segment holder;

	drop(session, MAP_DEVICE, &place);
	/* The number may be another interface's by now. */
	if (segment->iface &&
	    !bpf_map_lookup_elem(session->instance.map[MAP_SEGMENT], &segment->iface, &holder) &&
	    holder.port == segment->port)
		drop(session, MAP_SEGMENT, &segment->iface);
}

__u32 segment_duplicate(const struct session *session, const struct segment *segment)
{
	struct vtep_key key = key_of(segment, segment->vni);
	__u32 any = any_holder(session, segment);
	struct segment holder;

	if (!bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &key, &holder) && holder.port &&
	    holder.port != segment->port)
		return holder.port;
	return segment->flags & SEGMENT_EXTERNAL && any != segment->port ? any : 0;
}

bool segment_other_protocol(const struct session *session, const struct segment *segment)
{
	struct vtep_key any = key_of(segment, VNI_UNSET);
	struct segment holder;

	return !bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &any, &holder) &&
	       holder.protocol != segment->protocol;
}

int segment_listen(const struct session *session, const struct segment *segment)
{
	struct vtep_key key = key_of(segment, segment->vni);

	return update(session, MAP_VTEP, &key, segment) ?: write_any(session, segment);
}

/* Whether some segment still listens on the address and port of @any. */
static bool still_used(const struct session *session, const struct vtep_key *any)
{
	struct vtep_key key, *previous = NULL;

	while (!bpf_map_get_next_key(session->instance.map[MAP_VTEP], previous, &key)) {
		if (key.vni != VNI_UNSET && key.port == any->port &&
		    !memcmp(&key.local, &any->local, sizeof(key.local)))
			return true;
		previous = &key;
	}
	return false;
}

void segment_unlisten(const struct session *session, const struct segment *segment)
{
	struct vtep_key any = key_of(segment, VNI_UNSET), key = key_of(segment, segment->vni);

	struct segment nobody = { .protocol = segment->protocol };
	__u32 holder = any_holder(session, segment);

	if (!listens(session, segment))
		return;
	if (segment->vni != VNI_UNSET)
		drop(session, MAP_VTEP, &key);
	if (holder && holder != segment->port)
		return; /* an external one stays */
	if (still_used(session, &any))
		update(session, MAP_VTEP, &any, &nobody);
	else
		drop(session, MAP_VTEP, &any);
}

int segment_set_external(struct session *session, const struct segment *segment)
{
	__u32 id;
	bool unused;
	int fd;

	if (!segment->iface)
		return 0;
	id = instance_attached(&session->instance, HOOK_METADATA, segment->iface);
	if (!id == !(segment->flags & SEGMENT_EXTERNAL))
		return 0;
	if (id)
		return hook_detach(HOOK_METADATA, segment->iface, id, false);
	fd = instance_program(&session->instance, PROGRAM_METADATA);
	return fd < 0 ? fd : hook_attach(HOOK_METADATA, segment->iface, fd, &unused);
}

void segment_forget(const struct session *session, const struct segment *segment)
{
	__u32 place = DEVICE_PORT(segment->slot);

	segment_unlisten(session, segment);
	segment_unbind_iface(session, segment);
	drop(session, MAP_DEVICE, &place);
	drop(session, MAP_SEGMENT, &segment->port);
	drop(session, MAP_FDB, &segment->slot);
	drop(session, MAP_STATS, &segment->slot); /* last: it says that the slot is taken */
}
