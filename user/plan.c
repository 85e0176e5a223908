// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From what was said to what will be: see plan.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>

#include "error.h"
#include "overhead.h"
#include "plan.h"
#include "protocols.h"
#include "route.h"
#include "segment.h"

#define MTU_UNPLACED 1500 /* what an interface without underlay is made for */

/* A wildcard says "any of mine": the same as saying nothing. */
static bool local_given(const struct segment *segment)
{
	return !segment->local_chosen && !address_is_wildcard(&segment->local);
}

/* The word as the user knows it: geneveid for "id". */
#define WORD(segment, word) protocol_info((segment)->protocol)->prefix, word

static int check_device_word(const char *who, const struct segment *segment)
{
	if (!segment->dev[0] || address_is_multicast(&segment->remote))
		return 0;
	return refuse(EINVAL, who,
		      "cannot start: \"%s%s\" goes with a multicast group only (leave it out)",
		      WORD(segment, "dev"));
}

static int check_remote(const char *who, const struct segment *segment)
{
	const struct address *remote = &segment->remote;
	bool none = address_is_unset(remote);

	if (!none && address_is_multicast(remote))
		return refuse(
			EOPNOTSUPP, who,
			"cannot start: multicast groups are not supported yet (give \"%s%s\")",
			WORD(segment, "remote"));
	if (!none && address_is_wildcard(remote))
		return refuse(EINVAL, who, "cannot start: the remote is a wildcard (give \"%s%s\")",
			      WORD(segment, "remote"));
	if (local_given(segment) && !none &&
	    address_family(&segment->local) != address_family(remote))
		return refuse(EAFNOSUPPORT, who,
			      "cannot start: local and remote are of different families "
			      "(give both IPv4 or both IPv6)");
	if (none && segment->flags & SEGMENT_SOURCE_FILTER)
		return refuse(EINVAL, who, "cannot start: \"%s%s\" needs a remote (give \"%s%s\")",
			      WORD(segment, "srcfilter"), WORD(segment, "remote"));
	return 0;
}

static int check(const char *who, const struct segment *segment)
{
	if (segment->vni == VNI_UNSET && !(segment->flags & SEGMENT_EXTERNAL))
		return refuse(EINVAL, who, "cannot start: no VNI (give \"%s%s\")",
			      WORD(segment, "id"));
	if (segment->table && !local_given(segment))
		return refuse(EINVAL, who,
			      "cannot start: \"tunnelfib\" does not choose a local address "
			      "(give \"%s%s\")",
			      WORD(segment, "local"));
	return check_remote(who, segment) ?: check_device_word(who, segment);
}

/* A link-local address is one of its zone; the segment's devices must agree. */
static int place_in_zone(const struct session *session, struct request *request)
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
	int err = route_get(&segment->remote, local_given(segment) ? &segment->local : NULL,
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

	if (links_find(&session->links, address_owner(&segment->local)))
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
	segment->underlay = address_owner(&segment->local);
	link = links_find(&session->links, segment->underlay);
	if (!link || !(link->flags & IFF_LOOPBACK) || address_is_unset(&segment->remote))
		return 0;
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

static int choose_device(const struct session *session, const char *who, struct segment *segment)
{
	struct route route;
	int err;

	if (segment->underlay_fixed) {
		if (!links_find(&session->links, segment->underlay))
			return refuse(ENODEV, who, "cannot start: its underlay device %s is gone",
				      segment->underlay_name);
		return local_given(segment) ? check_owner(session, who, segment) : 0;
	}
	if (local_given(segment))
		return device_of_local(session, who, segment);
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

static int choose_local(const struct session *session, const char *who, struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->underlay);
	struct route route;
	int err;

	if (local_given(segment))
		return 0;
	segment->local_chosen = 1;
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

unsigned int plan_mtu(const struct session *session, const struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->underlay);
	unsigned int mtu = link ? link->mtu : MTU_UNPLACED;
	struct route route;

	if (!address_is_unset(&segment->remote) && !segment->table &&
	    !route_get(&segment->remote, &segment->local,
		       segment->underlay_fixed ? segment->underlay : 0, &route) &&
	    route.mtu && route.mtu < mtu)
		mtu = route.mtu;
	return inner_mtu(mtu, !address_is_ipv4(&segment->local), segment->layer);
}

/* The largest, as on FreeBSD: 65535 less the largest headers. */
static unsigned int mtu_max(const struct segment *segment)
{
	if (segment->protocol == PROTO_VXLAN)
		return 65437;
	return segment->layer == LAYER_L3 ? 65459 : 65441;
}

static int check_mtu(const char *who, const struct segment *segment, unsigned int mtu)
{
	if (mtu <= mtu_max(segment))
		return 0;
	return refuse(EUSAGE, who, "mtu: %u is out of range (68-%u)", mtu, mtu_max(segment));
}

static int check_duplicate(const struct session *session, const char *who,
			   const struct segment *segment)
{
	char text[ADDRESS_TEXT_LEN];
	struct segment holder = {};
	__u32 id;

	if (!session->exists)
		return 0;
	if (segment_other_protocol(session, segment))
		return refuse(EADDRINUSE, who,
			      "cannot start: another tunnel protocol has %s already "
			      "(give another address or port)",
			      address_port_text(&segment->local, segment->local_port, text));
	id = segment_duplicate(session, segment);
	if (!id)
		return 0;
	bpf_map_lookup_elem(session->instance.map[MAP_SEGMENT], &id, &holder);
	if (segment->flags & holder.flags & SEGMENT_EXTERNAL && segment->vni != holder.vni)
		return refuse(EEXIST, who,
			      "cannot start: %s is external on %s already "
			      "(give another address or port)",
			      holder.name,
			      address_port_text(&segment->local, segment->local_port, text));
	return refuse(
		EEXIST, who,
		"cannot start: %s has VNI %u on %s already (give another VNI, address or port)",
		holder.name, segment->vni,
		address_port_text(&segment->local, segment->local_port, text));
}

int plan(const struct session *session, struct request *request)
{
	struct segment *segment = &request->segment;
	const struct link *underlay;
	const char *who = request->name;
	int err = device_check(&session->links, who, &request->device)
			  ?: check_mtu(who, segment, request->device.mtu)
			  ?: place_in_zone(session, request);

	if (err)
		return err;
	if (request->device.mtu)
		segment->mtu_fixed = 1;
	if (request->device.mac_given)
		memcpy(segment->mac, request->device.mac, sizeof(segment->mac));
	if (!request->running) {
		segment->flags &= ~SEGMENT_RUNNING;
		if (!request->device.mtu && request->create)
			request->device.mtu = plan_mtu(session, segment);
		return 0;
	}
	err = check(who, segment);
	if (err)
		return err;
	if (request_stays_up(request))
		return check_duplicate(session, who, segment);
	err = choose_device(session, who, segment) ?:
	      choose_local(session, who, segment) ?:
	      check_duplicate(session, who, segment);
	if (err)
		return err;
	segment->flags |= SEGMENT_RUNNING;
	underlay = links_find(&session->links, segment->underlay);
	snprintf(segment->underlay_name, sizeof(segment->underlay_name), "%s", underlay->name);
	memcpy(segment->underlay_mac, underlay->mac, sizeof(segment->underlay_mac));
	if (!request->device.mtu && !segment->mtu_fixed)
		request->device.mtu = plan_mtu(session, segment);
	return 0;
}
