// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The ifconfig(8) grammar: IFACE [create] WORD [VALUE] ... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "bridge.h"
#include "error.h"
#include "nic.h"
#include "options.h"
#include "protocols.h"
#include "status.h"
#include "value.h"
#include "words.h"

/* An address alone is an "inet" or "inet6", as for ifconfig. */
static const struct option *option_of_address(const char *text, const struct request *request)
{
	struct prefix prefix;

	if (value_is_prefix(text, AF_INET, &prefix))
		return option_of_word("inet", request);
	return value_is_prefix(text, AF_INET6, &prefix) ? option_of_word("inet6", request) : NULL;
}

/* Takes the word at argv[0]; returns how many arguments it was, or -errno. */
static int take_word(struct request *request, int argc, char **argv)
{
	bool on = argv[0][0] != '-';
	const char *const *values = (const char *const *)argv + 1;
	const struct option *option = option_of_word(argv[0] + !on, request);
	int wants, taken = 1, err;

	if (!strcmp(argv[0], "destroy") || !strcmp(argv[0], "create"))
		return refuse(EUSAGE, request->name, "%s: not among other words", argv[0]);
	if (!option && on) {
		option = option_of_address(argv[0], request);
		if (option) {
			values--;
			taken = 0;
		}
	}
	if (!option || (!on && !option_negates(option)))
		return refuse(EUSAGE, request->name, "unknown word \"%s\" (see --help)", argv[0]);
	wants = on ? option_values(option) : 0;
	taken += wants;
	if (argc < taken)
		return refuse(EUSAGE, request->name, "%s: value missing (%s)", argv[0],
			      option->arg);
	err = request_take(request, option, taken > wants ? argv[0] : option->word, values, on);
	return err ?: taken;
}

static int take_words(struct request *request, int argc, char **argv)
{
	while (argc) {
		int taken = take_word(request, argc, argv);

		if (taken < 0)
			return taken;
		argc -= taken;
		argv += taken;
	}
	return 0;
}

static int check_new_name(const struct session *session, const char *name)
{
	struct segment segment;

	if (strlen(name) >= IFNAMSIZ || strpbrk(name, "/%: "))
		return refuse(EUSAGE, name,
			      "cannot be an interface's name (15 characters at most)");
	if (links_find_name(&session->links, name) || session_find(session, name, &segment))
		return refuse(EEXIST, name, "exists already (destroy it, or take another name)");
	return 0;
}

static int init_new(const struct session *session, const char *name, struct request *request)
{
	enum protocol protocol = protocol_of_name(name);

	if (protocol)
		request_init(request, name, protocol);
	else if (bridge_names(name))
		request_init_device(request, name, ON_BRIDGE);
	else
		return refuse(
			EUSAGE, name,
			"the name must start with what it is to be: geneve0, vxlan0, bridge0");
	request->create = true;
	return check_new_name(session, name);
}

/* What exists already: its words start from what it is now. */
static int init_existing(struct session *session, const char *name, struct request *request,
			 struct segment *before)
{
	const struct link *link = links_find_name(&session->links, name);
	__u32 id;
	int err;

	if (link && !session_find(session, name, before) && link->group != PORT_GROUP) {
		bool bridge = !strcmp(link->kind, "bridge");

		request_init_device(request, name, bridge ? ON_BRIDGE : ON_DEVICE);
		request->running = link->flags & IFF_UP;
		return 0;
	}
	err = session_get(session, name, &id, before);
	if (err)
		return err;
	request_init(request, name, before->protocol);
	request->segment = *before;
	request->running = before->flags & SEGMENT_RUNNING;
	return 0;
}

/* A device of another sort takes the words of its hardware, and no others. */
static int check_device(struct session *session, const struct request *request, const char *word)
{
	struct segment segment;
	__u32 id;

	if (request->on != ON_DEVICE || option_of_word(word + (*word == '-'), request))
		return 0;
	return session_get(session, request->name, &id, &segment); /* it says what is wrong */
}

static int create_or_change(struct session *session, int argc, char **argv)
{
	bool create = !strcmp(argv[1], "create") || !strcmp(argv[1], "plumb");
	struct segment before = {};
	struct request request;
	int err;

	err = create ? init_new(session, argv[0], &request)
		     : init_existing(session, argv[0], &request, &before);
	if (!err)
		err = check_device(session, &request, argv[1]);
	if (err)
		return err;
	request.destroy = argc == 2 && (!strcmp(argv[1], "destroy") || !strcmp(argv[1], "unplumb"));
	if (!request.destroy)
		err = take_words(&request, argc - 1 - create, argv + 1 + create);
	if (err)
		return err;
	if (request.on == ON_BRIDGE)
		return bridge_apply(session, &request);
	return request.on == ON_DEVICE ? nic_apply(session, &request)
				       : apply(session, &request, &before);
}

int words_run(const struct settings *settings, int argc, char **argv)
{
	struct session session;
	int err = session_open(&session);

	if (err)
		return err;
	if (argc == 1)
		err = status_one(&session, settings, argv[0]);
	else
		err = create_or_change(&session, argc, argv);
	session_close(&session);
	return err;
}
