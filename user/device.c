// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Doing what words ask of a device.  What was done is undone if a later part fails. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "error.h"

/* One change of an address that was made, to be turned round. */
struct address_done {
	struct prefix prefix;
	bool added;
};

struct undo {
	const struct link *link; /* as it was */
	char description[DESCRIPTION_LEN];
	struct address_done address[2 * ADDRESSES_MAX];
	unsigned int addresses;
};

struct first {
	struct prefix prefix;
	bool found;
};

static int is_first(const struct device_address *found, void *data)
{
	struct first *first = data;

	first->prefix = found->prefix;
	first->found = true;
	return 1;
}

/* One that is there to be deleted: its length need not have been said. */
static int is_same(const struct device_address *found, void *data)
{
	struct first *wanted = data;

	if (!address_equal(&found->prefix.address, &wanted->prefix.address) ||
	    (wanted->prefix.length != PREFIX_UNSET &&
	     wanted->prefix.length != found->prefix.length))
		return 0;
	wanted->prefix = found->prefix;
	wanted->found = true;
	return 1;
}

static int add(struct undo *undo, const struct prefix *prefix)
{
	int err = address_add(undo->link->ifindex, prefix);

	if (!err)
		undo->address[undo->addresses++] = (struct address_done) { *prefix, true };
	return err == -EEXIST ? 0 : err;
}

static int remove_address(struct undo *undo, const struct prefix *prefix)
{
	int err = address_delete(undo->link->ifindex, prefix);

	if (!err)
		undo->address[undo->addresses++] = (struct address_done) { *prefix, false };
	return err;
}

static int set(struct undo *undo, const struct prefix *prefix)
{
	struct first first = {};
	int err = 0;

	if (address_is_ipv4(&prefix->address))
		addresses_get(AF_INET, undo->link->ifindex, is_first, &first);
	if (first.found && (!address_equal(&first.prefix.address, &prefix->address) ||
			    first.prefix.length != prefix->length))
		err = remove_address(undo, &first.prefix);
	return err ?: add(undo, prefix);
}

static int change_address(struct undo *undo, const char *who, const struct address_change *change)
{
	struct first wanted = { .prefix = change->prefix };
	char text[ADDRESS_TEXT_LEN];
	int err;

	address_text(&change->prefix.address, text);
	if (change->op == ADDRESS_DELETE) {
		addresses_get(address_family(&change->prefix.address), undo->link->ifindex, is_same,
			      &wanted);
		if (!wanted.found)
			return refuse(EADDRNOTAVAIL, who, "it has no address %s", text);
		err = remove_address(undo, &wanted.prefix);
		return err ? fail(-err, who, "cannot remove address %s", text) : 0;
	}
	err = change->op == ADDRESS_SET ? set(undo, &change->prefix) : add(undo, &change->prefix);
	return err ? fail(-err, who, "cannot add address %s/%u", text, change->prefix.length) : 0;
}

/* The latest first; what fails here is left, there is nobody to tell. */
static void undo_all(const struct undo *undo, const struct device_request *request)
{
	const struct link *link = undo->link;

	for (unsigned int i = undo->addresses; i-- > 0;)
		if (undo->address[i].added)
			address_delete(link->ifindex, &undo->address[i].prefix);
		else
			address_add(link->ifindex, &undo->address[i].prefix);
	if (request->promisc_given)
		link_set_flags(link->ifindex, IFF_PROMISC, link->flags & IFF_PROMISC);
	if (request->description_given)
		link_set_description(link->ifindex, undo->description);
	if (request->mac_given)
		link_set_mac(link->ifindex, link->mac);
	if (request->mtu)
		link_set_mtu(link->ifindex, link->mtu);
}

static int set_link(const struct link *link, const char *who, const struct device_request *request)
{
	int err = request->mtu ? link_set_mtu(link->ifindex, request->mtu) : 0;

	if (err)
		return fail(-err, who, "cannot set the MTU to %u", request->mtu);
	err = request->mac_given ? link_set_mac(link->ifindex, request->mac) : 0;
	if (err)
		return fail(-err, who, "cannot set the Ethernet address");
	if (request->description_given)
		err = link_set_description(link->ifindex, request->description);
	if (err)
		return fail(-err, who, "cannot set the description");
	if (request->promisc_given)
		err = link_set_flags(link->ifindex, IFF_PROMISC,
				     request->promisc ? IFF_PROMISC : 0);
	return err ? fail(-err, who, "cannot set promiscuous mode") : 0;
}

int device_apply(const struct link *link, const char *who, const struct device_request *request)
{
	struct undo undo = { .link = link };
	int err;

	if (request->description_given)
		link_description(link->ifindex, undo.description);
	err = set_link(link, who, request);
	for (unsigned int i = 0; !err && i < request->addresses; i++)
		err = change_address(&undo, who, &request->address[i]);
	if (!err && request->name[0] && strcmp(request->name, link->name)) {
		err = link_rename(link->ifindex, request->name);
		if (err)
			fail(-err, who, "cannot rename it to %s%s", request->name,
			     err == -EBUSY ? " while up on this kernel (give \"down\" first)" : "");
	}
	if (err)
		undo_all(&undo, request);
	return err;
}
