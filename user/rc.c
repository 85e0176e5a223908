// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The interfaces of an rc.conf, as FreeBSD's rc.d/netif starts and stops them. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "facts.h"
#include "rc.h"
#include "rcplan.h"
#include "words.h"

static bool exists(const struct session *session, const char *name)
{
	struct segment segment;

	return links_find_name(&session->links, name) || session_find(session, name, &segment);
}

/* Its name as it is now; NULL if it is absent. */
static const char *present(const struct session *session, const struct rc_interface *interface)
{
	if (exists(session, interface->renamed))
		return interface->renamed;
	return exists(session, interface->name) ? interface->name : NULL;
}

/* Each line for ifconfig takes a session of its own, so this one must be over before. */
static int look(struct rc_plan *plan)
{
	struct session session;
	int err = session_open(&session);

	if (err)
		return err;
	for (size_t i = 0; i < plan->count; i++)
		plan->interface[i].now = present(&session, &plan->interface[i]);
	session_close(&session);
	return 0;
}

/* A failure says which variable asked for it, and how the interface is left. */
static int run_line(const struct settings *settings, const struct rc_plan *plan,
		    const struct rc_line *line, const char *left)
{
	char context[PATH_MAX + 128];
	int err;

	snprintf(context, sizeof(context), "%s:%u: %s%s", plan->conf.file, line->from->line,
		 line->from->name, left);
	error_context(context);
	err = words_run(settings, line->argc, line->argv);
	error_context(NULL);
	return err;
}

static int create(const struct settings *settings, const struct rc_plan *plan,
		  const struct rc_interface *interface)
{
	int err = interface->now ? 0 : run_line(settings, plan, &interface->create, "");

	if (!err && interface->rename.argc && interface->now != interface->renamed)
		err = run_line(settings, plan, &interface->rename, "; not renamed, not configured");
	return err;
}

static int configure(const struct settings *settings, const struct rc_plan *plan,
		     const struct rc_interface *interface)
{
	const char *left = interface->now ? "; not fully configured"
					  : "; created, but not fully configured";
	int err = 0;

	for (size_t i = 0; !err && !interface->noauto && i < interface->lines; i++)
		err = run_line(settings, plan, &interface->configure[i], left);
	return err;
}

/*
 * All are created before one is configured: a bridge may stand before its
 * members.  What fails for one leaves the others alone; the first error counts.
 */
static int start(const struct settings *settings, struct rc_plan *plan)
{
	int first = look(plan);

	if (first)
		return first;
	for (size_t i = 0; i < plan->count; i++) {
		plan->interface[i].err = create(settings, plan, &plan->interface[i]);
		first = first ?: plan->interface[i].err;
	}
	for (size_t i = 0; i < plan->count; i++)
		if (!plan->interface[i].err) {
			int err = configure(settings, plan, &plan->interface[i]);

			first = first ?: err;
		}
	return first;
}

static int destroy(const struct settings *settings, const struct rc_plan *plan,
		   const struct rc_interface *interface)
{
	char *argv[] = { (char *)interface->now, "destroy" };
	struct rc_line line = { .argv = argv, .argc = 2, .from = plan->cloned.from };

	return interface->now ? run_line(settings, plan, &line, "") : 0;
}

static int destroy_all(const struct settings *settings, const struct rc_plan *plan)
{
	int first = 0;

	for (size_t i = plan->count; i--;) {
		int err = destroy(settings, plan, &plan->interface[i]);

		first = first ?: err;
	}
	return first;
}

static int stop(const struct settings *settings, struct rc_plan *plan)
{
	return look(plan) ?: destroy_all(settings, plan);
}

static int restart(const struct settings *settings, struct rc_plan *plan)
{
	int err = look(plan), started;

	if (err)
		return err;
	err = destroy_all(settings, plan);
	started = start(settings, plan);
	return err ?: started;
}

/* The state in a word, and whether the interface is as it should be. */
static const char *state_of(const struct session *session, const struct rc_interface *interface,
			    bool *right)
{
	const char *now = present(session, interface);
	const struct link *link = now ? links_find_name(&session->links, now) : NULL;
	struct segment segment;
	struct facts facts;
	const char *state;

	*right = false;
	if (!now)
		return "absent";
	if (session_find(session, now, &segment)) {
		facts_get(session, &segment, &facts);
		state = facts_state(&facts);
	} else if (link && !strcmp(link->kind, "bridge")) {
		state = link->flags & IFF_UP ? "running" : "down";
	} else {
		return "not ours";
	}
	*right = !interface->runs || !strcmp(state, "running") || !strcmp(state, "moved");
	return state;
}

static void say(struct json_object *all, const char *name, const char *state)
{
	struct json_object *object;

	if (!all) {
		printf("%-15s %s\n", name, state);
		return;
	}
	object = json_object_new_object();
	json_object_object_add(object, "name", json_object_new_string(name));
	json_object_object_add(object, "state", json_object_new_string(state));
	json_object_array_add(all, object);
}

static int status(const struct settings *settings, struct rc_plan *plan)
{
	struct json_object *all;
	struct session session;
	bool right, all_right = true;
	int err = session_open(&session);

	if (err)
		return err;
	all = settings->json ? json_object_new_array() : NULL;
	for (size_t i = 0; i < plan->count; i++) {
		say(all, plan->interface[i].renamed,
		    state_of(&session, &plan->interface[i], &right));
		all_right &= right;
	}
	if (all)
		json_print(all);
	session_close(&session);
	return all_right ? 0 : -1;
}

static const struct {
	const char *name;
	int (*run)(const struct settings *settings, struct rc_plan *plan);
} verbs[] = {
	{ "start", start },
	{ "stop", stop },
	{ "restart", restart },
	{ "status", status },
};

int rc_run(const struct settings *settings, int argc, char **argv)
{
	const char *file = argc > 1 ? argv[1] : RC_CONF;
	struct rc_plan plan;
	int err;

	if (!argc)
		return refuse(EUSAGE, "rc", "verb missing (start, stop, restart or status)");
	if (argc > 2)
		return refuse(EUSAGE, "rc", "unexpected \"%s\"", argv[2]);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[0], verbs[i].name))
			continue;
		err = rc_plan_read(file, &plan) ?: verbs[i].run(settings, &plan);
		rc_plan_free(&plan);
		return err;
	}
	return refuse(EUSAGE, "rc", "unknown verb \"%s\" (start, stop, restart or status)",
		      argv[0]);
}
