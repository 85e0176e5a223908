/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <net/if.h>
#include <netinet/in.h>

#include "schema.h"

#define ADDRESS_TEXT_LEN (INET6_ADDRSTRLEN + IFNAMSIZ + 11) /* with zone, brackets and port */

#define ADDRESS_PROTO_OURS                                                    \
	0x67 /* IFA_PROTO of an address that we put on a device for ourselves \
	      */

/* An interface's own address: what "inet" and "inet6" set. */
struct prefix {
	struct address address;
	__u8 length; /* in the address's own family */
};

bool address_is_ipv4(const struct address *address);
bool address_is_unset(const struct address *address); /* neither an address nor a wildcard */
bool address_is_wildcard(const struct address *address);
bool address_is_multicast(const struct address *address);
bool address_is_linklocal(const struct address *address);
bool address_equal(const struct address *a, const struct address *b);

/* AF_INET or AF_INET6, and the 4 or 16 bytes that the kernel takes for it. */
int address_family(const struct address *address);
const void *address_bytes(const struct address *address);
size_t address_len(const struct address *address);
void address_set(struct address *address, int family, const void *bytes);

/* The text, "-" for an unset one; @text holds ADDRESS_TEXT_LEN. */
const char *address_text(const struct address *address, char *text);

/* "192.0.2.1:6081", "[2001:db8::1]:6081". */
const char *address_port_text(const struct address *address, unsigned int port, char *text);

/* The same with the zone of a link-local address, "[fe80::1%eth0]:6081". */
const char *address_zone_text(const struct address *address, const char *zone, unsigned int port,
			      char *text);

struct device_address {
	struct prefix prefix;
	unsigned int ifindex;
	unsigned char scope; /* RT_SCOPE_* */
	unsigned int flags;  /* IFA_F_* */
	unsigned char proto; /* who put it there */
};
typedef int (*address_found)(const struct device_address *address, void *data);

/*
 * The addresses of a device, 0 for all, and of AF_INET, AF_INET6 or AF_UNSPEC: calls
 * @found for each until it returns nonzero.  0 or -errno.
 */
int addresses_get(int family, unsigned int ifindex, address_found found, void *data);

/* Puts @prefix on the device, or takes it off. 0 or -errno. */
int address_add(unsigned int ifindex, const struct prefix *prefix);
int address_delete(unsigned int ifindex, const struct prefix *prefix);

/* The device that has @address, 0 if none has. */
unsigned int address_owner(const struct address *address);

/* The first global address of a family on a device; false if it has none. */
bool address_of_device(unsigned int ifindex, int family, struct address *address);

#endif
