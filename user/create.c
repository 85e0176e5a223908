// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The parts of a new interface.  Killed in between, the command leaves a port that
 * no segment owns, or a segment without port: see reconcile.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "create.h"
#include "error.h"
#include "protocols.h"
#include "queue.h"
#include "segment.h"
#include "tables.h"

/* Named by its slot: for a free number of its own choice the kernel looks at all names. */
static int create_pair(const struct request *request)
{
	const struct segment *segment = &request->segment;
	const char *template = protocol_info(segment->protocol)->port_template;
	const __u8 *mac = request->device.mac_given ? request->device.mac : NULL;
	bool noarp = segment->layer == LAYER_L3;
	char port[IFNAMSIZ];
	int err;

	protocol_port_name(segment->protocol, segment->slot, port);
	err = link_create_pair(request->name, port, request->device.mtu, noarp, mac);
	return err != -EEXIST
		       ? err
		       : link_create_pair(request->name, template, request->device.mtu, noarp, mac);
}

static int create_devices(struct session *session, struct request *request)
{
	struct segment *segment = &request->segment;
	const struct link *iface, *port;
	int err = create_pair(request);

	if (err)
		return fail(-err, request->name, "cannot create the interface");
	links_free(&session->links); /* they are not what they were */
	iface = links_find_name(&session->links, request->name);
	port = iface ? links_find(&session->links, iface->peer) : NULL;
	if (!port)
		return refuse(ENODEV, request->name, "the interface is gone again");
	segment->iface = iface->ifindex;
	segment->port = port->ifindex;
	memcpy(segment->mac, iface->mac, sizeof(segment->mac));
	queue_prepare(iface);
	err = link_prepare_port(port->name) ?: link_prepare_iface(iface->name);
	return err ? fail(-err, port->name, "cannot set its sysctls") : 0;
}

static int attach_port(struct session *session, const struct segment *segment)
{
	int fd = instance_program(&session->instance, PROGRAM_ENCAP), err;
	bool unused;

	if (fd < 0)
		return fd;
	err = hook_attach(HOOK_PORT, segment->port, fd, &unused);
	return err ? fail(-err, segment->name, "cannot attach the transmit program") : 0;
}

/* The devices, while the kernel takes its time for the tables. */
static int create_parts(struct session *session, struct request *request, bool load)
{
	struct segment *segment = &request->segment;
	struct tables tables;
	int err, other;

	tables_start(&tables, &session->instance, segment);
	err = load ? instance_load(&session->instance) : 0;
	err = err ?: create_devices(session, request) ?: attach_port(session, segment);
	other = tables_finish(&tables);
	if (!err && other)
		err = fail(-other, segment->name, "cannot create its tables");
	return err;
}

static int create_segment(struct session *session, const struct request *request)
{
	struct segment stopped = request->segment;
	int err;

	stopped.flags &= ~SEGMENT_RUNNING;
	err = segment_add(session, &stopped) ?: segment_bind_iface(session, &stopped);
	return err ? fail(-err, request->name, "cannot enter the segment") : 0;
}

static void undo(struct session *session, const struct segment *segment)
{
	if (segment->port)
		apply_destroy(session, segment);
	else
		tables_drop(&session->instance, segment->slot);
}

int create_stopped(struct session *session, struct request *request)
{
	struct segment *segment = &request->segment;
	bool first = !session->exists;
	int err = first ? instance_create(&session->instance) : 0;

	session->exists = true;
	if (err)
		return err;
	err = segment_find_slot(session, &segment->slot);
	if (err)
		return fail(-err, request->name, "cannot find a place for it");
	if (!segment->fdb_max)
		segment->flags |= SEGMENT_FDB_OVER;
	snprintf(segment->name, sizeof(segment->name), "%s", request->name);
	err = create_parts(session, request, first) ?: create_segment(session, request);
	if (err)
		undo(session, segment);
	return err;
}
