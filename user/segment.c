// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One tunnel interface in the maps. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "listen.h"
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

int segment_write(const struct session *session, const struct segment *segment)
{
	int err = update(session, MAP_SEGMENT, &segment->port, segment);

	session_changed(session);
	if (!err && segment->iface)
		err = update(session, MAP_SEGMENT, &segment->iface, segment);
	return err ?: listen_update(session, segment);
}

int segment_find_slot(const struct session *session, __u32 *slot)
{
	bool taken[SEGMENTS_MAX] = {};
	struct segment *segments;
	int count = session_segments(session, &segments);

	if (count < 0)
		return count;
	for (int i = 0; i < count; i++)
		if (segments[i].slot < SEGMENTS_MAX)
			taken[segments[i].slot] = true;
	free(segments);
	for (*slot = 0; *slot < SEGMENTS_MAX; ++*slot)
		if (!taken[*slot])
			return 0;
	return -ENOSPC;
}

int segment_add(const struct session *session, const struct segment *segment)
{
	__u32 place = DEVICE_PORT(segment->slot);

	return segment_write(session, segment)
		       ?: update(session, MAP_DEVICE, &place, &segment->port);
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

	listen_stop(session, segment);
	segment_unbind_iface(session, segment);
	drop(session, MAP_DEVICE, &place);
	drop(session, MAP_SEGMENT, &segment->port);
	session_changed(session);
	for (__u32 i = 0; i < segment->flood_count; i++)
		drop(session, MAP_FLOOD, &(struct flood_key) { segment->slot, i });
	tables_drop(&session->instance, segment->slot);
}
