// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Knowing the links: see links.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/rtnetlink.h>

#include "links.h"
#include "netlink.h"

static struct link *add(struct links *links, const struct nlmsghdr *header)
{
	struct link **grown, *link;

	if (!(links->count & (links->count - 1))) { /* doubles at each power of two */
		grown = reallocarray(links->link, links->count ? 2 * links->count : 1,
				     sizeof(*grown));
		if (!grown)
			return NULL;
		links->link = grown;
	}
	link = malloc(sizeof(*link));
	if (!link)
		return NULL;
	link_parse(header, link);
	links->link[links->count++] = link;
	return link;
}

void links_free(struct links *links)
{
	for (size_t i = 0; i < links->count; i++)
		free(links->link[i]);
	free(links->link);
	memset(links, 0, sizeof(*links));
}

static struct link *known(const struct links *links, unsigned int ifindex, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (links->link[i]->ifindex == ifindex)
			return links->link[i];
	return NULL;
}

struct listing {
	struct links *links;
	size_t before; /* how many were known: others may hold pointers to them */
};

static int add_new(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	struct listing *listing = data;

	if (header->nlmsg_type != RTM_NEWLINK ||
	    known(listing->links, info->ifi_index, listing->before))
		return 0;
	return add(listing->links, header) ? 0 : -ENOMEM;
}

static int compare(const void *a, const void *b)
{
	unsigned int x = (*(struct link *const *)a)->ifindex,
		     y = (*(struct link *const *)b)->ifindex;

	return x < y ? -1 : x > y;
}

int links_complete(struct links *links)
{
	struct listing listing = { links, links->count };
	struct request_message message;
	int err;

	if (links->complete)
		return 0;
	netlink_request(&message, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(message.header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = netlink_talk(&message, add_new, &listing);
	if (err)
		return err;
	qsort(links->link, links->count, sizeof(*links->link), compare);
	links->complete = true;
	return 0;
}

static int add_one(const struct nlmsghdr *header, void *data)
{
	struct links *links = data;

	if (header->nlmsg_type != RTM_NEWLINK)
		return 0;
	return add(links, header) ? 0 : -ENOMEM;
}

/* By number, or by name where @ifindex is 0. */
static void request_one(struct request_message *message, unsigned int ifindex, const char *name)
{
	struct ifinfomsg *info = netlink_request(message, RTM_GETLINK, 0, sizeof(*info));

	info->ifi_index = ifindex;
	mnl_attr_put_u32(message->header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (!ifindex)
		mnl_attr_put_strz(message->header, IFLA_IFNAME, name);
}

static const struct link *ask(const struct links *cache, unsigned int ifindex, const char *name)
{
	struct links *links = (struct links *)cache; /* to know more does not change what is */
	size_t before = links->count;
	struct request_message message;

	request_one(&message, ifindex, name);
	if (netlink_talk(&message, add_one, links) || links->count == before)
		return NULL;
	return links->link[before];
}

static int write_over(const struct nlmsghdr *header, void *data)
{
	if (header->nlmsg_type == RTM_NEWLINK)
		link_parse(header, data);
	return 0;
}

void links_again(struct links *links, unsigned int ifindex)
{
	struct link *link = known(links, ifindex, links->count);
	struct request_message message;

	if (!link)
		return;
	request_one(&message, ifindex, NULL);
	netlink_talk(&message, write_over, link);
}

const struct link *links_find(const struct links *links, unsigned int ifindex)
{
	struct link wanted = { .ifindex = ifindex }, *key = &wanted, **found;

	if (!ifindex)
		return NULL;
	if (!links->complete)
		return known(links, ifindex, links->count) ?: ask(links, ifindex, NULL);
	found = bsearch(&key, links->link, links->count, sizeof(key), compare);
	return found ? *found : NULL;
}

const struct link *links_find_name(const struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++)
		if (!strcmp(links->link[i]->name, name))
			return links->link[i];
	if (links->complete || !*name || strlen(name) >= IFNAMSIZ)
		return NULL;
	return ask(links, 0, name);
}

struct search {
	link_found found;
	void *data;
};

static int on_link(const struct nlmsghdr *header, void *data)
{
	struct search *search = data;
	struct link link;

	if (header->nlmsg_type != RTM_NEWLINK)
		return 0;
	link_parse(header, &link);
	return search->found(&link, search->data);
}

int links_search(link_found found, void *data)
{
	struct search search = { found, data };
	struct request_message message;

	/* Without IFLA_EXT_MASK, for which the kernel looks at all links before (rtnl_calcit). */
	netlink_request(&message, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	return netlink_talk(&message, on_link, &search);
}
