// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Doing what was planned, in an order that leaves no frame in a wrong place. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ageing.h"
#include "apply.h"
#include "capability.h"
#include "create.h"
#include "error.h"
#include "fdb_table.h"
#include "group.h"
#include "nic.h"
#include "offload.h"
#include "listen.h"
#include "plan.h"
#include "protocols.h"
#include "queue.h"
#include "segment.h"
#include "underlay.h"

#define UNITS_MAX 65536 /* numbers tried for "geneve create" */

/* Receive is opened last and closed first. */
static int start(struct session *session, struct segment *segment)
{
	int err = 0;

	if (segment->iface)
		err = offload_set(segment->name, segment_sums_outside(segment));
	if (!err)
		err = segment_write(session, segment) ?:
		      segment_set_external(session, segment) ?:
		      link_set_up(segment->port, true) ?:
		      ageing_start(session, segment);
	if (!err && segment->iface)
		err = link_set_up(segment->iface, true);
	if (err)
		return fail(-err, segment->name, "cannot bring the interface up");
	err = underlay_acquire(session, segment->underlay, segment->mode);
	if (!err && segment->group_dev && segment->group_dev != segment->underlay)
		err = underlay_acquire(session, segment->group_dev, segment->mode);
	if (err)
		return err;
	queue_follow(session, segment);
	err = segment_write(session, segment) ?: listen_start(session, segment);
	if (err)
		return fail(-err, segment->name, "cannot enter the segment");
	err = group_join(session, segment);
	return err ? fail(-err, segment->name, "cannot join the group%s",
			  err == -ENOBUFS ? " (raise net.ipv4.igmp_max_memberships)" : "")
		   : 0;
}

/* What the segment had of the underlay, where no other segment has it. */
static void release_place(struct session *session, const struct segment *segment)
{
	group_leave(session, segment);
	underlay_release(session, segment->underlay);
	if (segment->group_dev != segment->underlay)
		underlay_release(session, segment->group_dev);
}

/* The configuration, where the place in the underlay stays as it is. */
static int write_config(struct session *session, const struct segment *segment)
{
	int err = segment_write(session, segment) ?: segment_set_external(session, segment);

	return err ? fail(-err, segment->name, "cannot write its configuration") : 0;
}

static int stop(struct session *session, const struct segment *running)
{
	struct segment segment = *running;
	int err;

	segment.flags &= ~SEGMENT_RUNNING;
	listen_stop(session, &segment);
	err = segment_write(session, &segment);
	if (!err && segment.iface)
		err = link_set_up(segment.iface, false);
	if (!err)
		err = link_set_up(segment.port, false);
	release_place(session, &segment);
	return err ? fail(-err, segment.name, "cannot take the interface down") : 0;
}

static int pick_name(const struct session *session, struct request *request)
{
	char name[IFNAMSIZ];

	for (int unit = 0; unit < UNITS_MAX; unit++) {
		struct segment segment;

		snprintf(name, sizeof(name), "%.9s%d", request->name, unit);
		if (!links_find_name(&session->links, name) &&
		    !session_find(session, name, &segment)) {
			strcpy(request->name, name);
			return 0;
		}
	}
	return refuse(ENOSPC, request->name, "all %d numbers are taken", UNITS_MAX);
}

/* The words about the device itself; a new name is the segment's, too. */
static int set_device(struct session *session, struct request *request)
{
	struct segment *segment = &request->segment;
	const struct link *link = links_find(&session->links, segment->iface);
	int err;

	if (!segment->iface || !link)
		return 0;
	err = device_apply(link, request->name, &request->device);
	if (err || (!request->device.name[0] && !request->device.mtu))
		return err;
	if (request->device.name[0])
		snprintf(segment->name, sizeof(segment->name), "%s", request->device.name);
	if (request->device.mtu)
		segment->mtu = request->device.mtu;
	err = segment_write(session, segment);
	return err ? fail(-err, request->name, "cannot note its new name or MTU") : 0;
}

