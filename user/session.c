// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Looking around in the network namespace, one invocation at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "address.h"
#include "error.h"
#include "lock.h"
#include "reconcile.h"
#include "repair.h"
#include "session.h"

int session_open(struct session *session)
{
	return session_open_to(session, SESSION_ONCE);
}

int session_open_to(struct session *session, enum session_for what)
{
	int err;

	memset(session, 0, sizeof(*session));
	session->watching = what == SESSION_WATCH;
	session->lock = lock_take();
	if (session->lock < 0)
		return session->lock;
	err = instance_find(&session->instance);
	session->exists = !err;
	if (err == -ENOENT)
		err = 0;
	else if (err && err != -EPROTO)
		fail(-err, NULL, "cannot read the BPF programs of this namespace");
	if (!err)
		err = reconcile(session);
	if (err)
		session_close(session);
	return err;
}

unsigned int session_owner(const struct session *session, const struct address *address)
{
	struct session *memo = (struct session *)session;

	if (!memo->owner.known || !address_equal(&memo->owner.address, address)) {
		memo->owner.address = *address;
		memo->owner.ifindex = address_owner(address);
		memo->owner.known = true;
	}
	return memo->owner.ifindex;
}

void session_close(struct session *session)
{
	links_free(&session->links);
	free(session->memberships);
	session_changed(session);
	if (session->exists)
		instance_close(&session->instance);
	session->exists = false;
	lock_release(session->lock);
}

static bool read_segment(const struct session *session, __u32 id, struct segment *segment)
{
	return session->exists &&
	       !bpf_map_lookup_elem(session->instance.map[MAP_SEGMENT], &id, segment);
}

static int compare_names(const void *a, const void *b)
{
	return strverscmp(((const struct segment *)a)->name, ((const struct segment *)b)->name);
}

/* All values of the map, each once by the port's number and once by the interface's. */
static int read_all(const struct session *session, struct segment *segments, __u32 max)
{
	__u32 *ids = calloc(max, sizeof(*ids)), batch, count = max;
	int err = ids ? 0 : -ENOMEM, kept = 0;

	if (!err &&
	    bpf_map_lookup_batch(session->instance.map[MAP_SEGMENT], NULL, &batch, ids, segments,
				 &count, NULL) &&
	    errno != ENOENT) /* that is the end of the map */
		err = -errno;
	for (__u32 i = 0; !err && i < count; i++)
		if (segments[i].port == ids[i])
			segments[kept++] = segments[i];
	free(ids);
	return err ?: kept;
}

static int know_segments(struct session *session)
{
	const __u32 max = 2 * SEGMENTS_MAX;

	if (session->segments.known)
		return 0;
	session->segments.list = calloc(max, sizeof(*session->segments.list));
	if (!session->segments.list)
		return -ENOMEM;
	session->segments.known = true;
	session->segments.count = read_all(session, session->segments.list, max);
	return session->segments.count < 0 ? session->segments.count : 0;
}

void session_changed(const struct session *session)
{
	struct session *memo = (struct session *)session;

	free(memo->segments.list);
	memset(&memo->segments, 0, sizeof(memo->segments));
}

int session_segments(const struct session *session, struct segment **segments)
{
	int err, count;

	*segments = NULL;
	if (!session->exists)
		return 0;
	err = know_segments((struct session *)session);
	count = session->segments.count;
	if (!err && count) {
		*segments = malloc(count * sizeof(**segments));
		err = *segments ? 0 : -ENOMEM;
	}
	if (err) {
		session_changed(session);
		return err;
	}
	if (count)
		memcpy(*segments, session->segments.list, count * sizeof(**segments));
	return count;
}

int session_segments_by_name(const struct session *session, struct segment **segments)
{
	int count = session_segments(session, segments);

	if (count > 0)
		qsort(*segments, count, sizeof(**segments), compare_names);
	return count;
}

__u32 session_find(const struct session *session, const char *name, struct segment *segment)
{
	const struct link *link = links_find_name(&session->links, name);
	struct segment *segments;
	__u32 id = 0;
	int count;

	if (link)
		return !link->peer_elsewhere && read_segment(session, link->peer, segment) &&
				       segment->port == link->peer
			       ? link->peer
			       : 0;
	/* Moved to another namespace, it still has the name that it had here. */
	count = session_segments(session, &segments);
	for (int i = 0; i < count; i++)
		if (!strcmp(segments[i].name, name)) {
			*segment = segments[i];
			id = segment->port;
		}
	free(segments);
	return id;
}

int session_get(struct session *session, const char *name, __u32 *id, struct segment *segment)
{
	const struct link *link = links_find_name(&session->links, name);

	*id = session_find(session, name, segment);
	if (*id) {
		if (!session->thorough)
			repair(session, segment);
		return 0;
	}
	if (link && link->peer_elsewhere && !strcmp(link->kind, "veth"))
		return refuse(
			EXDEV, name,
			"not an interface of geneve-bpf in this namespace; its other end is in "
			"another namespace (if that is one's port, run geneve-bpf there, or with -j)");
	if (link)
		return refuse(EINVAL, name,
			      "not an interface of geneve-bpf (see \"geneve-bpf list\")");
	return refuse(ENXIO, name, "no such interface (make it with \"create\" or \"attach\")");
}
