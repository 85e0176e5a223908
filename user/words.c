// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The ifconfig(8) grammar: IFACE [create] WORD [VALUE] ... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "error.h"
#include "options.h"
#include "protocols.h"
#include "status.h"
#include "words.h"

/* Whether @word names @option for an interface of @protocol: "mtu", "geneveid". */
static bool names(const struct option *option, const char *word, enum protocol protocol)
{
	const char *prefix = protocol_info(protocol)->prefix;

	if (!option->word)
		return false;
	if (option->generic)
		return !strcmp(word, option->word);
	return !strncmp(word, prefix, strlen(prefix)) &&
	       !strcmp(word + strlen(prefix), option->word);
}

static const struct option *find(const char *word, enum protocol protocol)
{
	for (size_t i = 0; i < options_count; i++)
		if (names(&options[i], word, protocol))
			return &options[i];
	return NULL;
}

/* Takes the word at argv[0]; returns how many arguments it was, or -errno. */
static int take_word(struct request *request, int argc, char **argv)
{
	bool on = argv[0][0] != '-';
	const struct option *option = find(argv[0] + !on, request->segment.protocol);
	int err;

	if (!strcmp(argv[0], "destroy") || !strcmp(argv[0], "create"))
		return refuse(EUSAGE, request->name, "%s: not among other words", argv[0]);
	if (!option || (!on && option->type != OPTION_SWITCH))
		return refuse(EUSAGE, request->name, "unknown word \"%s\" (see --help)", argv[0]);
	if (option->arg && argc < 2)
		return refuse(EUSAGE, request->name, "%s: value missing (%s)", argv[0],
			      option->arg);
	err = option_take(option, argv[0], option->arg ? argv[1] : NULL, on, request);
	return err ?: option->arg ? 2 : 1;
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

	if (strlen(name) >= IFNAMSIZ || strchr(name, '/') || strchr(name, '%'))
		return refuse(EUSAGE, name,
			      "cannot be an interface's name (15 characters at most)");
	if (links_find_name(&session->links, name) || session_find(session, name, &segment))
		return refuse(EEXIST, name, "exists already (destroy it, or take another name)");
	return 0;
}

/* An existing interface: its words start from what it is now. */
static int open_request(const struct session *session, const char *name, struct request *request)
{
	struct segment segment;
	__u32 id;
	int err = session_get(session, name, &id, &segment);

	if (err)
		return err;
	request_init(request, name, segment.protocol);
	request->segment = segment;
	request->running = segment.flags & SEGMENT_RUNNING;
	return 0;
}

static int create_or_change(struct session *session, int argc, char **argv)
{
	bool create = !strcmp(argv[1], "create") || !strcmp(argv[1], "plumb");
	enum protocol protocol = protocol_of_name(argv[0]);
	struct segment before = {};
	struct request request;
	int err;

	if (create) {
		if (!protocol)
			return refuse(EUSAGE, argv[0],
				      "the name must start with a tunnel type: geneve0");
		err = check_new_name(session, argv[0]);
		if (err)
			return err;
		request_init(&request, argv[0], protocol);
		request.create = true;
	} else {
		err = open_request(session, argv[0], &request);
		if (err)
			return err;
		before = request.segment;
		request.destroy = argc == 2 && !strcmp(argv[1], "destroy");
	}
	if (!request.destroy)
		err = take_words(&request, argc - 1 - create, argv + 1 + create);
	return err ?: apply(session, &request, &before);
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
