// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The interface's queue for frames from XDP: see queue.h. */
#include <string.h>

#include "offload.h"
#include "queue.h"
#include "underlay.h"
#include "xdp_features.h"

void queue_prepare(const struct link *iface)
{
	offload_set_gro(iface->name, true);
}

/*
 * veth tells it of the port, wherever the interface is (xdp_features_set_redirect_target).
 * A kernel that does not is asked whether the interface here has what turns NAPI on.
 */
static bool has_queue(const struct link *port, const struct link *iface, bool had)
{
	__u64 features;

	if (!xdp_features(port->ifindex, &features))
		return features & XDP_FEATURE_NDO_XMIT;
	return iface ? iface->xdp || offload_gro(iface->name) : had;
}

static void look(const struct link *port, const struct link *iface, struct segment *segment)
{
	bool queue = has_queue(port, iface, segment->flags & SEGMENT_QUEUE);

	segment->flags &= ~SEGMENT_QUEUE;
	if (queue)
		segment->flags |= SEGMENT_QUEUE;
	if (!iface)
		return;
	segment->mtu = iface->mtu;
	segment->flags &= ~SEGMENT_XDP;
	if (iface->xdp)
		segment->flags |= SEGMENT_XDP;
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

/* A device that can do TSO does not use its peer's NAPI (veth_skb_is_eligible_for_gro). */
static void lead(const struct session *session, const struct link *port, struct segment *segment)
{
	bool merge = is_to_merge(session, segment);

	segment->flags &= ~SEGMENT_MERGE;
	if (offload_tso(port->name) == merge && offload_set_tso(port->name, !merge))
		merge = false;
	if (merge)
		segment->flags |= SEGMENT_MERGE;
}

void queue_follow(const struct session *session, struct segment *segment)
{
	const struct link *port = links_find(&session->links, segment->port);

	if (!port)
		return;
	look(port, links_find(&session->links, segment->iface), segment);
	lead(session, port, segment);
}

/* The veth driver's (veth_tq_stats_desc), for each queue: "tx_queue_N_xdp_xmit". */
static bool is_of_queue(const char *name, const char *end)
{
	static const char start[] = "tx_queue_";
	size_t len = strlen(name);

	return len > strlen(end) && !strncmp(name, start, strlen(start)) &&
	       !strcmp(name + len - strlen(end), end);
}

static bool is_taken(const char *name)
{
	return is_of_queue(name, "_xdp_xmit");
}

static bool is_too_much(const char *name)
{
	return is_of_queue(name, "_xdp_xmit_errors");
}

void queue_drops(const char *port, __u64 given, struct queue_drops *drops)
{
	__u64 taken;

	drops->all = drops->counted_twice = 0;
	if (!given || offload_statistics(port, is_taken, &taken) ||
	    offload_statistics(port, is_too_much, &drops->counted_twice))
		return;
	drops->all = given > taken ? given - taken : 0;
}
