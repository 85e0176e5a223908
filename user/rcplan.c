// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From variables to lines for ifconfig, as FreeBSD's network.subr and rc.d/netif make them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>

#include "error.h"
#include "rccheck.h"
#include "rcplan.h"

static int no_memory(const struct rc_plan *plan)
{
	return fail(ENOMEM, plan->conf.file, "cannot read it");
}

/* netif renames first and then goes by the new name; the old one also is meant. */
static const struct rc_variable *
get_ifconfig(const struct rc_plan *plan, const struct rc_interface *interface, const char *suffix)
{
	return rcconf_get_for(&plan->conf, "ifconfig_", interface->renamed, suffix)
		       ?: rcconf_get_for(&plan->conf, "ifconfig_", interface->name, suffix);
}

static int add_word(const struct rc_plan *plan, struct rc_line *line, const char *word)
{
	char **grown = reallocarray(line->argv, line->argc + 1, sizeof(*grown));

	if (!grown)
		return no_memory(plan);
	line->argv = grown;
	grown[line->argc++] = (char *)word; /* nobody writes to it */
	return 0;
}

static int add_words(const struct rc_plan *plan, struct rc_line *line,
		     const struct rc_variable *variable)
{
	line->text = malloc(strlen(variable->value) + 1);
	if (!line->text)
		return no_memory(plan);
	return rcconf_split(&plan->conf, variable, line->text, &line->argv, &line->argc);
}

static bool has_word(const struct rc_line *line, const char *word)
{
	for (int i = 1; i < line->argc; i++)
		if (!strcasecmp(line->argv[i], word))
			return true;
	return false;
}

/* A new line for the interface, or NULL; reported. */
static struct rc_line *add_line(const struct rc_plan *plan, struct rc_interface *interface,
				const struct rc_variable *from)
{
	size_t size = sizeof(*interface->configure);
	struct rc_line *grown = reallocarray(interface->configure, interface->lines + 1, size),
		       *line;

	if (!grown) {
		no_memory(plan);
		return NULL;
	}
	interface->configure = grown;
	line = &grown[interface->lines++];
	*line = (struct rc_line) { .from = from };
	return add_word(plan, line, interface->renamed) ? NULL : line;
}

static int plan_create(const struct rc_plan *plan, struct rc_interface *interface)
{
	const struct rc_variable *args =
		rcconf_get_for(&plan->conf, "create_args_", interface->name, "");
	struct rc_line *line = &interface->create;
	int err = add_word(plan, line, interface->name) ?: add_word(plan, line, "create");

	line->from = args ?: plan->cloned.from;
	if (!err && args)
		err = add_words(plan, line, args);
	interface->runs = has_word(line, "up");
	return err;
}

static int plan_rename(const struct rc_plan *plan, struct rc_interface *interface)
{
	const struct rc_variable *name =
		rcconf_get_for(&plan->conf, "ifconfig_", interface->name, "_name");
	struct rc_line *line = &interface->rename;
	struct shell_text place;
	int err;

	interface->renamed = interface->name;
	if (!name)
		return 0;
	place = rcconf_place(&plan->conf, name);
	line->from = name;
	err = add_word(plan, line, interface->name) ?: add_word(plan, line, "name");
	if (!err)
		err = add_words(plan, line, name);
	if (err)
		return err;
	if (line->argc != 3 || strlen(line->argv[2]) >= IFNAMSIZ || !line->argv[2][0])
		return shell_error(&place, "not one name of at most 15 characters");
	interface->renamed = line->argv[2];
	return 0;
}

static int plan_description(const struct rc_plan *plan, struct rc_interface *interface)
{
	const struct rc_variable *text = get_ifconfig(plan, interface, "_descr");
	struct rc_line *line = text ? add_line(plan, interface, text) : NULL;

	if (!text)
		return 0;
	return line ? add_word(plan, line, "description") ?: add_word(plan, line, text->value)
		    : -ENOMEM;
}

