/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LINKS_H
#define LINKS_H

#include <stddef.h>

#include "link.h"

/*
 * The links of the namespace, as they were when they were first asked for.  One
 * that is looked for is asked for alone, unless all are known: with thousands
 * of interfaces, listing them takes longer than all else that a command does.
 */
struct links {
	struct link **link; /* by ifindex, once all are known */
	size_t count;
	bool complete;
};

/* Forgets all. */
void links_free(struct links *links);

/* Gets to know all.  0 or -errno. */
int links_complete(struct links *links);

/* The link of that number or name; NULL if there is none. */
const struct link *links_find(const struct links *links, unsigned int ifindex);
const struct link *links_find_name(const struct links *links, const char *name);

/* Reads a link that is known again, after a change of ours; it keeps its place. */
void links_again(struct links *links, unsigned int ifindex);

/*
 * Calls @found for each link, in the kernel's order, until it returns other than
 * 0, which is then the result; else 0 or -errno.
 */
typedef int (*link_found)(const struct link *link, void *data);
int links_search(link_found found, void *data);

#endif
