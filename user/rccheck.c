// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What cannot be in an rc.conf although its syntax is right. */
#include <string.h>

#include "protocols.h"
#include "rccheck.h"

/* Whether the variables of one are the variables of the other. */
static bool same_variables(const char *a, const char *b)
{
	while (*a && *b && rcconf_character(*a) == rcconf_character(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

static bool names_clash(const struct rc_interface *a, const struct rc_interface *b)
{
	return same_variables(a->name, b->name) || same_variables(a->name, b->renamed) ||
	       same_variables(a->renamed, b->name) || same_variables(a->renamed, b->renamed);
}

/* A name that leaves the number to us would be another interface at each start. */
static bool lacks_number(const char *name)
{
	enum protocol protocol = protocol_of_name(name);

	return !strcmp(name, "bridge") ||
	       (protocol && !strcmp(name, protocol_info(protocol)->prefix));
}

int rc_check_names(const struct rc_plan *plan, const struct rc_interface *interface)
{
	struct shell_text place = rcconf_place(&plan->conf, plan->cloned.from);

	if (lacks_number(interface->name))
		return shell_error(&place, "\"%s\" needs its number (%s0)", interface->name,
				   interface->name);
	for (const struct rc_interface *other = plan->interface; other < interface; other++) {
		if (!strcmp(other->name, interface->name))
			return shell_error(&place, "\"%s\" is there twice", other->name);
		if (names_clash(other, interface))
			return shell_error(&place, "\"%s\" and \"%s\" have the same variables",
					   other->name, interface->name);
	}
	return 0;
}

/* The length of @name if @rest, of a variable's name, is about it; or 0. */
static size_t match_name(const char *rest, const char *name)
{
	size_t length = 0;

	while (name[length] && rcconf_character(name[length]) == rest[length])
		length++;
	return name[length] || (rest[length] && rest[length] != '_') ? 0 : length;
}

static bool known_suffix(const char *suffix)
{
	static const char *const known[] = { "", "_ipv6", "_descr", "_name" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(suffix, known[i]))
			return true;
	return !strncmp(suffix, "_alias", 6) && suffix[6] &&
	       strspn(suffix + 6, "0123456789") == strlen(suffix + 6);
}

/*
 * An rc.conf has much that is not for us; but what it says of our interfaces
 * and we cannot do must not pass in silence.
 */
static int check_variable(const struct rc_plan *plan, const struct rc_variable *variable)
{
	const char *rest = variable->name + strlen("ifconfig_");
	struct shell_text place = rcconf_place(&plan->conf, variable);
	size_t longest = 0, length;

	if (strncmp(variable->name, "ifconfig_", strlen("ifconfig_")))
		return 0;
	for (size_t i = 0; i < plan->count; i++) {
		length = match_name(rest, plan->interface[i].name);
		longest = length > longest ? length : longest;
		length = match_name(rest, plan->interface[i].renamed);
		longest = length > longest ? length : longest;
	}
	if (!longest || known_suffix(rest + longest))
		return 0;
	return shell_error(&place, "not supported (after the interface's name can stand "
				   "_ipv6, _alias0, _descr or _name)");
}

int rc_check_variables(const struct rc_plan *plan)
{
	int err = 0;

	for (size_t i = 0; !err && i < plan->conf.count; i++)
		err = check_variable(plan, &plan->conf.variable[i]);
	return err;
}
