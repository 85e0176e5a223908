// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Repair at the start of each invocation: there is no process that could have done it before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "error.h"
#include "group.h"
#include "protocols.h"
#include "reconcile.h"
#include "repair.h"
#include "segment.h"
#include "underlay.h"

#define MANY 64 /* interfaces, of which each is looked at by a command about any of them */

/* A port that no segment owns is the rest of an interrupted creation or removal. */
static bool is_orphan(const struct session *session, const struct link *link)
{
	__u32 id = link->ifindex;
	struct segment segment;

	return link->group == PORT_GROUP && !strcmp(link->kind, "veth") &&
	       (!session->exists ||
		bpf_map_lookup_elem(session->instance.map[MAP_SEGMENT], &id, &segment));
}

static bool remove_orphans(struct session *session)
{
	bool removed = false;

	for (size_t i = 0; i < session->links.count; i++)
		if (is_orphan(session, session->links.link[i]))
			removed |= !link_delete(session->links.link[i]->ifindex);
	return removed;
}

/*
 * The same where not all links are listed: a creation takes the first free slot,
 * and names its port by it.
 */
static void remove_last_orphan(struct session *session)
{
	const struct link *link;
	char name[IFNAMSIZ];
	__u32 slot;

	if (segment_find_slot(session, &slot))
		return;
	for (enum protocol protocol = PROTO_GENEVE; protocol <= PROTO_VXLAN; protocol++) {
		protocol_port_name(protocol, slot, name);
		link = links_find_name(&session->links, name);
		if (link && is_orphan(session, link) && !link_delete(link->ifindex))
			links_free(&session->links);
	}
}

static void release_unused(struct session *session)
{
	__u32 ifindex, previous, *from = NULL;

	while (!bpf_map_get_next_key(session->instance.map[MAP_UNDERLAY], from, &ifindex)) {
		previous = ifindex;
		from = &previous;
		underlay_release(session, ifindex);
		if (bpf_map_lookup_elem(session->instance.map[MAP_UNDERLAY], &ifindex,
					&(struct underlay) {}))
			from = NULL; /* it is gone: start again */
	}
}

static void remove_stray(struct session *session, enum hook hook, unsigned int ifindex)
{
	__u32 id = instance_found(hook, ifindex);

	if (id && (!session->exists || !instance_attached(&session->instance, hook, ifindex)))
		hook_detach(hook, ifindex, id, false);
}

/*
 * A device that came here from a namespace that was deleted, or whose last
 * interface was, still runs programs whose instance has nothing left.
 */
static void remove_strays(struct session *session)
{
	for (size_t i = 0; i < session->links.count; i++) {
		const struct link *link = session->links.link[i];

		if (link->group == PORT_GROUP)
			continue;
		remove_stray(session, HOOK_XDP, link->ifindex);
		remove_stray(session, HOOK_INGRESS, link->ifindex);
		remove_stray(session, HOOK_BARE, link->ifindex);
	}
}

static int look_around(struct session *session)
{
	int err = links_complete(&session->links);

	if (!err && remove_orphans(session)) {
		links_free(&session->links);
		err = links_complete(&session->links);
	}
	return err ? fail(-err, NULL, "cannot list the links") : 0;
}

int reconcile(struct session *session)
{
	struct segment *segments;
	int count = session_segments(session, &segments), err = 0;

	if (count < 0)
		return fail(-count, NULL, "cannot read the interfaces");
	session->thorough = session->watching || count <= MANY;
	if (session->thorough)
		err = look_around(session);
	for (int i = 0; !err && i < count; i++)
		if (session->thorough || !seems_well(session, &segments[i]))
			repair(session, &segments[i]);
	free(segments);
	if (err)
		return err;
	if (!session->thorough) {
		remove_last_orphan(session);
		return 0;
	}
	remove_strays(session);
	if (session->exists)
		release_unused(session);
	group_leave_unused(session);
	return 0;
}
