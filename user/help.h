/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HELP_H
#define HELP_H

struct command {
	const char *name;
	const char *arguments;
	const char *help;
	int (*run)(const struct settings *settings, int argc, char **argv);
};

/* Prints the usage: both grammars, the commands, and each option's row. */
void help_print(const struct command *commands, unsigned long count);

#endif
