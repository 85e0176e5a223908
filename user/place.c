// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where a segment is in the underlay: its devices, its local address, its MTU. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "overhead.h"
#include "place.h"
#include "protocols.h"
#include "route.h"

#define MTU_UNPLACED 1500 /* what an interface without underlay is made for */

bool place_local_given(const struct segment *segment)
{
	return !segment->local_chosen && !address_is_wildcard(&segment->local);
}

/* A link-local address is one of its zone; the segment's devices must agree. */
int place_in_zone(const struct session *session, struct request *request)
{
	struct segment *segment = &request->segment;
	bool needed = address_is_linklocal(&segment->local) ||
		      address_is_linklocal(&segment->remote);
	const struct link *link;

	if (!needed && segment->underlay_fixed == UNDERLAY_BY_ZONE)
		segment->underlay_fixed = UNDERLAY_BY_ROUTE;
	if (!needed || (segment->underlay_fixed && !request->zone[0]))
		return 0;
	if (!request->zone[0])
		return refuse(EUSAGE, request->name,
			      "a link-local address needs its device (fe80::1%%eth0)");
	if (segment->underlay_fixed == UNDERLAY_BY_ZONE && request->zones < 2 &&
	    address_is_linklocal(&segment->local) && address_is_linklocal(&segment->remote) &&
	    strcmp(request->zone, segment->underlay_name))
		return refuse(EINVAL, request->name,
			      "the other address is one of %s (give both with %s)",
			      segment->underlay_name, request->zone);
	link = links_find_name(&session->links, request->zone);
	if (!link)
		return refuse(ENODEV, request->name, "no such device %s (see \"ip link\")",
			      request->zone);
	if (segment->underlay_fixed == UNDERLAY_BY_USER && segment->underlay != link->ifindex)
		return refuse(EINVAL, request->name,
			      "the zone %s is not the device that it is attached to",
			      request->zone);
	segment->underlay = link->ifindex;
	snprintf(segment->underlay_name, sizeof(segment->underlay_name), "%s", link->name);
	if (!segment->underlay_fixed)
		segment->underlay_fixed = UNDERLAY_BY_ZONE;
	return 0;
}

static int find_route(const char *who, struct segment *segment, struct route *route)
{
	char text[ADDRESS_TEXT_LEN];
	int err = route_get(&segment->remote, place_local_given(segment) ? &segment->local : NULL,
			    segment->underlay_fixed ? segment->underlay : 0, route);

	if (err)
		return fail(-err, who, "no route to %s (add one, or give another remote)",
			    address_text(&segment->remote, text));
	return 0;
}

static int check_owner(const struct session *session, const char *who,
		       const struct segment *segment)
{
	char text[ADDRESS_TEXT_LEN];

	if (links_find(&session->links, session_owner(session, &segment->local)))
		return 0;
	return refuse(EADDRNOTAVAIL, who,
		      "cannot start: no device has the local address %s (add it first)",
		      address_text(&segment->local, text));
}

/* The device that hosts the local address; a loopback one cannot receive from outside. */
static int device_of_local(const struct session *session, const char *who, struct segment *segment)
{
	const struct link *link;
	struct route route;
	int err = check_owner(session, who, segment);

	if (err)
		return err;
	segment->underlay = session_owner(session, &segment->local);
	link = links_find(&session->links, segment->underlay);
	if (!link || !(link->flags & IFF_LOOPBACK) || address_is_unset(&segment->remote))
		return 0;
	if (segment->dev[0] && links_find_name(&session->links, segment->dev)) {
		segment->underlay = links_find_name(&session->links, segment->dev)->ifindex;
		return 0;
	}
	if (segment->table)
		return refuse(
			EINVAL, who,
			"cannot start: the local address is on %s, and \"tunnelfib\" does not "
			"choose a device (use \"attach\", which names it)",
			link->name);
	err = find_route(who, segment, &route);
	if (!err)
		segment->underlay = route.oif;
	return err;
}

