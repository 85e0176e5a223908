/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef VALUE_H
#define VALUE_H

#include "address.h"

/*
 * Each parses @text, the value of the word @said for the interface @who, all
 * of it.  A value that cannot be is reported; the result is 0 or -EUSAGE.
 */

/* Decimal, 0x or 0 prefixed, into an unsigned field of @size bytes. */
int value_number(const char *who, const char *said, const char *text, unsigned long min,
		 unsigned long max, void *field, size_t size);

/*
 * A name or number of a host; not multicast.  The zone of a link-local
 * address, which must have one or get one by the device to attach to, goes to
 * @zone (IFNAMSIZ).
 */
int value_address(const char *who, const char *said, const char *text, struct address *address,
		  char *zone);

/* The same for a multicast group. */
int value_group(const char *who, const char *said, const char *text, struct address *address);

/* A device's name, into IFNAMSIZ bytes; whether it exists is not asked. */
int value_device(const char *who, const char *said, const char *text, char *name);

/* One of @choices; its index goes to *@field, if that is not NULL. */
int value_choice(const char *who, const char *said, const char *text, const char *const *choices,
		 __u8 *field);

/* An Ethernet address that a device can have: neither multicast nor zero. */
int value_mac(const char *who, const char *said, const char *text, __u8 *mac);

/* 255.255.255.0 or 0xffffff00, as the length of a prefix. */
int value_netmask(const char *who, const char *said, const char *text, unsigned int *length);

/*
 * ADDRESS or ADDRESS/LENGTH of a family; PREFIX_UNSET as length where it has none.
 * The first function only says whether it is one.
 */
bool value_is_prefix(const char *text, int family, struct prefix *prefix);
int value_prefix(const char *who, const char *said, const char *text, int family,
		 struct prefix *prefix);

#endif
