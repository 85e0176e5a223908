// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From what was said to what will be: see plan.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>

#include "error.h"
#include "listen.h"
#include "place.h"
#include "plan.h"
#include "protocols.h"
#include "segment.h"
#include "tablelookup.h"

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

	if (!none && address_is_wildcard(remote))
		return refuse(EINVAL, who, "cannot start: the remote is a wildcard (give \"%s%s\")",
			      WORD(segment, "remote"));
	if (place_local_given(segment) && !none &&
	    address_family(&segment->local) != address_family(remote))
		return refuse(EAFNOSUPPORT, who,
			      "cannot start: local and remote are of different families "
			      "(give both IPv4 or both IPv6)");
	if ((none || address_is_multicast(remote)) && segment->flags & SEGMENT_SOURCE_FILTER)
		return refuse(EINVAL, who, "cannot start: \"%s%s\" needs a remote (give \"%s%s\")",
			      WORD(segment, "srcfilter"), WORD(segment, "remote"));
	return 0;
}

static int check(const char *who, const struct segment *segment)
{
	if (segment->vni == VNI_UNSET && !(segment->flags & SEGMENT_EXTERNAL))
		return refuse(EINVAL, who, "cannot start: no VNI (give \"%s%s\")",
			      WORD(segment, "id"));
	if (segment->table && !place_local_given(segment))
		return refuse(EINVAL, who,
			      "cannot start: \"tunnelfib\" does not choose a local address "
			      "(give \"%s%s\")",
			      WORD(segment, "local"));
	if (segment->table && !table_lookup_works())
		return refuse(EOPNOTSUPP, who,
			      "cannot start: this kernel does not look into a table by its number "
			      "(\"tunnelfib\" needs Linux 6.5, or 6.1 as Debian has it)");
	return check_remote(who, segment) ?: check_device_word(who, segment);
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
	const struct address *at;
	char text[ADDRESS_TEXT_LEN];
	struct segment holder = {};
	__u32 id;

	if (!session->exists)
		return 0;
	at = listen_other_protocol(session, segment, &holder);
	if (at)
		return refuse(EADDRINUSE, who,
			      "cannot start: %s, of another tunnel protocol, has %s already "
			      "(give another address or port)",
			      holder.name, address_port_text(at, segment->local_port, text));
	id = listen_duplicate(session, segment, &at);
	if (!id)
		return 0;
	bpf_map_lookup_elem(session->instance.map[MAP_SEGMENT], &id, &holder);
	address_port_text(at, segment->local_port, text);
	if (segment->flags & holder.flags & SEGMENT_EXTERNAL && segment->vni != holder.vni)
		return refuse(EEXIST, who,
			      "cannot start: %s is external on %s already "
			      "(give another address or port)",
			      holder.name, text);
	return refuse(
		EEXIST, who,
		"cannot start: %s has VNI %u on %s already (give another VNI, address or port)",
		holder.name, segment->vni, text);
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
			request->device.mtu = place_mtu(session, segment);
		return 0;
	}
	err = check(who, segment);
	if (err)
		return err;
	if (request_stays_up(request))
		return check_duplicate(session, who, segment);
	err = place_choose(session, who, segment) ?: check_duplicate(session, who, segment);
	if (err)
		return err;
	segment->flags |= SEGMENT_RUNNING;
	underlay = links_find(&session->links, segment->underlay);
	snprintf(segment->underlay_name, sizeof(segment->underlay_name), "%s", underlay->name);
	memcpy(segment->underlay_mac, underlay->mac, sizeof(segment->underlay_mac));
	if (!request->device.mtu && !segment->mtu_fixed)
		request->device.mtu = place_mtu(session, segment);
	return 0;
}
