/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCPLAN_H
#define RCPLAN_H

#include <stdbool.h>

#include "rcconf.h"

/* One line for ifconfig: argv[0] is the interface. */
struct rc_line {
	char **argv;
	int argc;
	char *text;                     /* holds the words of the value */
	const struct rc_variable *from; /* what asks for it */
};

/* What the file says about an entry of cloned_interfaces. */
struct rc_interface {
	const char *name;
	const char *renamed; /* by ifconfig_IF_name; the same as name if it is not */
	struct rc_line create, rename;
	struct rc_line *configure; /* in this order */
	size_t lines;
	bool noauto; /* leave it as it was created */
	bool runs;   /* at the end of it */

	/* rc.c's: */
	const char *now; /* its name as found; NULL: absent */
	int err;
};

struct rc_plan {
	struct rcconf conf;
	struct rc_line cloned; /* argv: the names */
	struct rc_interface *interface;
	size_t count;
};

/* Reads the file, all of it, before anything is done.  Reports errors; free in any case. */
int rc_plan_read(const char *file, struct rc_plan *plan);
void rc_plan_free(struct rc_plan *plan);

#endif
