// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Asking generic netlink's "netdev" what drivers can do in XDP. */
#include <errno.h>
#include <linux/genetlink.h>

#include "netlink.h"
#include "xdp_features.h"

#define FAMILY "netdev"

/* Of linux/netdev.h. */
enum {
	DEV_GET = 1,
	ATTR_IFINDEX = 1,
	ATTR_XDP_FEATURES = 3,
};

static struct nlmsghdr *ask(struct request_message *message, int family, int command)
{
	struct genlmsghdr *genl = netlink_request(message, family, 0, sizeof(*genl));

	genl->cmd = command;
	genl->version = 1;
	message->family = NETLINK_GENERIC;
	return message->header;
}

static int take_family(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attr[CTRL_ATTR_MAX + 1];

	netlink_attributes(header, sizeof(struct genlmsghdr), attr, CTRL_ATTR_MAX);
	if (attr[CTRL_ATTR_FAMILY_ID])
		*(int *)data = mnl_attr_get_u16(attr[CTRL_ATTR_FAMILY_ID]);
	return 0;
}

/* The family's number, which is the same while the kernel runs; 0: there is none. */
static int family_number(void)
{
	static int number = -1;
	struct request_message message;

	if (number >= 0)
		return number;
	number = 0;
	mnl_attr_put_strz(ask(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY), CTRL_ATTR_FAMILY_NAME,
			  FAMILY);
	netlink_talk(&message, take_family, &number);
	return number;
}

struct found {
	__u64 features;
	bool is_there;
};

static int take_features(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attr[ATTR_XDP_FEATURES + 1];
	struct found *found = data;

	netlink_attributes(header, sizeof(struct genlmsghdr), attr, ATTR_XDP_FEATURES);
	if (attr[ATTR_XDP_FEATURES]) {
		found->features = mnl_attr_get_u64(attr[ATTR_XDP_FEATURES]);
		found->is_there = true;
	}
	return 0;
}

int xdp_features(unsigned int ifindex, __u64 *features)
{
	struct request_message message;
	struct found found = {};
	int err;

	if (!family_number())
		return -EOPNOTSUPP;
	mnl_attr_put_u32(ask(&message, family_number(), DEV_GET), ATTR_IFINDEX, ifindex);
	err = netlink_talk(&message, take_features, &found);
	*features = found.features;
	return err ?: found.is_there ? 0 : -EOPNOTSUPP;
}
