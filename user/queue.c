// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The interface's queue for frames from XDP: see queue.h. */
#include <string.h>

#include "offload.h"
#include "queue.h"
#include "underlay.h"

void queue_prepare(const struct link *iface)
{
	offload_set_gro(iface->name, true);
}

void queue_look(const struct link *iface, struct segment *segment)
{
	segment->mtu = iface->mtu;
	segment->flags &= ~(SEGMENT_QUEUE | SEGMENT_XDP);
	if (iface->xdp)
		segment->flags |= SEGMENT_QUEUE | SEGMENT_XDP;
	else if (offload_gro(iface->name))
		segment->flags |= SEGMENT_QUEUE;
}

/*
 * XDP has the driver's GRO merge, before us.  A veth as underlay gives aggregates
 * whole: straight to the interface while it is here, but by the port, if it was
 * moved, where they would be cut again.
 */
static bool is_to_merge(const struct session *session, const struct segment *segment)
{
	const struct link *link = links_find(&session->links, segment->underlay);
	struct underlay underlay;

	return segment->flags & SEGMENT_QUEUE && segment->flags & SEGMENT_RUNNING && link &&
	       underlay_get(session, segment->underlay, &underlay) &&
	       !(underlay.flags & UNDERLAY_XDP) && (segment->iface || strcmp(link->kind, "veth"));
}

void queue_lead(const struct session *session, struct segment *segment)
{
	const struct link *port = links_find(&session->links, segment->port);
	bool merge = is_to_merge(session, segment);

	segment->flags &= ~SEGMENT_MERGE;
	if (!port)
		return;
	if (segment->mtu && port->mtu != link_port_mtu(segment->mtu))
		link_set_mtu(port->ifindex, link_port_mtu(segment->mtu));
	if (offload_tso(port->name) == merge)
		offload_set_tso(port->name, !merge);
	if (merge)
		segment->flags |= SEGMENT_MERGE;
}

/* "tx_queue_N_xdp_xmit": the veth driver's (veth_tq_stats_desc), for each queue. */
static bool is_taken(const char *name)
{
	static const char start[] = "tx_queue_", end[] = "_xdp_xmit";
	size_t len = strlen(name);

	return len > strlen(end) && !strncmp(name, start, strlen(start)) &&
	       !strcmp(name + len - strlen(end), end);
}

__u64 queue_refused(const char *port, __u64 given, __u64 dropped)
{
	__u64 taken;

	if (!given || offload_statistics(port, is_taken, &taken))
		return 0;
	return given > taken + dropped ? given - taken - dropped : 0;
}