static int no_device(const char *who, const struct segment *segment)
{
	return refuse(ENODEV, who, "cannot start: \"%s%s\": no such device %s (see \"ip link\")",
		      WORD(segment, "dev"), segment->dev);
}

static int choose_device(const struct session *session, const char *who, struct segment *segment)
{
	const struct link *link;
	struct route route;
	int err;

	if (segment->underlay_fixed) {
		if (!links_find(&session->links, segment->underlay))
			return refuse(ENODEV, who, "cannot start: its underlay device %s is gone",
				      segment->underlay_name);
		return place_local_given(segment) ? check_owner(session, who, segment) : 0;
	}
	if (place_local_given(segment))
		return device_of_local(session, who, segment);
	if (segment->dev[0]) {
		link = links_find_name(&session->links, segment->dev);
		segment->underlay = link ? link->ifindex : 0;
		return link ? 0 : no_device(who, segment);
	}
	if (address_is_unset(&segment->remote))
		return refuse(
			EINVAL, who,
			"cannot start: neither \"%s%s\" nor \"%s%s\" says which device to use",
			WORD(segment, "local"), WORD(segment, "remote"));
	err = find_route(who, segment, &route);
	if (!err)
		segment->underlay = route.oif;
	return err;
}

/* A group is joined where the user says, or where the rest of the segment is. */
static int choose_group_device(const struct session *session, const char *who,
			       struct segment *segment)
{
	const struct link *link;

	segment->group_dev = 0;
	if (address_is_unset(&segment->remote) || !address_is_multicast(&segment->remote))
		return 0;
	link = segment->dev[0] ? links_find_name(&session->links, segment->dev)
			       : links_find(&session->links, segment->underlay);
	if (!link)
		return no_device(who, segment);
	if (!(link->flags & IFF_MULTICAST))
		return refuse(EOPNOTSUPP, who,
			      "cannot start: device %s has no multicast (give \"%s%s\" another)",
			      link->name, WORD(segment, "dev"));
	segment->group_dev = link->ifindex;
	memcpy(segment->group_mac, link->mac, sizeof(segment->group_mac));
	return 0;
}

static int choose_local(const struct session *session, const char *who, struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->underlay);
	struct route route;
	int err;

	if (place_local_given(segment))
		return 0;
	segment->local_chosen = 1;
	if (segment->group_dev &&
	    address_of_device(segment->group_dev, address_family(&segment->remote),
			      &segment->local))
		return 0;
	if (!address_is_unset(&segment->remote)) {
		err = find_route(who, segment, &route);
		if (err)
			return err;
		segment->local = route.source;
		return 0;
	}
	if (address_of_device(segment->underlay, AF_INET, &segment->local) ||
	    address_of_device(segment->underlay, AF_INET6, &segment->local))
		return 0;
	return refuse(EADDRNOTAVAIL, who, "cannot start: %s has no address (give \"%s%s\")",
		      link ? link->name : "the underlay device", WORD(segment, "local"));
}

int place_choose(const struct session *session, const char *who, struct segment *segment)
{
	return choose_device(session, who, segment) ?:
	       choose_group_device(session, who, segment) ?:
	       choose_local(session, who, segment);
}

unsigned int place_mtu(const struct session *session, const struct segment *segment)
{
	__u32 device = segment->group_dev ?: segment->underlay;
	const struct link *link = links_find(&session->links, device);
	unsigned int mtu = link ? link->mtu : MTU_UNPLACED;
	struct route route;

	if (!segment->group_dev && !address_is_unset(&segment->remote) && !segment->table &&
	    !route_get(&segment->remote, &segment->local,
		       segment->underlay_fixed ? segment->underlay : 0, &route) &&
	    route.mtu && route.mtu < mtu)
		mtu = route.mtu;
	return inner_mtu(mtu, !address_is_ipv4(&segment->local), segment->layer);
}
