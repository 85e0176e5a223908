// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Bringing one interface into line with what is around it: see repair.h. */
#include <string.h>
#include <bpf/bpf.h>

#include "capability.h"
#include "carrier.h"
#include "error.h"
#include "fdb_table.h"
#include "group.h"
#include "listen.h"
#include "overhead.h"
#include "place.h"
#include "queue.h"
#include "repair.h"
#include "segment.h"
#include "underlay.h"

/* The kernel takes a deleted device out of the device map. */
static bool port_alive(const struct session *session, const struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->port);
	__u32 place = DEVICE_PORT(segment->slot), ifindex;

	return link && link->group == PORT_GROUP &&
	       !bpf_map_lookup_elem(session->instance.map[MAP_DEVICE], &place, &ifindex);
}

/* The interface, if it is in this namespace. */
static const struct link *iface_of(const struct session *session, __u32 port)
{
	const struct link *link = links_find(&session->links, port);

	return link && !link->peer_elsewhere ? links_find(&session->links, link->peer) : NULL;
}

/* Brings the segment up to date with where its interface is and what it is called. */
static int follow_iface(struct session *session, struct segment *segment)
{
	const struct link *link = iface_of(session, segment->port);
	struct segment old = *segment;

	if (!link || link->ifindex != segment->iface)
		segment_unbind_iface(session, segment);
	segment->iface = 0;
	if (link) {
		segment->iface = link->ifindex;
		memcpy(segment->name, link->name, sizeof(segment->name));
		memcpy(segment->mac, link->mac, sizeof(segment->mac));
		if (!instance_attached(&session->instance, HOOK_EGRESS, link->ifindex))
			return segment_bind_iface(session, segment);
	}
	return memcmp(segment, &old, sizeof(old)) ? segment_write(session, segment) : 0;
}

/* A device that was removed and made again has another number, and perhaps another address. */
static const struct link *find_again(const struct session *session, __u32 ifindex, const char *name)
{
	return links_find(&session->links, ifindex) ?: links_find_name(&session->links, name);
}

/* The device that hosts the local address now, where that is what chose the device. */
static const struct link *follow_local(const struct session *session, const struct segment *segment)
{
	const struct link *link =
		links_find(&session->links, session_owner(session, &segment->local));

	if (segment->underlay_fixed || segment->local_chosen || !link || link->flags & IFF_LOOPBACK)
		return NULL;
	return link;
}

static void follow_underlay(const struct session *session, struct segment *segment)
{
	const struct link *link =
		follow_local(session, segment)
			?: find_again(session, segment->underlay, segment->underlay_name);
	struct segment old = *segment;

	if (link && segment->flags & SEGMENT_RUNNING) {
		segment->underlay = link->ifindex;
		memcpy(segment->underlay_name, link->name, sizeof(segment->underlay_name));
		memcpy(segment->underlay_mac, link->mac, sizeof(segment->underlay_mac));
	}
	if (segment->group_dev) {
		link = segment->dev[0] ? find_again(session, segment->group_dev, segment->dev)
				       : links_find(&session->links, segment->underlay);
		segment->group_dev = link ? link->ifindex : segment->group_dev;
		if (link)
			memcpy(segment->group_mac, link->mac, sizeof(segment->group_mac));
	}
	capability_follow(session, segment);
	if (memcmp(segment, &old, sizeof(old)))
		segment_write(session, segment);
}

/* Another segment may have chosen the mode of a device that is in use. */
static enum underlay_mode mode_of(const struct session *session, const struct segment *segment,
				  unsigned int ifindex)
{
	struct underlay underlay;

	return underlay_get(session, ifindex, &underlay) ? MODE_AUTO : segment->mode;
}

