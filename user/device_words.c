// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The words about the device itself: addresses, names, flags. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "value.h"

static int take_prefix(struct request *request, const char *said, const char *text, int family)
{
	struct device_request *device = &request->device;
	struct address_change *change = &device->address[device->addresses];

	if (device->addresses == ADDRESSES_MAX)
		return refuse(EUSAGE, request->name, "%s: at most %d addresses a command", said,
			      ADDRESSES_MAX);
	if (value_prefix(request->name, said, text, family, &change->prefix))
		return -EUSAGE;
	change->op = ADDRESS_SET;
	change->was_running = request->running;
	device->addresses++;
	request->running = true; /* as ifconfig: an address brings the interface up */
	return 0;
}

/* The address that a word says more of. */
static struct address_change *last_address(struct request *request, const char *said)
{
	if (request->device.addresses)
		return &request->device.address[request->device.addresses - 1];
	refuse(EUSAGE, request->name, "%s: no address before it (inet ADDRESS/LEN %s)", said, said);
	return NULL;
}

static int take_length(struct request *request, const char *said, unsigned int length, int family)
{
	struct address_change *change = last_address(request, said);

	if (!change)
		return -EUSAGE;
	if (address_family(&change->prefix.address) != family)
		return refuse(EUSAGE, request->name, "%s: goes with an IPv%c address", said,
			      family == AF_INET ? '4' : '6');
	if (change->prefix.length != PREFIX_UNSET && change->prefix.length != length)
		return refuse(EUSAGE, request->name, "%s: the address has a length already", said);
	change->prefix.length = length;
	return 0;
}

static int take_op(struct request *request, const char *said, enum address_op op)
{
	struct address_change *change = last_address(request, said);

	if (!change)
		return -EUSAGE;
	change->op = op;
	if (op == ADDRESS_DELETE)
		request->running = change->was_running;
	return 0;
}

static int take_name(struct request *request, const char *said, const char *text)
{
	if (value_device(request->name, said, text, request->device.name))
		return -EUSAGE;
	return 0;
}

static int take_description(struct request *request, const char *said, const char *text, bool on)
{
	struct device_request *device = &request->device;

	if (on && strlen(text) >= sizeof(device->description))
		return refuse(EUSAGE, request->name, "%s: too long (%zu bytes at most)", said,
			      sizeof(device->description) - 1);
	for (const char *c = text; on && *c; c++)
		if (iscntrl((unsigned char)*c))
			return refuse(EUSAGE, request->name, "%s: not one line of text", said);
	snprintf(device->description, sizeof(device->description), "%s", on ? text : "");
	device->description_given = true;
	return 0;
}

int device_take(struct request *request, const struct option *option, const char *said,
		const char *value, bool on)
{
	struct device_request *device = &request->device;
	unsigned int length;

	switch (option->type) {
	case OPTION_MAC:
		device->mac_given = true;
		return value_mac(request->name, said, value, device->mac);
	case OPTION_PREFIX4:
		return take_prefix(request, said, value, AF_INET);
	case OPTION_PREFIX6:
		return take_prefix(request, said, value, AF_INET6);
	case OPTION_NETMASK:
		return value_netmask(request->name, said, value, &length)
			       ?: take_length(request, said, length, AF_INET);
	case OPTION_PREFIXLEN:
		return value_number(request->name, said, value, option->min, option->max, &length,
				    sizeof(length))
			       ?: take_length(request, said, length, AF_INET6);
	case OPTION_ALIAS:
		return take_op(request, said, on ? ADDRESS_ADD : ADDRESS_DELETE);
	case OPTION_DELETE:
		return take_op(request, said, ADDRESS_DELETE);
	case OPTION_TEXT:
		return take_description(request, said, value, on);
	case OPTION_NAME:
		return take_name(request, said, value);
	case OPTION_PROMISC:
		device->promisc_given = true;
		device->promisc = on;
		return 0;
	default:
		return -EINVAL;
	}
}

static int check_address(const char *who, struct address_change *change)
{
	struct prefix *prefix = &change->prefix;
	char text[ADDRESS_TEXT_LEN];

	if (address_is_multicast(&prefix->address) || address_is_wildcard(&prefix->address))
		return refuse(EUSAGE, who, "%s cannot be an interface's address",
			      address_text(&prefix->address, text));
	if (prefix->length != PREFIX_UNSET || change->op == ADDRESS_DELETE)
		return 0;
	if (address_is_ipv4(&prefix->address))
		return refuse(EUSAGE, who,
			      "inet: \"%s\" is not an IPv4 address with a length (10.0.0.1/24)",
			      address_text(&prefix->address, text));
	prefix->length = 64; /* as ifconfig */
	return 0;
}

int device_check(const struct links *links, const char *who, struct device_request *request)
{
	for (unsigned int i = 0; i < request->addresses; i++)
		if (check_address(who, &request->address[i]))
			return -EUSAGE;
	if (request->name[0] && links_find_name(links, request->name) && strcmp(request->name, who))
		return refuse(EEXIST, who, "name: %s exists already (take another)", request->name);
	return 0;
}

bool device_asked(const struct device_request *request)
{
	return request->mtu || request->mac_given || request->addresses || request->name[0] ||
	       request->description_given || request->promisc_given;
}