/* The words of rc.conf(5) that stand for a program beside ifconfig. */
static int check_keywords(const struct rc_plan *plan, const struct rc_line *line)
{
	static const char *const keywords[] = { "DHCP", "SYNCDHCP", "NOSYNCDHCP", "WPA", "HOSTAP" };

	struct shell_text place = rcconf_place(&plan->conf, line->from);

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (has_word(line, keywords[i]))
			return shell_error(&place,
					   "%s is not supported (give \"inet ADDRESS/LEN\")",
					   keywords[i]);
	return 0;
}

/* The words of one variable, and @last if it is not among them; no line without a variable. */
static int plan_words(const struct rc_plan *plan, struct rc_interface *interface,
		      const struct rc_variable *from, const char *last)
{
	struct rc_line *line = from ? add_line(plan, interface, from) : NULL;
	int err;

	if (!from)
		return 0;
	err = line ? add_words(plan, line, from) ?: check_keywords(plan, line) : -ENOMEM;
	if (!err && last && !has_word(line, last))
		err = add_word(plan, line, last);
	return err;
}

static const struct rc_variable *get_alias(const struct rc_plan *plan,
					   const struct rc_interface *interface, unsigned int i)
{
	char suffix[24];

	snprintf(suffix, sizeof(suffix), "_alias%u", i);
	return get_ifconfig(plan, interface, suffix);
}

static int plan_aliases(const struct rc_plan *plan, struct rc_interface *interface)
{
	const struct rc_variable *alias;
	int err = 0;

	for (unsigned int i = 0; !err && (alias = get_alias(plan, interface, i)); i++)
		err = plan_words(plan, interface, alias, "alias");
	return err;
}

static int plan_configuration(const struct rc_plan *plan, struct rc_interface *interface)
{
	const struct rc_variable *words = get_ifconfig(plan, interface, "");
	const struct rc_variable *ipv6 = get_ifconfig(plan, interface, "_ipv6");
	const struct rc_variable *any = words ?: ipv6 ?: get_alias(plan, interface, 0);
	struct rc_line *up;
	int err = plan_description(plan, interface) ?: plan_words(plan, interface, words, NULL);

	if (!err && words)
		interface->noauto = has_word(&interface->configure[interface->lines - 1], "NOAUTO");
	if (!err)
		err = plan_words(plan, interface, ipv6, NULL);
	if (err || !any)
		return err;
	interface->runs |= !interface->noauto;
	up = add_line(plan, interface, any);
	return up ? add_word(plan, up, "up") ?: plan_aliases(plan, interface) : -ENOMEM;
}

static int plan_interface(struct rc_plan *plan, const char *name)
{
	struct rc_interface *interface = &plan->interface[plan->count++];
	struct shell_text place = rcconf_place(&plan->conf, plan->cloned.from);

	interface->name = name;
	if (strlen(name) >= IFNAMSIZ || !*name)
		return shell_error(&place, "\"%.64s\" cannot be an interface's name", name);
	return plan_create(plan, interface) ?:
	       plan_rename(plan, interface) ?:
	       rc_check_names(plan, interface) ?:
	       plan_configuration(plan, interface);
}

int rc_plan_read(const char *file, struct rc_plan *plan)
{
	struct rc_line *cloned = &plan->cloned;
	int err;

	memset(plan, 0, sizeof(*plan));
	err = rcconf_read(file, &plan->conf);
	if (err)
		return err;
	cloned->from = rcconf_get(&plan->conf, "cloned_interfaces");
	if (!cloned->from)
		return 0;
	err = add_words(plan, cloned, cloned->from);
	if (err)
		return err;
	plan->interface = calloc(cloned->argc, sizeof(*plan->interface));
	if (!plan->interface)
		return no_memory(plan);
	for (int i = 0; !err && i < cloned->argc; i++)
		err = plan_interface(plan, cloned->argv[i]);
	return err ?: rc_check_variables(plan);
}

static void line_free(struct rc_line *line)
{
	free(line->argv);
	free(line->text);
}

void rc_plan_free(struct rc_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct rc_interface *interface = &plan->interface[i];

		line_free(&interface->create);
		line_free(&interface->rename);
		for (size_t line = 0; line < interface->lines; line++)
			line_free(&interface->configure[line]);
		free(interface->configure);
	}
	free(plan->interface);
	line_free(&plan->cloned);
	rcconf_free(&plan->conf);
}
