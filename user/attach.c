// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The Linux grammar: attach and detach. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "attach.h"
#include "error.h"
#include "options.h"
#include "protocols.h"
#include "value.h"

/* --type and --name choose the interface itself, before any option of it. */
static int take_identity(struct request *request, const char *flag, const char *value)
{
	char name[IFNAMSIZ];

	if (!strcmp(flag, "name")) {
		if (strlen(value) >= IFNAMSIZ || strpbrk(value, "/ %") || !*value)
			return refuse(EUSAGE, NULL, "--name: \"%s\" cannot be an interface's name",
				      value);
		snprintf(request->name, sizeof(request->name), "%s", value);
		return 0;
	}
	if (protocol_of_name(value) &&
	    !strcmp(protocol_info(protocol_of_name(value))->prefix, value)) {
		/* --name may have been said before */
		const char *now = protocol_info(request->segment.protocol)->prefix;

		snprintf(name, sizeof(name), "%s",
			 strcmp(request->name, now) ? request->name : value);
		request_init(request, name, protocol_of_name(value));
		return 0;
	}
	return refuse(EUSAGE, NULL, "--type: \"%s\" is no tunnel type (geneve, vxlan)", value);
}

static bool is_identity(const char *flag)
{
	return !strcmp(flag, "name") || !strcmp(flag, "type");
}

/* Splits "--flag", "--flag=value" or "--no-flag"; the flag goes to @name. */
static int split_flag(const char *argument, char *name, size_t size, const char **value)
{
	const char *equals = strchr(argument, '=');

	if (strncmp(argument, "--", 2))
		return refuse(EUSAGE, NULL, "unexpected \"%s\" (see --help)", argument);
	snprintf(name, size, "%.*s", (int)(equals ? equals - argument - 2 : 63), argument + 2);
	*value = equals ? equals + 1 : NULL;
	return 0;
}

/* A flag has one value, so the two of a range stand in it with a dash between. */
static int take_option(struct request *request, const struct option *option, const char *said,
		       const char *value, bool on)
{
	const char *values[] = { value, NULL };
	char low[64];
	const char *dash;

	if (!option_applies(option, request))
		return refuse(EUSAGE, NULL, "%s: not with --type %s", said,
			      protocol_info(request->segment.protocol)->prefix);
	if (option->type == OPTION_RANGE) {
		dash = strchr(value, '-');
		if (!dash || dash - value >= (long)sizeof(low))
			return refuse(EUSAGE, NULL, "%s: \"%s\" is no range (LOW-HIGH)", said,
				      value);
		snprintf(low, sizeof(low), "%.*s", (int)(dash - value), value);
		values[0] = low;
		values[1] = dash + 1;
	}
	return request_take(request, option, said, values, on);
}

/* Takes one flag; returns how many arguments it was, or -errno. */
static int take_flag(struct request *request, int argc, char **argv, bool identity)
{
	const struct option *option = NULL;
	const char *value;
	bool on = true, wants;
	char name[64];
	int err = split_flag(argv[0], name, sizeof(name), &value);

	if (err)
		return err;
	if (!is_identity(name)) {
		option = option_of_flag(name);
		if (!option && !strncmp(name, "no-", 3)) {
			option = option_of_flag(name + 3);
			on = false;
		}
		if (!option || (!on && !option_negates(option)))
			return refuse(EUSAGE, NULL, "unknown flag \"%s\" (see --help)", argv[0]);
	}
	wants = !option || (on && option->arg);
	if (!wants && value)
		return refuse(EUSAGE, NULL, "%s: takes no value", argv[0]);
	if (wants && !value && argc < 2)
		return refuse(EUSAGE, NULL, "%s: value missing (%s)", argv[0],
			      option ? option->arg : "NAME");
	err = wants && !value ? 2 : 1;
	if (wants && !value)
		value = argv[1];
	if (identity != is_identity(name))
		return err;
	return (identity ? take_identity(request, name, value)
			 : take_option(request, option, argv[0], value, on))
		       ?: err;
}

static int take_flags(struct request *request, int argc, char **argv, bool identity)
{
	while (argc) {
		int taken = take_flag(request, argc, argv, identity);

		if (taken < 0)
			return taken;
		argc -= taken;
		argv += taken;
	}
	return 0;
}

static int take_device(const struct session *session, const char *name, struct request *request)
{
	const struct link *link = links_find_name(&session->links, name);

	if (!link)
		return refuse(ENODEV, name, "no such device (see \"ip link\")");
	if (link->group == PORT_GROUP)
		return refuse(EINVAL, name, "this is the port of a tunnel interface");
	request->segment.underlay = link->ifindex;
	request->segment.underlay_fixed = UNDERLAY_BY_USER;
	return 0;
}

static int attach(struct session *session, int argc, char **argv)
{
	struct request request;
	struct segment other;
	int err;

	request_init(&request, protocol_info(PROTO_GENEVE)->prefix, PROTO_GENEVE);
	err = take_flags(&request, argc - 1, argv + 1, true);
	if (err)
		return err;
	request.create = true;
	err = take_device(session, argv[0], &request)
		      ?: take_flags(&request, argc - 1, argv + 1, false);
	if (err)
		return err;
	for (unsigned int i = 0; i < request.device.addresses; i++)
		request.device.address[i].op = ADDRESS_ADD;
	if (request.segment.vni == VNI_UNSET && !(request.segment.flags & SEGMENT_EXTERNAL))
		return refuse(EUSAGE, argv[0], "--vni is missing");
	if (links_find_name(&session->links, request.name) ||
	    session_find(session, request.name, &other))
		return refuse(EEXIST, request.name, "exists already (take another --name)");
	request.running = true;
	err = apply(session, &request, NULL);
	return err;
}

static int detach(struct session *session, int argc, char **argv)
{
	const struct link *link = links_find_name(&session->links, argv[0]);
	struct request wanted;
	struct segment *segments;
	int count, matched = 0, err;

	request_init(&wanted, "", PROTO_GENEVE);
	err = take_flags(&wanted, argc - 1, argv + 1, true)
		      ?: take_flags(&wanted, argc - 1, argv + 1, false);
	if (err)
		return err;
	if (!link)
		return refuse(ENODEV, argv[0], "no such device (see \"geneve-bpf list\")");
	count = session_segments_by_name(session, &segments);
	for (int i = 0; !err && i < count; i++) {
		const struct segment *segment = &segments[i];

		if (segment->underlay != link->ifindex ||
		    (wanted.segment.vni != VNI_UNSET && wanted.segment.vni != segment->vni) ||
		    (wanted.name[0] && strcmp(wanted.name, segment->name)))
			continue;
		matched++;
		err = apply_destroy(session, segment);
	}
	free(segments);
	if (!err && !matched)
		return refuse(ENOENT, argv[0], "no such interface on it (see \"geneve-bpf list\")");
	return err;
}

static int run(int (*action)(struct session *, int, char **), const char *verb, int argc,
	       char **argv)
{
	struct session session;
	int err;

	if (argc < 1 || argv[0][0] == '-')
		return refuse(EUSAGE, verb, "device missing (geneve-bpf %s DEVICE ...)", verb);
	err = session_open(&session);
	if (err)
		return err;
	err = action(&session, argc, argv);
	session_close(&session);
	return err;
}

int attach_run(const struct settings *settings, int argc, char **argv)
{
	(void)settings;
	return run(attach, "attach", argc, argv);
}

int detach_run(const struct settings *settings, int argc, char **argv)
{
	(void)settings;
	return run(detach, "detach", argc, argv);
}
