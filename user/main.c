// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* geneve-bpf: which command it is, and the exit status. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "error.h"
#include "fdb.h"
#include "help.h"
#include "netns.h"
#include "probe.h"
#include "rc.h"
#include "settings.h"
#include "stats.h"
#include "status.h"
#include "watch.h"
#include "words.h"

static int help_run(const struct settings *settings, int argc, char **argv);

static int version_run(const struct settings *settings, int argc, char **argv)
{
	(void)settings;
	(void)argc;
	(void)argv;
	puts("geneve-bpf " VERSION);
	return 0;
}

static const struct command commands[] = {
	{ "attach", "DEVICE --vni N [FLAG]...", "make an interface that receives on DEVICE",
	  attach_run },
	{ "detach", "DEVICE [--vni N] [--name I]", "destroy the interfaces on DEVICE", detach_run },
	{ "list", "", "one line an interface", list_run },
	{ "show", "[IFACE]", "status, as ifconfig gives it", status_run },
	{ "fdb", "[show [IFACE]]", "forwarding table", fdb_run },
	{ "fdb add|replace", "IFACE MAC REMOTE [--port N] [--static]", "enter an address",
	  fdb_run },
	{ "fdb add|replace", "IFACE flood REMOTE [--port N]",
	  "enter a remote that gets what is for all; flood or 00:00:00:00:00:00", fdb_run },
	{ "fdb del", "IFACE MAC [REMOTE [--port N]]", "remove the address", fdb_run },
	{ "fdb del", "IFACE flood REMOTE [--port N]", "remove the remote", fdb_run },
	{ "fdb flush", "IFACE [--all]", "remove the dynamic entries, or all", fdb_run },
	{ "stats", "[IFACE | DEVICE]", "counters", stats_run },
	{ "probe", "", "what this kernel offers", probe_run },
	{ "watch", "", "follow changes of the underlay, in the foreground", watch_run },
	{ "rc", "start|stop|restart|status [FILE]", "the interfaces of an rc.conf", rc_run },
	{ "-a", "", "status of all interfaces", all_run },
	{ "-l", "", "names of the interfaces", names_run },
	{ "-C", "", "what can be created", kinds_run },
	{ "--help", "", "this text", help_run },
	{ "--version", "", "version", version_run },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help_run(const struct settings *settings, int argc, char **argv)
{
	(void)settings;
	(void)argc;
	(void)argv;
	help_print(commands, COMMANDS);
	return 0;
}

/* Takes --json out of the arguments, wherever it stands. */
static int take_json(int argc, char **argv, struct settings *settings)
{
	int kept = 0;

	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			settings->json = true;
		else
			argv[kept++] = argv[i];
	return kept;
}

/* Takes what stands before the command; returns how many arguments it was, or -errno. */
static int take_settings(int argc, char **argv, struct settings *settings)
{
	int taken = 0, err;

	while (taken < argc && (!strcmp(argv[taken], "-v") || !strcmp(argv[taken], "-j"))) {
		if (argv[taken++][1] == 'v') {
			settings->verbose++;
			continue;
		}
		if (taken == argc)
			return refuse(EUSAGE, "-j", "namespace missing (-j NETNS)");
		err = netns_enter(argv[taken++]);
		if (err)
			return err;
	}
	return taken;
}

/* Called as ifconfig, it has only ifconfig's commands: "list" would be an interface. */
static bool is_command(const struct command *command, const char *word, bool ifconfig)
{
	return !strcmp(word, command->name) && (!ifconfig || command->name[0] == '-');
}

static bool asks_help(int argc, char **argv)
{
	return argc == 2 && !strcmp(argv[1], "--help");
}

static int run(int argc, char **argv)
{
	bool ifconfig = !strcmp(program_invocation_short_name, "ifconfig");
	struct settings settings = {};
	int taken;

	argc = take_json(argc - 1, argv + 1, &settings);
	argv++;
	taken = take_settings(argc, argv, &settings);
	if (taken < 0)
		return taken;
	error_init(settings.verbose);
	argc -= taken;
	argv += taken;
	if (!argc)
		return status_run(&settings, 0, argv);
	for (size_t i = 0; i < COMMANDS; i++)
		if (is_command(&commands[i], argv[0], ifconfig))
			return (asks_help(argc, argv) ? help_run : commands[i].run)(
				&settings, argc - 1, argv + 1);
	if (argv[0][0] == '-')
		return refuse(EUSAGE, NULL, "unknown flag \"%s\" (see --help)", argv[0]);
	return words_run(&settings, argc, argv);
}

int main(int argc, char **argv)
{
	int err = run(argc, argv);

	if (fflush(stdout) && !err)
		err = fail(5, NULL, "cannot write the output");
	return err == -EUSAGE ? 1 : -err;
}
