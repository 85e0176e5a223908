/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "request.h"

enum option_type {
	OPTION_NUMBER,
	OPTION_ADDRESS, /* unicast, or the wildcard */
	OPTION_DEVICE,
	OPTION_CHOICE,
	OPTION_SWITCH, /* WORD and -WORD; --FLAG and --no-FLAG */
	OPTION_MAC,
	OPTION_PREFIX4, /* ADDRESS/LENGTH of the interface */
	OPTION_PREFIX6,
	OPTION_UP,
	OPTION_DOWN,
};

enum option_when {
	WHEN_CREATE,  /* right after "create" */
	WHEN_STOPPED, /* not while running: EBUSY */
	WHEN_ALWAYS,
};

/* One row is all there is to say about an option; everything else derives from it. */
struct option {
	const char *word; /* ifconfig's, without the protocol's prefix unless generic */
	const char *flag; /* attach's, without the dashes; NULL: it has none */
	const char *arg;  /* what its value is called in help; NULL: it has none */
	enum option_type type;
	enum option_when when;
	bool generic;               /* the word has no prefix */
	size_t offset, size;        /* in struct request */
	unsigned long min, max;     /* of a number */
	const char *const *choices; /* NULL-terminated; the value is the index */
	__u32 bit;                  /* of a switch, in segment.flags */
	const char *fallback;       /* its default, for help */
	const char *help;
};

extern const struct option options[];
extern const size_t options_count;

/*
 * Takes one option with its @value (NULL for an option that has none; @on is
 * false for a negated switch) into the request.  Reports and returns -EUSAGE
 * or -EBUSY, with @said, the word as the user wrote it.
 */
int option_take(const struct option *option, const char *said, const char *value, bool on,
		struct request *request);

#endif
