// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Joining and leaving multicast groups: see group.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "address.h"
#include "group.h"
#include "netlink.h"

#define ROUTE_COMES_MS 200
#define IGMP_LIMIT "/proc/sys/net/ipv4/igmp_max_memberships"

static bool has_group(const struct segment *segment)
{
	return segment->group_dev && address_is_multicast(&segment->remote);
}

/*
 * Scope host: of link or global scope, the kernel would take the group itself as
 * the source address of its IGMP reports (measured on 6.18).  The label: who asks
 * for the device's address by its name (SIOCGIFADDR) would get the group, too.
 */
static int talk_address(int type, int flags, unsigned int ifindex, const struct address *group)
{
	char device[IF_NAMESIZE] = "", label[IF_NAMESIZE];
	__u32 address_flags = IFA_F_MCAUTOJOIN | IFA_F_NOPREFIXROUTE | IFA_F_NODAD;
	struct request_message message;
	struct ifaddrmsg *info = netlink_request(&message, type, flags, sizeof(*info));

	info->ifa_family = address_family(group);
	info->ifa_prefixlen = address_len(group) * 8;
	info->ifa_index = ifindex;
	info->ifa_scope = RT_SCOPE_HOST;
	mnl_attr_put(message.header, IFA_LOCAL, address_len(group), address_bytes(group));
	mnl_attr_put(message.header, IFA_ADDRESS, address_len(group), address_bytes(group));
	mnl_attr_put_u32(message.header, IFA_FLAGS, address_flags);
	mnl_attr_put_u8(message.header, IFA_PROTO, ADDRESS_PROTO_OURS);
	if_indextoname(ifindex, device);
	snprintf(label, sizeof(label), "%.12s:mc", device);
	if (address_is_ipv4(group))
		mnl_attr_put_strz(message.header, IFA_LABEL, label);
	return netlink_talk(&message, NULL, NULL);
}

/*
 * With the address comes a route that calls the group local, so that the host's
 * own traffic to it would go nowhere; the membership does not need it.  It comes
 * again when the device was down (fib_netdev_event).
 */
static int delete_route(unsigned int ifindex, const struct address *group)
{
	struct request_message message;
	struct rtmsg *info = netlink_request(&message, RTM_DELROUTE, 0, sizeof(*info));

	info->rtm_family = address_family(group);
	info->rtm_dst_len = address_len(group) * 8;
	info->rtm_table = RT_TABLE_LOCAL;
	info->rtm_type = address_is_ipv4(group) ? RTN_LOCAL : RTN_UNSPEC;
	info->rtm_scope = RT_SCOPE_NOWHERE;
	mnl_attr_put(message.header, RTA_DST, address_len(group), address_bytes(group));
	mnl_attr_put_u32(message.header, RTA_OIF, ifindex);
	return netlink_talk(&message, NULL, NULL);
}

/*
 * With a new IPv6 address the route comes a little later, by a work queue, and
 * on a device that is ready for it (addrconf_dad_work).
 */
static void delete_new_route(const struct session *session, unsigned int ifindex,
			     const struct address *group)
{
	const struct link *link = links_find(&session->links, ifindex);
	bool comes = link && link->flags & IFF_RUNNING && !address_is_ipv4(group);

	for (int ms = 0; delete_route(ifindex, group) == -ESRCH && comes && ms < ROUTE_COMES_MS;
	     ms++)
		usleep(1000);
}

/*
 * All of a namespace's memberships hang on one socket of the kernel's, which may
 * have igmp_max_memberships of them, 20 at first.
 */
