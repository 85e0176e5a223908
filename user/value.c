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

#include "device.h"
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

/* @host is the text without a zone. */
static int resolve(const char *who, const char *said, const char *host, struct address *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *found;
	int err = getaddrinfo(host, NULL, &hints, &found);

	if (err)
		return refuse(EUSAGE, who, "%s: \"%s\" is no address: %s", said, host,
			      gai_strerror(err));
	take_sockaddr(found->ai_addr, address);
	freeaddrinfo(found);
	return 0;
}

int value_address(const char *who, const char *said, const char *text, struct address *address,
		  char *zone)
{
	size_t host_len = strcspn(text, "%");
	char host[256];

	if (host_len >= sizeof(host))
		return refuse(EUSAGE, who, "%s: \"%.40s...\" is no address", said, text);
	snprintf(host, sizeof(host), "%.*s", (int)host_len, text);
	if (resolve(who, said, host, address))
		return -EUSAGE;
	if (address_is_multicast(address))
		return refuse(EUSAGE, who, "%s: %s is a multicast address (give a unicast one)",
			      said, text);
	if (!text[host_len])
		return 0;
	if (!address_is_linklocal(address))
		return refuse(EUSAGE, who, "%s: \"%s\": only a link-local address has a zone", said,
			      text);
	return value_device(who, said, text + host_len + 1, zone);
}

int value_group(const char *who, const char *said, const char *text, struct address *address)
{
	if (resolve(who, said, text, address))
		return -EUSAGE;
	if (!address_is_multicast(address))
		return refuse(EUSAGE, who, "%s: %s is no multicast address (239.0.0.1, ff08::1)",
			      said, text);
	return 0;
}

int value_device(const char *who, const char *said, const char *text, char *name)
{
	if (!*text || strlen(text) >= IFNAMSIZ || strpbrk(text, "/ :%") || !strcmp(text, ".") ||
	    !strcmp(text, ".."))
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

int value_netmask(const char *who, const char *said, const char *text, unsigned int *length)
{
	unsigned long mask;
	struct in_addr dotted;

	if (!strncmp(text, "0x", 2) && !parse_number(text, &mask) && mask <= 0xffffffff)
		dotted.s_addr = htonl(mask);
	else if (inet_pton(AF_INET, text, &dotted) != 1)
		return refuse(EUSAGE, who, "%s: \"%s\" is no mask (255.255.255.0)", said, text);
	mask = ntohl(dotted.s_addr);
	*length = __builtin_popcountl(mask);
	if (mask != (*length ? (unsigned long)(0xffffffffU << (32 - *length)) : 0))
		return refuse(EUSAGE, who, "%s: %s has holes (255.255.255.0)", said, text);
	return 0;
}

bool value_is_prefix(const char *text, int family, struct prefix *prefix)
{
	unsigned long length = PREFIX_UNSET, max = family == AF_INET ? 32 : 128;
	size_t ip_len = strcspn(text, "/");
	char ip[INET6_ADDRSTRLEN];
	__u8 bytes[16];

	if (ip_len >= sizeof(ip))
		return false;
	snprintf(ip, sizeof(ip), "%.*s", (int)ip_len, text);
	if (inet_pton(family, ip, bytes) != 1 ||
	    (text[ip_len] && (parse_number(text + ip_len + 1, &length) || length > max)))
		return false;
	address_set(&prefix->address, family, bytes);
	prefix->length = length;
	return true;
}

int value_prefix(const char *who, const char *said, const char *text, int family,
		 struct prefix *prefix)
{
	if (value_is_prefix(text, family, prefix))
		return 0;
	return refuse(EUSAGE, who, "%s: \"%s\" is not an IPv%c address with a length (%s)", said,
		      text, family == AF_INET ? '4' : '6',
		      family == AF_INET ? "10.0.0.1/24" : "2001:db8::1/64");
}
