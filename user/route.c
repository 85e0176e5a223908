// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which way the kernel would send, over rtnetlink. */
#include <errno.h>
#include <string.h>
#include <linux/rtnetlink.h>

#include "netlink.h"
#include "route.h"

static int take_route(const struct nlmsghdr *header, void *data)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(header);
	const struct nlattr *attr[RTA_MAX + 1], *metrics[RTAX_MAX + 1];
	struct route *route = data;

	if (header->nlmsg_type != RTM_NEWROUTE)
		return 0;
	netlink_attributes(header, sizeof(*info), attr, RTA_MAX);
	netlink_nested(attr[RTA_METRICS], metrics, RTAX_MAX);
	if (attr[RTA_OIF])
		route->oif = mnl_attr_get_u32(attr[RTA_OIF]);
	if (attr[RTA_PREFSRC])
		address_set(&route->source, info->rtm_family,
			    mnl_attr_get_payload(attr[RTA_PREFSRC]));
	if (metrics[RTAX_MTU])
		route->mtu = mnl_attr_get_u32(metrics[RTAX_MTU]);
	return 0;
}

int route_get(const struct address *destination, const struct address *source, unsigned int oif,
	      struct route *route)
{
	struct request_message message;
	struct rtmsg *info;
	int err;

	memset(route, 0, sizeof(*route));
	info = netlink_request(&message, RTM_GETROUTE, 0, sizeof(*info));
	info->rtm_family = address_family(destination);
	info->rtm_dst_len = address_len(destination) * 8;
	mnl_attr_put(message.header, RTA_DST, address_len(destination), address_bytes(destination));
	if (source && !address_is_wildcard(source))
		mnl_attr_put(message.header, RTA_SRC, address_len(source), address_bytes(source));
	if (oif)
		mnl_attr_put_u32(message.header, RTA_OIF, oif);
	err = netlink_talk(&message, take_route, route);
	if (!err && !route->oif)
		err = -EHOSTUNREACH;
	return err;
}
