/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCCONF_H
#define RCCONF_H

#include <stddef.h>

#include "shell_word.h"

/* A file of assignments in the syntax of rc.conf(5): read, never run. */
struct rc_variable {
	const char *name;
	char *value;
	unsigned int line;
};

struct rcconf {
	const char *file;
	char *text; /* holds the names */
	struct rc_variable *variable;
	size_t count;
};

/* Reads and checks the whole file.  Reports errors; rcconf_free() in any case. */
int rcconf_read(const char *file, struct rcconf *conf);
void rcconf_free(struct rcconf *conf);

/* The variable of that name, as it is at the end of the file; NULL if unset or empty. */
const struct rc_variable *rcconf_get(const struct rcconf *conf, const char *name);

/* The same for PREFIX, an interface's name and SUFFIX, as that name stands in a variable's. */
const struct rc_variable *rcconf_get_for(const struct rcconf *conf, const char *prefix,
					 const char *interface, const char *suffix);

/* What stands there for a character of the name: "_" for what a variable cannot have. */
char rcconf_character(char c);

/* Where a variable is set, for shell_error(). */
struct shell_text rcconf_place(const struct rcconf *conf, const struct rc_variable *variable);

/*
 * Appends the words of a value to *@argv, an array of *@argc that grows; they
 * point into @copy, as large as the value.  Reports errors and returns -errno.
 */
int rcconf_split(const struct rcconf *conf, const struct rc_variable *variable, char *copy,
		 char ***argv, int *argc);

#endif
