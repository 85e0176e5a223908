// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Parsing values. */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/ether.h>

#include "error.h"
#include "value.h"

/* strtoul() takes a sign and blanks; a number does not have them. */
static int parse_number(const char *text, unsigned long *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*value = strtoul(text, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

int value_number(const char *who, const char *said, const char *text, unsigned long min,
		 unsigned long max, void *field, size_t size)
{
	unsigned long value;

	if (parse_number(text, &value))
		return refuse(EUSAGE, who, "%s: \"%s\" is not a number (%lu-%lu)", said, text, min,
			      max);
	if (value < min || value > max)
		return refuse(EUSAGE, who, "%s: %s is out of range (%lu-%lu)", said, text, min,
			      max);
	switch (size) {
	case 1:
		*(__u8 *)field = value;
		break;
	case 2:
		*(__u16 *)field = value;
		break;
	default:
		*(__u32 *)field = value;
	}
	return 0;
}

static void take_sockaddr(const struct sockaddr *socket, struct address *address)
{
	if (socket->sa_family == AF_INET)
		address_set(address, AF_INET, &((const struct sockaddr_in *)socket)->sin_addr);
	else
		address_set(address, AF_INET6, &((const struct sockaddr_in6 *)socket)->sin6_addr);
}

int value_address(const char *who, const char *said, const char *text, struct address *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *found;
	int err = getaddrinfo(text, NULL, &hints, &found);

	if (err)
		return refuse(EUSAGE, who, "%s: \"%s\" is no address: %s", said, text,
			      gai_strerror(err));
	take_sockaddr(found->ai_addr, address);
	freeaddrinfo(found);
	if (address_is_multicast(address))
		return refuse(EUSAGE, who, "%s: %s is a multicast address (give a unicast one)",
			      said, text);
	if (address_is_linklocal(address))
		return refuse(EUSAGE, who,
			      "%s: %s is a link-local address (give one of wider scope)", said,
			      text);
	return 0;
}

int value_device(const char *who, const char *said, const char *text, char *name)
{
	if (strlen(text) >= IFNAMSIZ || strchr(text, '/') || strchr(text, ' '))
		return refuse(EUSAGE, who, "%s: \"%s\" cannot be a device's name", said, text);
	snprintf(name, IFNAMSIZ, "%s", text);
	return 0;
}

int value_choice(const char *who, const char *said, const char *text, const char *const *choices,
		 __u8 *field)
{
	char list[64] = "";

	for (int i = 0; choices[i]; i++) {
		if (!strcmp(choices[i], text)) {
			if (field)
				*field = i;
			return 0;
		}
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "",
			 choices[i]);
	}
	return refuse(EUSAGE, who, "%s: \"%s\" is none of: %s", said, text, list);
}

int value_mac(const char *who, const char *said, const char *text, __u8 *mac)
{
	static const __u8 zero[6];
	struct ether_addr parsed;
	char rest;
	unsigned int byte[6];

	if (strlen(text) > 17 ||
	    sscanf(text, "%x:%x:%x:%x:%x:%x%c", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
		   &byte[5], &rest) != 6 ||
	    !ether_aton_r(text, &parsed))
		return refuse(EUSAGE, who, "%s: \"%s\" is no Ethernet address (02:00:00:00:00:01)",
			      said, text);
	memcpy(mac, parsed.ether_addr_octet, 6);
	if (mac[0] & 1 || !memcmp(mac, zero, 6))
		return refuse(EUSAGE, who, "%s: %s cannot be a device's address", said, text);
	return 0;
}

int value_prefix(const char *who, const char *said, const char *text, int family,
		 struct prefix *prefix)
{
	unsigned long length, max = family == AF_INET ? 32 : 128;
	const char *slash = strchr(text, '/');
	char ip[INET6_ADDRSTRLEN];
	__u8 bytes[16];

	if (slash && (size_t)(slash - text) < sizeof(ip)) {
		snprintf(ip, sizeof(ip), "%.*s", (int)(slash - text), text);
		if (inet_pton(family, ip, bytes) == 1 && !parse_number(slash + 1, &length) &&
		    length <= max) {
			address_set(&prefix->address, family, bytes);
			prefix->length = length;
			return 0;
		}
	}
	return refuse(EUSAGE, who, "%s: \"%s\" is not an IPv%c address with a length (%s)", said,
		      text, family == AF_INET ? '4' : '6',
		      family == AF_INET ? "10.0.0.1/24" : "2001:db8::1/64");
}
