// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* ifconfig's words for bridges: create, addm, deletem, destroy. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bridge.h"
#include "error.h"

#define UNITS_MAX 65536 /* numbers tried for "bridge create" */
#define PREFIX "bridge"

bool bridge_names(const char *name)
{
	return !strncmp(name, PREFIX, strlen(PREFIX));
}

static int check_member(const struct session *session, const struct request *request,
			const struct member *member, unsigned int bridge)
{
	const struct link *link = links_find_name(&session->links, member->name);

	if (!link)
		return refuse(ENOENT, request->name, "no such device %s (see \"ip link\")",
			      member->name);
	if (link->group == PORT_GROUP)
		return refuse(EINVAL, request->name, "%s is the port of a tunnel interface",
			      member->name);
	if (member->change == MEMBER_ADD && link->bridge && link->bridge != bridge)
		return refuse(EBUSY, request->name,
			      "%s is a member of another bridge (take it out there first)",
			      member->name);
	if (member->change == MEMBER_DELETE && (!bridge || link->bridge != bridge))
		return refuse(ENOENT, request->name, "%s is no member of it", member->name);
	return 0;
}

static int set_members(const struct session *session, const struct request *request,
		       unsigned int bridge)
{
	for (unsigned int i = 0; i < request->members; i++) {
		const struct member *member = &request->member[i];
		unsigned int ifindex = links_find_name(&session->links, member->name)->ifindex;
		int err = link_set_bridge(ifindex, member->change == MEMBER_ADD ? bridge : 0);

		if (err)
			return fail(-err, request->name, "cannot %s %s",
				    member->change == MEMBER_ADD ? "add" : "take out",
				    member->name);
	}
	return 0;
}

static int pick_name(const struct session *session, char *name)
{
	for (int unit = 0; unit < UNITS_MAX; unit++) {
		snprintf(name, IFNAMSIZ, PREFIX "%d", unit);
		if (!links_find_name(&session->links, name))
			return 0;
	}
	return refuse(ENOSPC, PREFIX, "all %d numbers are taken", UNITS_MAX);
}

static int change(struct session *session, const struct request *request, const char *name)
{
	const struct link *link = links_find_name(&session->links, name);
	int err;

	if (!link)
		return refuse(ENODEV, name, "the bridge is gone again");
	err = device_apply(link, name, &request->device)
		      ?: set_members(session, request, link->ifindex);
	if (!err && (request->running || request->restart)) {
		err = link_set_up(link->ifindex, request->running);
		if (err)
			fail(-err, name, "cannot bring it up");
	}
	return err;
}

static int create(struct session *session, const struct request *request)
{
	bool numbered = !strcmp(request->name, PREFIX);
	char name[IFNAMSIZ];
	int err;

	snprintf(name, sizeof(name), "%s", request->name);
	err = numbered ? pick_name(session, name) : 0;
	if (err)
		return err;
	err = link_create_bridge(name);
	if (err)
		return fail(-err, name, "cannot create the bridge");
	err = link_prepare_iface(name);
	if (err)
		fail(-err, name, "cannot set its sysctls");
	links_free(&session->links); /* it is not among them */
	err = err ?: change(session, request, name);
	if (err) {
		const struct link *link = links_find_name(&session->links, name);

		if (link)
			link_delete(link->ifindex);
	} else if (numbered) {
		puts(name);
	}
	return err;
}

static int destroy(const char *name, const struct link *link)
{
	int err = link_delete(link->ifindex);

	return err ? fail(-err, name, "cannot delete the bridge") : 0;
}

int bridge_apply(struct session *session, const struct request *request)
{
	const struct link *link = links_find_name(&session->links, request->name);
	struct request checked = *request;
	int err;

	if (request->destroy)
		return destroy(request->name, link);
	err = device_check(&session->links, request->name, &checked.device);
	for (unsigned int i = 0; !err && i < request->members; i++)
		err = check_member(session, request, &request->member[i], link ? link->ifindex : 0);
	if (err)
		return err;
	return request->create ? create(session, &checked)
			       : change(session, &checked, request->name);
}
