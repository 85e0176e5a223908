// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Links, over rtnetlink: the veth pair of an interface, and what is asked of others. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <net/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "link.h"
#include "netlink.h"
#include "overhead.h"

/* Newer than Debian 12's linux/if_link.h (Linux 6.3). */
#define LINK_GSO_IPV4_MAX_SIZE 63
#define LINK_ATTRIBUTES 63

#define QUEUES_MAX 16 /* each takes some kilobytes */

void link_parse(const struct nlmsghdr *header, struct link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	const struct nlattr *attr[LINK_ATTRIBUTES + 1], *kind[IFLA_INFO_MAX + 1];
	const struct nlattr *xdp[IFLA_XDP_MAX + 1];

	netlink_attributes(header, sizeof(*info), attr, LINK_ATTRIBUTES);
	netlink_nested(attr[IFLA_LINKINFO], kind, IFLA_INFO_MAX);
	memset(link, 0, sizeof(*link));
	link->ifindex = info->ifi_index;
	link->flags = info->ifi_flags;
	link->type = info->ifi_type;
	if (attr[IFLA_MTU])
		link->mtu = mnl_attr_get_u32(attr[IFLA_MTU]);
	if (attr[IFLA_GSO_MAX_SIZE])
		link->gso_max = mnl_attr_get_u32(attr[IFLA_GSO_MAX_SIZE]);
	if (attr[LINK_GSO_IPV4_MAX_SIZE] &&
	    mnl_attr_get_u32(attr[LINK_GSO_IPV4_MAX_SIZE]) > link->gso_max)
		link->gso_max = mnl_attr_get_u32(attr[LINK_GSO_IPV4_MAX_SIZE]);
	if (attr[IFLA_GROUP])
		link->group = mnl_attr_get_u32(attr[IFLA_GROUP]);
	if (attr[IFLA_LINK])
		link->peer = mnl_attr_get_u32(attr[IFLA_LINK]);
	if (attr[IFLA_MASTER])
		link->bridge = mnl_attr_get_u32(attr[IFLA_MASTER]);
	link->peer_elsewhere = attr[IFLA_LINK_NETNSID];
	netlink_nested(attr[IFLA_XDP], xdp, IFLA_XDP_MAX);
	link->xdp = xdp[IFLA_XDP_DRV_PROG_ID];
	if (attr[IFLA_IFNAME])
		snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(attr[IFLA_IFNAME]));
	if (kind[IFLA_INFO_KIND])
		snprintf(link->kind, sizeof(link->kind), "%s",
			 mnl_attr_get_str(kind[IFLA_INFO_KIND]));
	if (attr[IFLA_ADDRESS] && mnl_attr_get_payload_len(attr[IFLA_ADDRESS]) == 6)
		memcpy(link->mac, mnl_attr_get_payload(attr[IFLA_ADDRESS]), 6);
}

bool link_is_ethernet(const struct link *link)
{
	return link->type == ARPHRD_ETHER || link->type == ARPHRD_LOOPBACK;
}

/*
 * From the port to the interface: a NAPI is on one CPU at a time, so that those
 * that receive need one each (veth_select_rxq, netdev_pick_tx).
 */
static unsigned int queues(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > QUEUES_MAX ? QUEUES_MAX : cpus;
}

