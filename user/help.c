// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --help, from the command table and the option table. */
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "protocols.h"
#include "settings.h"
#include "help.h"

#define COMMAND_WIDTH 36

/* What not every interface has. */
static const char *only(const struct option *option)
{
	switch (option->on) {
	case ON_GENEVE:
		return "; geneve only";
	case ON_BRIDGE:
		return "; bridges only";
	case ON_TUNNEL | ON_DEVICE:
		return "; also a word of the device itself";
	default:
		return "";
	}
}

static void print_word(const struct option *option)
{
	char said[48];

	snprintf(said, sizeof(said), "%s%s%s%s%s", option_negates(option) ? "[-]" : "",
		 option->generic ? "" : protocol_info(PROTO_GENEVE)->prefix, option->word,
		 option->arg ? " " : "", option->arg ?: "");
	printf("  %-28s %s%s", said, option->help, only(option));
	if (option->alias)
		printf("; or \"%s\"", option->alias);
	if (option->fallback)
		printf(" (default: %s)", option->fallback);
	printf("\n");
}

static void print_flag(const struct option *option)
{
	char said[48];

	snprintf(said, sizeof(said), "--%s%s%s%s", option_negates(option) ? "[no-]" : "",
		 option->flag, option->arg ? " " : "", option->arg ?: "");
	if (option->type == OPTION_RANGE)
		*strrchr(said, ' ') = '-';
	if (option->word)
		printf("  %-28s as %s%s\n", said,
		       option->generic ? "" : protocol_info(PROTO_GENEVE)->prefix, option->word);
	else
		printf("  %-28s %s (default: %s)\n", said, option->help, option->fallback);
}

/* What does not fit its column has its help below. */
static void print_command(const struct command *command)
{
	char said[64];

	snprintf(said, sizeof(said), "%s %s", command->name, command->arguments);
	if (strlen(said) >= COMMAND_WIDTH)
		printf("  %s\n  %-*s%s\n", said, COMMAND_WIDTH, "", command->help);
	else
		printf("  %-*s%s\n", COMMAND_WIDTH, said, command->help);
}

void help_print(const struct command *commands, unsigned long count)
{
	printf("Usage: geneve-bpf [-v] [-j NETNS] [--json] COMMAND ...\n"
	       "       geneve-bpf [-v] [-j NETNS] [--json] IFACE [create] [WORD [VALUE]]...\n"
	       "       geneve-bpf [-j NETNS] IFACE destroy\n"
	       "\nGENEVE and VXLAN tunnel interfaces with the data path in BPF.\n\nCommands:\n");
	for (unsigned long i = 0; i < count; i++)
		print_command(&commands[i]);
	printf("\nWords of an interface; those of a vxlan interface have \"vxlan\" for \"geneve\":\n");
	for (size_t i = 0; i < options_count; i++)
		if (options[i].word)
			print_word(&options[i]);
	printf("\nFlags of attach:\n  %-28s geneve or vxlan (default: geneve)\n  %-28s name of the interface "
	       "(default: the next free number)\n",
	       "--type TYPE", "--name NAME");
	for (size_t i = 0; i < options_count; i++)
		if (options[i].flag)
			print_flag(&options[i]);
	printf("\nSee geneve-bpf(8).\n");
}