/* The hooks and the membership of a running segment, as far as its devices are there. */
static int follow_place(struct session *session, const struct segment *segment)
{
	int err = 0;

	if (links_find(&session->links, segment->underlay))
		err = underlay_acquire(session, segment->underlay,
				       mode_of(session, segment, segment->underlay));
	if (!err && segment->group_dev != segment->underlay &&
	    links_find(&session->links, segment->group_dev))
		err = underlay_acquire(session, segment->group_dev,
				       mode_of(session, segment, segment->group_dev));
	if (!err)
		err = listen_start(session, segment);
	if (!err && links_find(&session->links, segment->group_dev))
		err = group_join(session, segment);
	return err;
}

/* The MTU follows the underlay's, unless the user said one. */
static void follow_mtu(struct session *session, const struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->iface);
	unsigned int mtu;
	int err;

	if (segment->mtu_fixed || !link || !(segment->flags & SEGMENT_RUNNING))
		return;
	mtu = place_mtu(session, segment);
	if (mtu == link->mtu)
		return;
	err = link_set_mtu(link->ifindex, mtu);
	if (err)
		fail(-err, segment->name, "cannot set the MTU to %u, which fits the underlay", mtu);
	links_again(&session->links, link->ifindex);
}

static int follow_queue(const struct session *session, struct segment *segment)
{
	struct segment old = *segment;

	queue_follow(session, segment);
	return memcmp(segment, &old, sizeof(old)) ? segment_write(session, segment) : 0;
}

/* Somebody raised it, for BIG TCP: longer ones than the outer headers can tell the length of. */
static void follow_gso(struct session *session, const struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->iface);
	int err;

	if (!link || link->gso_max <= AGGREGATE_MAX)
		return;
	err = link_limit_gso(link->ifindex);
	if (err)
		fail(-err, segment->name, "cannot set gso_max_size to %u", AGGREGATE_MAX);
	links_again(&session->links, link->ifindex);
}

static int repair_segment(struct session *session, struct segment *segment)
{
	const struct link *port = links_find(&session->links, segment->port);
	bool unused;
	int err, fd;

	if (!port_alive(session, segment)) {
		segment_forget(session, segment);
		return 0;
	}
	if (!instance_attached(&session->instance, HOOK_PORT, segment->port)) {
		fd = instance_program(&session->instance, PROGRAM_ENCAP);
		err = fd < 0 ? fd : hook_attach(HOOK_PORT, segment->port, fd, &unused);
		if (err)
			return err;
	}
	follow_underlay(session, segment);
	err = follow_iface(session, segment) ?: link_prepare_port(port->name);
	if (!err && segment->flags & SEGMENT_EXTERNAL)
		err = segment_set_external(session, segment);
	follow_mtu(session, segment);
	follow_gso(session, segment);
	if (!err && segment->flags & SEGMENT_RUNNING)
		err = follow_place(session, segment) ?: follow_queue(session, segment) ?:
		      carrier_set(session, segment);
	return err ?: fdb_refit(session, segment);
}

static bool is_here(const struct session *session, __u32 place, __u32 wanted)
{
	__u32 ifindex;

	return !bpf_map_lookup_elem(session->instance.map[MAP_DEVICE], &place, &ifindex) &&
	       ifindex == wanted;
}

bool seems_well(struct session *session, const struct segment *segment)
{
	const struct link *local;

	/* A pair goes as a whole, and its interface was entered last. */
	if (segment->iface ? !is_here(session, DEVICE_IFACE(segment->slot), segment->iface)
			   : !is_here(session, DEVICE_PORT(segment->slot), segment->port))
		return false;
	if (!(segment->flags & SEGMENT_RUNNING))
		return true;
	if (segment->flags & (SEGMENT_NO_CARRIER | SEGMENT_FDB_OVER) ||
	    !underlay_is_here(session, segment->underlay) ||
	    (segment->group_dev && !underlay_is_here(session, segment->group_dev)) ||
	    !session_owner(session, &segment->local) || !group_is_joined(session, segment))
		return false;
	local = follow_local(session, segment);
	return !local || local->ifindex == segment->underlay;
}

int repair(struct session *session, struct segment *segment)
{
	int err = repair_segment(session, segment);

	if (err) /* the command may be the one that removes the cause */
		fail(-err, segment->name, "cannot repair the interface");
	return err;
}