int link_create_pair(const char *name, const char *port_template, unsigned int mtu, bool noarp,
		     const __u8 *mac)
{
	struct nlattr *linkinfo, *data, *peer;
	struct request_message message;
	struct nlmsghdr *header;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*info));
	info->ifi_change = info->ifi_flags = noarp ? IFF_NOARP : 0;
	header = message.header;
	mnl_attr_put_strz(header, IFLA_IFNAME, name);
	mnl_attr_put_u32(header, IFLA_MTU, mtu);
	mnl_attr_put_u32(header, IFLA_GSO_MAX_SIZE, AGGREGATE_MAX);
	mnl_attr_put_u32(header, IFLA_NUM_RX_QUEUES, queues());
	if (mac)
		mnl_attr_put(header, IFLA_ADDRESS, 6, mac);
	linkinfo = mnl_attr_nest_start(header, IFLA_LINKINFO);
	mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(header, IFLA_IFNAME, port_template);
	mnl_attr_put_u32(header, IFLA_GROUP, PORT_GROUP);
	mnl_attr_put_u32(header, IFLA_MTU, PORT_MTU);
	mnl_attr_put_u32(header, IFLA_NUM_TX_QUEUES, queues());
	mnl_attr_nest_end(header, peer);
	mnl_attr_nest_end(header, data);
	mnl_attr_nest_end(header, linkinfo);
	return netlink_talk(&message, NULL, NULL);
}

int link_delete(unsigned int ifindex)
{
	struct request_message message;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_DELLINK, 0, sizeof(*info));
	info->ifi_index = ifindex;
	return netlink_talk(&message, NULL, NULL);
}

int link_set_flags(unsigned int ifindex, unsigned int mask, unsigned int flags)
{
	struct request_message message;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_NEWLINK, 0, sizeof(*info));
	info->ifi_index = ifindex;
	info->ifi_change = mask;
	info->ifi_flags = flags;
	return netlink_talk(&message, NULL, NULL);
}

int link_set_up(unsigned int ifindex, bool up)
{
	return link_set_flags(ifindex, IFF_UP, up ? IFF_UP : 0);
}

static int set_attribute(unsigned int ifindex, int type, const void *value, size_t len)
{
	struct request_message message;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_NEWLINK, 0, sizeof(*info));
	info->ifi_index = ifindex;
	mnl_attr_put(message.header, type, len, value);
	return netlink_talk(&message, NULL, NULL);
}

int link_set_mtu(unsigned int ifindex, unsigned int mtu)
{
	__u32 value = mtu;

	return set_attribute(ifindex, IFLA_MTU, &value, sizeof(value));
}

int link_limit_gso(unsigned int ifindex)
{
	struct request_message message;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_NEWLINK, 0, sizeof(*info));
	info->ifi_index = ifindex;
	mnl_attr_put_u32(message.header, IFLA_GSO_MAX_SIZE, AGGREGATE_MAX);
	mnl_attr_put_u32(message.header, LINK_GSO_IPV4_MAX_SIZE, AGGREGATE_MAX);
	return netlink_talk(&message, NULL, NULL);
}

int link_set_mac(unsigned int ifindex, const __u8 *mac)
{
	return set_attribute(ifindex, IFLA_ADDRESS, mac, 6);
}

int link_rename(unsigned int ifindex, const char *name)
{
	return set_attribute(ifindex, IFLA_IFNAME, name, strlen(name) + 1);
}

int link_set_description(unsigned int ifindex, const char *text)
{
	return set_attribute(ifindex, IFLA_IFALIAS, text, strlen(text)); /* not terminated */
}

int link_set_bridge(unsigned int ifindex, unsigned int bridge)
{
	__u32 value = bridge;

	return set_attribute(ifindex, IFLA_MASTER, &value, sizeof(value));
}

int link_create_bridge(const char *name)
{
	struct request_message message;
	struct nlattr *linkinfo;

	netlink_request(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message.header, IFLA_IFNAME, name);
	linkinfo = mnl_attr_nest_start(message.header, IFLA_LINKINFO);
	mnl_attr_put_strz(message.header, IFLA_INFO_KIND, "bridge");
	mnl_attr_nest_end(message.header, linkinfo);
	return netlink_talk(&message, NULL, NULL);
}

static int take_description(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attr[IFLA_MAX + 1];

	netlink_attributes(header, sizeof(struct ifinfomsg), attr, IFLA_MAX);
	if (header->nlmsg_type == RTM_NEWLINK && attr[IFLA_IFALIAS])
		snprintf(data, DESCRIPTION_LEN, "%.*s",
			 mnl_attr_get_payload_len(attr[IFLA_IFALIAS]),
			 mnl_attr_get_str(attr[IFLA_IFALIAS]));
	return 0;
}

