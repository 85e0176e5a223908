// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Addresses: as text, as the maps have them, and on devices over rtnetlink. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "address.h"
#include "netlink.h"

static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

bool address_is_ipv4(const struct address *address)
{
	return !memcmp(address->bytes, mapped, sizeof(mapped));
}

bool address_equal(const struct address *a, const struct address *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool address_is_unset(const struct address *address)
{
	static const struct address unset;

	return address_equal(address, &unset);
}

int address_family(const struct address *address)
{
	return address_is_ipv4(address) ? AF_INET : AF_INET6;
}

const void *address_bytes(const struct address *address)
{
	return address->bytes + (address_is_ipv4(address) ? sizeof(mapped) : 0);
}

size_t address_len(const struct address *address)
{
	return address_is_ipv4(address) ? 4 : 16;
}

void address_set(struct address *address, int family, const void *bytes)
{
	memcpy(address->bytes, mapped, sizeof(mapped));
	if (family == AF_INET)
		memcpy(address->bytes + sizeof(mapped), bytes, 4);
	else
		memcpy(address->bytes, bytes, 16);
}

static in_addr_t ipv4(const struct address *address)
{
	in_addr_t ip;

	memcpy(&ip, address->bytes + sizeof(mapped), sizeof(ip));
	return ntohl(ip);
}

bool address_is_wildcard(const struct address *address)
{
	return address_is_unset(address) || (address_is_ipv4(address) && !ipv4(address));
}

bool address_is_multicast(const struct address *address)
{
	return address_is_ipv4(address) ? IN_MULTICAST(ipv4(address)) : address->bytes[0] == 0xff;
}

bool address_is_linklocal(const struct address *address)
{
	return !address_is_ipv4(address) &&
	       IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)address->bytes);
}

const char *address_text(const struct address *address, char *text)
{
	if (address_is_unset(address))
		return "-";
	return inet_ntop(address_family(address), address_bytes(address), text, INET6_ADDRSTRLEN);
}

const char *address_zone_text(const struct address *address, const char *zone, unsigned int port,
			      char *text)
{
	const char *percent = "";
	char ip[INET6_ADDRSTRLEN];

	if (address_is_linklocal(address) && *zone)
		percent = "%";
	else
		zone = "";
	address_text(address, ip);
	snprintf(text, ADDRESS_TEXT_LEN, address_is_ipv4(address) ? "%s%s%s:%u" : "[%s%s%s]:%u", ip,
		 percent, zone, port);
	return text;
}

const char *address_port_text(const struct address *address, unsigned int port, char *text)
{
	return address_zone_text(address, "", port, text);
}

struct search {
	address_found found;
	void *data;
};

static int on_address(const struct nlmsghdr *header, void *data)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(header);
	struct device_address address = {};
	const struct nlattr *attr[IFA_MAX + 1], *ip;
	struct search *search = data;

	if (header->nlmsg_type != RTM_NEWADDR ||
	    (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
		return 0;
	netlink_attributes(header, sizeof(*info), attr, IFA_MAX);
	/* IFA_LOCAL is the device's own where IFA_ADDRESS is its peer's (rtnetlink(7)). */
	ip = attr[IFA_LOCAL] ?: attr[IFA_ADDRESS];
	if (!ip)
		return 0;
	address_set(&address.prefix.address, info->ifa_family, mnl_attr_get_payload(ip));
	address.prefix.length = info->ifa_prefixlen;
	address.ifindex = info->ifa_index;
	address.scope = info->ifa_scope;
	address.flags = attr[IFA_FLAGS] ? mnl_attr_get_u32(attr[IFA_FLAGS]) : info->ifa_flags;
	address.proto = attr[IFA_PROTO] ? mnl_attr_get_u8(attr[IFA_PROTO]) : 0;
	return search->found(&address, search->data);
}

int addresses_get(int family, unsigned int ifindex, address_found found, void *data)
{
	struct search search = { found, data };
	struct request_message message;
	struct ifaddrmsg *info;
	int err;

	info = netlink_request(&message, RTM_GETADDR, NLM_F_DUMP, sizeof(*info));
	info->ifa_family = family;
	info->ifa_index = ifindex;
	message.strict = true; /* or the kernel takes no notice of the index */
	err = netlink_talk(&message, on_address, &search);
	return err > 0 ? 0 : err;
}

static void put_prefix(struct request_message *message, int type, int flags, unsigned int ifindex,
		       const struct prefix *prefix)
{
	const struct address *address = &prefix->address;
	struct ifaddrmsg *info = netlink_request(message, type, flags, sizeof(*info));

	info->ifa_family = address_family(address);
	info->ifa_prefixlen = prefix->length;
	info->ifa_index = ifindex;
	mnl_attr_put(message->header, IFA_LOCAL, address_len(address), address_bytes(address));
	mnl_attr_put(message->header, IFA_ADDRESS, address_len(address), address_bytes(address));
}

int address_delete(unsigned int ifindex, const struct prefix *prefix)
{
	struct request_message message;

	put_prefix(&message, RTM_DELADDR, 0, ifindex, prefix);
	return netlink_talk(&message, NULL, NULL);
}

int address_add(unsigned int ifindex, const struct prefix *prefix)
{
	const struct address *address = &prefix->address;
	struct request_message message;

	put_prefix(&message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifindex, prefix);
	if (address_is_ipv4(address) && prefix->length < 31) {
		__u32 broadcast = htonl(ipv4(address) | 0xffffffffU >> prefix->length);

		mnl_attr_put_u32(message.header, IFA_BROADCAST, broadcast);
	}
	return netlink_talk(&message, NULL, NULL);
}

struct owner {
	const struct address *address;
	unsigned int ifindex;
};

static int is_owner(const struct device_address *found, void *data)
{
	struct owner *owner = data;

	if (!address_equal(&found->prefix.address, owner->address))
		return 0;
	owner->ifindex = found->ifindex;
	return 1;
}

/* The kernel knows IPv6 addresses by a hash; of IPv4 ones it gives only lists. */
unsigned int address_owner(const struct address *address)
{
	struct owner owner = { address, 0 };
	struct search search = { is_owner, &owner };
	const struct prefix prefix = { *address, 128 };
	struct request_message message;

	if (address_is_ipv4(address)) {
		addresses_get(AF_INET, 0, is_owner, &owner);
	} else {
		put_prefix(&message, RTM_GETADDR, 0, 0, &prefix);
		netlink_talk(&message, on_address, &search);
	}
	return owner.ifindex;
}

struct wanted {
	struct address *address;
	bool found;
};

static int is_wanted(const struct device_address *found, void *data)
{
	struct wanted *wanted = data;

	if (found->scope != RT_SCOPE_UNIVERSE)
		return 0;
	*wanted->address = found->prefix.address;
	wanted->found = true;
	return 1;
}

bool address_of_device(unsigned int ifindex, int family, struct address *address)
{
	struct wanted wanted = { address, false };

	addresses_get(family, ifindex, is_wanted, &wanted);
	return wanted.found;
}