static int raise_limit(void)
{
	char text[16] = "";
	int fd = open(IGMP_LIMIT, O_RDWR | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) < 0)
		err = -errno;
	snprintf(text, sizeof(text), "%ld", 2 * strtol(text, NULL, 10));
	if (!err && pwrite(fd, text, strlen(text), 0) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Whether a running segment, but not @except, is in the group on the device. */
static bool in_use(const struct session *session, unsigned int ifindex, const struct address *group,
		   __u32 except)
{
	struct segment *segments;
	int count = session_segments(session, &segments);
	bool used = false;

	for (int i = 0; i < count; i++)
		used |= segments[i].port != except && segments[i].flags & SEGMENT_RUNNING &&
			has_group(&segments[i]) && segments[i].group_dev == ifindex &&
			address_equal(&segments[i].remote, group);
	free(segments);
	return used;
}

struct search {
	const struct session *session;
	const struct segment *segment; /* the one that leaves; NULL: any that is not used */
	struct device_address found[64];
	int count;
};

static int is_ours(const struct device_address *address, void *data)
{
	const int max = sizeof(((struct search *)0)->found) / sizeof(struct device_address);
	struct search *search = data;
	const struct segment *segment = search->segment;

	if (address->proto != ADDRESS_PROTO_OURS || !(address->flags & IFA_F_MCAUTOJOIN) ||
	    search->count == max)
		return 0;
	if (segment && !address_equal(&address->prefix.address, &segment->remote))
		return 0;
	search->found[search->count++] = *address;
	return 0;
}

static bool address_is_ours(const struct segment *segment)
{
	struct search search = { .segment = segment };

	addresses_get(address_family(&segment->remote), segment->group_dev, is_ours, &search);
	return search.count;
}

/*
 * EADDRINUSE: the membership is there without this very address.  A user's own has
 * another prefix length, or the device was down, where IPv6 loses its addresses
 * (addrconf_ifdown) but the kernel's socket stays in the group.
 */
int group_join(const struct session *session, const struct segment *segment)
{
	int err;

	if (!has_group(segment))
		return 0;
	err = talk_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, segment->group_dev,
			   &segment->remote);
	if (err == -ENOBUFS && address_is_ipv4(&segment->remote) && !raise_limit())
		err = talk_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, segment->group_dev,
				   &segment->remote);
	if (!err)
		delete_new_route(session, segment->group_dev, &segment->remote);
	else if (err == -EEXIST && address_is_ours(segment))
		delete_route(segment->group_dev, &segment->remote);
	return err == -EEXIST || err == -EADDRINUSE ? 0 : err;
}

struct membership {
	struct address group;
	__u64 ifindex; /* so wide that there is no padding to compare */
};

struct memberships {
	size_t count, room;
	struct membership list[];
};

static int note_membership(const struct device_address *address, void *data)
{
	struct memberships **list = data, *grown = *list;

	if (address->proto != ADDRESS_PROTO_OURS || !(address->flags & IFA_F_MCAUTOJOIN))
		return 0;
	if (grown->count == grown->room) {
		grown = realloc(grown, sizeof(*grown) + 2 * grown->room * sizeof(grown->list[0]));
		if (!grown)
			return 1; /* what is not known of is joined once more, in vain */
		grown->room *= 2;
		*list = grown;
	}
	grown->list[grown->count++] =
		(struct membership) { address->prefix.address, address->ifindex };
	return 0;
}

static int compare_memberships(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct membership));
}

static struct memberships *list_memberships(void)
{
	const size_t room = 64;
	struct memberships *list = malloc(sizeof(*list) + room * sizeof(list->list[0]));

	if (!list)
		return NULL;
	list->count = 0;
	list->room = room;
	addresses_get(AF_UNSPEC, 0, note_membership, &list);
	qsort(list->list, list->count, sizeof(list->list[0]), compare_memberships);
	return list;
}

bool group_is_joined(struct session *session, const struct segment *segment)
{
	struct membership wanted = { segment->remote, segment->group_dev };
	const struct memberships *list;

	if (!has_group(segment))
		return true;
	if (!session->memberships)
		session->memberships = list_memberships();
	list = session->memberships;
	return list &&
	       bsearch(&wanted, list->list, list->count, sizeof(wanted), compare_memberships);
}

/* What one search does not hold is left to the next invocation. */
static void leave(const struct session *session, const struct segment *segment)
{
	struct search search = { .session = session, .segment = segment };
	int family = segment ? address_family(&segment->remote) : AF_UNSPEC;

	addresses_get(family, segment ? segment->group_dev : 0, is_ours, &search);
	for (int i = 0; i < search.count; i++) {
		const struct device_address *found = &search.found[i];

		if (!in_use(session, found->ifindex, &found->prefix.address,
			    segment ? segment->port : 0))
			address_delete(found->ifindex, &found->prefix);
	}
}

void group_leave(const struct session *session, const struct segment *segment)
{
	if (has_group(segment))
		leave(session, segment);
}

void group_leave_unused(const struct session *session)
{
	leave(session, NULL);
}
