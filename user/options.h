/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "request.h"

enum option_type {
	OPTION_NUMBER,
	OPTION_TTL,     /* a number or, for GENEVE, "inherit" */
	OPTION_RANGE,   /* two ports: LO HI as words, LO-HI as a flag */
	OPTION_ADDRESS, /* unicast, or the wildcard */
	OPTION_GROUP,   /* multicast; in the place of the remote */
	OPTION_DEVICE,
	OPTION_CHOICE,
	OPTION_SWITCH,   /* WORD and -WORD; --FLAG and --no-FLAG */
	OPTION_HARDWARE, /* the same, of the underlay device */
	OPTION_MAC,
	OPTION_PREFIX4, /* ADDRESS/LENGTH of the interface */
	OPTION_PREFIX6,
	OPTION_NETMASK, /* these say more of the address before them */
	OPTION_PREFIXLEN,
	OPTION_ALIAS,
	OPTION_DELETE,
	OPTION_TEXT,
	OPTION_NAME,
	OPTION_FLUSH,
	OPTION_MEMBER,
	OPTION_PROMISC,
	OPTION_UP,
	OPTION_DOWN,
};

enum option_when {
	WHEN_CREATE,  /* right after "create" */
	WHEN_STOPPED, /* not while running or external: EBUSY */
	WHEN_ALWAYS,
};

/* One row is all there is to say about an option; everything else derives from it. */
struct option {
	const char *word;  /* ifconfig's, without the protocol's prefix unless generic */
	const char *alias; /* another word for it, whole */
	const char *flag;  /* attach's, without the dashes; NULL: it has none */
	const char *arg;   /* what its value is called in help; NULL: it has none */
	enum option_type type;
	enum option_when when;
	unsigned int on;            /* enum request_on: what has it; 0: every tunnel */
	bool generic;               /* the word has no prefix */
	size_t offset, size;        /* in struct request */
	unsigned long min, max;     /* of a number */
	const char *const *choices; /* NULL-terminated; the value is the index */
	__u32 bit;            /* of a switch, in segment.flags; what a word of an action says */
	const char *json;     /* its key in JSON; NULL: facts.c knows, or it is an action */
	const char *fallback; /* its default, for help */
	const char *help;
};

extern const struct option options[];
extern const size_t options_count;

/* Whether the option is one of what the request is about. */
bool option_applies(const struct option *option, const struct request *request);

/* The option of an ifconfig word, without a leading "-"; NULL if there is none. */
const struct option *option_of_word(const char *word, const struct request *request);

/* The option of a flag, without its dashes. */
const struct option *option_of_flag(const char *flag);

/* Whether "-WORD" and "--no-FLAG" mean something. */
bool option_negates(const struct option *option);

/* How many values follow the word: 0 to 2. */
int option_values(const struct option *option);

#endif