/* Asks for one link. */
static int get_one(unsigned int ifindex, netlink_answer take, void *data)
{
	struct request_message message;
	struct ifinfomsg *info;

	info = netlink_request(&message, RTM_GETLINK, 0, sizeof(*info));
	info->ifi_index = ifindex;
	return netlink_talk(&message, take, data);
}

void link_description(unsigned int ifindex, char *text)
{
	text[0] = '\0';
	get_one(ifindex, take_description, text);
}

static int take_xdp(const struct nlmsghdr *header, void *data)
{
	static const int places[] = { IFLA_XDP_DRV_PROG_ID, IFLA_XDP_PROG_ID, IFLA_XDP_SKB_PROG_ID,
				      IFLA_XDP_HW_PROG_ID };
	const struct nlattr *attr[IFLA_MAX + 1], *xdp[IFLA_XDP_MAX + 1];
	__u32 *id = data;

	netlink_attributes(header, sizeof(struct ifinfomsg), attr, IFLA_MAX);
	netlink_nested(attr[IFLA_XDP], xdp, IFLA_XDP_MAX);
	for (size_t i = 0; !*id && i < sizeof(places) / sizeof(places[0]); i++)
		if (header->nlmsg_type == RTM_NEWLINK && xdp[places[i]])
			*id = mnl_attr_get_u32(xdp[places[i]]);
	return 0;
}

__u32 link_xdp_program(unsigned int ifindex)
{
	__u32 id = 0;

	get_one(ifindex, take_xdp, &id);
	return id;
}

static int take_stats(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attr[IFLA_MAX + 1];

	netlink_attributes(header, sizeof(struct ifinfomsg), attr, IFLA_MAX);
	if (header->nlmsg_type == RTM_NEWLINK && attr[IFLA_STATS64])
		memcpy(data, mnl_attr_get_payload(attr[IFLA_STATS64]),
		       mnl_attr_get_payload_len(attr[IFLA_STATS64]) <
				       sizeof(struct rtnl_link_stats64)
			       ? mnl_attr_get_payload_len(attr[IFLA_STATS64])
			       : sizeof(struct rtnl_link_stats64));
	return 0;
}

int link_dropped(unsigned int ifindex, __u64 *rx, __u64 *tx)
{
	struct rtnl_link_stats64 stats = {};
	int err = get_one(ifindex, take_stats, &stats);

	*rx = stats.rx_dropped;
	*tx = stats.tx_dropped;
	return err;
}

/* Of the device, in @table of /proc/sys/net, such as "ipv4/conf". */
static int write_sysctl(const char *table, const char *device, const char *name, const char *value)
{
	char path[128], now[1];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s/%s", table, device, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno; /* a kernel without this family */
	/* Writing takes locks and notifies, even if nothing changes. */
	if ((read(fd, now, 1) != 1 || *now != *value) && pwrite(fd, value, strlen(value), 0) < 0)
		err = -errno;
	close(fd);
	return err;
}

int link_prepare_iface(const char *name)
{
	return write_sysctl("ipv6/conf", name, "keep_addr_on_down", "1")
		       ?: write_sysctl("ipv4/conf", name, "promote_secondaries", "1");
}

int link_prepare_port(const char *name)
{
	return write_sysctl("ipv6/conf", name, "disable_ipv6", "1") ?:
	       write_sysctl("ipv6/conf", name, "forwarding", "1") ?:
	       write_sysctl("ipv4/conf", name, "forwarding", "1") ?:
	       write_sysctl("ipv4/conf", name, "arp_evict_nocarrier", "0") ?: /* see ageing.h */
	       write_sysctl("ipv4/neigh", name, "mcast_solicit", "1");
}