/* What the underlay device did of it before is set again if the rest fails. */
static int set_hardware_and_device(struct session *session, struct request *request)
{
	__u8 asked = request->hardware_on | request->hardware_off;
	unsigned int underlay = capability_device(session, &request->segment);
	__u8 before = asked ? nic_get(session, underlay) : 0;
	struct request undo = { .hardware_on = before & asked, .hardware_off = ~before & asked };
	int err = nic_set(session, underlay, request);

	if (err)
		return err;
	capability_follow(session, &request->segment);
	err = set_device(session, request);
	if (err)
		nic_set(session, underlay, &undo);
	return err;
}

static int create(struct session *session, struct request *request)
{
	int err = create_stopped(session, request);

	if (err)
		return err;
	if (request->running)
		err = start(session, &request->segment);
	if (!err)
		err = set_hardware_and_device(session, request);
	if (err)
		apply_destroy(session, &request->segment);
	return err;
}

/* The words that act on the device need it here. */
static int check_here(const struct request *request)
{
	if (request->create || request->segment.iface || !device_asked(&request->device))
		return 0;
	return refuse(ENODEV, request->name,
		      "the interface is in another namespace (use \"ip -n NETNS\" there)");
}

static int set_table(struct session *session, struct request *request, const struct segment *before)
{
	int err = 0;

	if (request->segment.fdb_timeout != before->fdb_timeout) {
		request->segment.age_next = 0;
		err = fdb_purge(session, before);
	}
	if (!err && request->segment.fdb_max != before->fdb_max)
		err = fdb_fit(session, &request->segment);
	return err ? fail(-err, request->name, "cannot change the forwarding table") : 0;
}

/* Last of all: it cannot be taken back. */
static int flush(struct session *session, const struct request *request)
{
	struct segment segment = request->segment;
	int err = 0;

	if (request->flush)
		err = fdb_flush(session, &segment, request->flush) ?: fdb_refit(session, &segment);
	return err ? fail(-err, request->name, "cannot flush the forwarding table") : 0;
}

/* Takes a failed change back; what ran all the time goes on running. */
static void restore(struct session *session, struct request *request, const struct segment *before,
		    bool stays_up)
{
	struct segment segment = *before;

	if (request->running && !stays_up)
		stop(session, &request->segment);
	if (segment.fdb_max != request->segment.fdb_max)
		fdb_fit(session, &segment);
	write_config(session, &segment);
	if (segment.flags & SEGMENT_RUNNING && !stays_up)
		start(session, &segment);
}

static int change_config(struct session *session, struct request *request, bool stays_up)
{
	struct segment *segment = &request->segment;
	int err;

	if (request->running && !stays_up)
		return start(session, segment);
	err = write_config(session, segment);
	if (!err && stays_up && segment->iface && link_set_up(segment->iface, true))
		err = fail(errno, segment->name, "cannot bring the interface up");
	return err;
}

static int change(struct session *session, struct request *request, const struct segment *before)
{
	bool ran = before->flags & SEGMENT_RUNNING;
	bool stays_up = ran && request->running && !request->restart;
	int err = 0;

	if (ran && !stays_up)
		err = stop(session, before);
	if (!err)
		err = set_table(session, request, before);
	if (!err)
		err = change_config(session, request, stays_up);
	if (!err)
		err = set_hardware_and_device(session, request) ?: flush(session, request);
	if (err)
		restore(session, request, before, stays_up);
	return err;
}

int apply_destroy(struct session *session, const struct segment *segment)
{
	int err;

	listen_stop(session, segment);
	err = link_delete(segment->port);
	if (err && err != -ENODEV)
		return fail(-err, segment->name, "cannot delete the interface");
	segment_forget(session, segment);
	release_place(session, segment);
	return 0;
}

int apply(struct session *session, struct request *request, const struct segment *before)
{
	const char *prefix = protocol_info(request->segment.protocol)->prefix;
	bool numbered = request->create && !strcmp(request->name, prefix);
	int err;

	if (request->destroy)
		return apply_destroy(session, before);
	err = check_here(request);
	if (!err && numbered)
		err = pick_name(session, request);
	if (!err)
		err = plan(session, request);
	if (err)
		return err;
	capability_follow(session, &request->segment);
	err = request->create ? create(session, request) : change(session, request, before);
	if (!err && numbered)
		puts(request->name);
	return err;
}
