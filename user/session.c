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
#include "session.h"

int session_refresh(struct session *session)
{
	int err;

	links_free(&session->links);
	err = links_get(&session->links);
	return err ? fail(-err, NULL, "cannot list the links") : 0;
}

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
	err = session_refresh(session);
	if (!err) {
		err = instance_find(&session->instance, &session->links);
		session->exists = !err;
		if (err == -ENOENT)
			err = 0;
		else if (err && err != -EPROTO)
			fail(-err, NULL, "cannot read the BPF programs of this namespace");
	}
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

int session_segments(const struct session *session, struct segment **segments)
{
	struct segment *array = NULL, *grown;
	__u32 id, *previous = NULL;
	int count = 0;

	*segments = NULL;
	while (session->exists &&
	       !bpf_map_get_next_key(session->instance.map[MAP_SEGMENT], previous, &id)) {
		grown = reallocarray(array, count + 1, sizeof(*array));
		if (!grown) {
			free(array);
			return -ENOMEM;
		}
		array = grown;
		if (read_segment(session, id, &array[count]) && array[count].port == id)
			count++; /* each is also there by the interface's number */
		previous = &id;
	}
	if (count)
		qsort(array, count, sizeof(*array), compare_names);
	*segments = array;
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

int session_get(const struct session *session, const char *name, __u32 *id, struct segment *segment)
{
	const struct link *link = links_find_name(&session->links, name);

	*id = session_find(session, name, segment);
	if (*id)
		return 0;
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
