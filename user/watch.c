// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Following the kernel's events: what every invocation repairs once, as it happens. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/signalfd.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "error.h"
#include "facts.h"
#include "notify.h"
#include "watch.h"

#define SETTLE_MS 50 /* events come in bursts: one repair for those so close together */
#define EVENTS_AT_ONCE 4096

/* What could not be repaired is tried again, and an event that we do not hear of made up for. */
#define AGAIN_MS 5000

#define MANY 64 /* interfaces, to look after which takes too long for doing it in vain */

/* What was said last of an interface. */
struct known {
	__u32 port;
	char name[IFNAMSIZ];
	char state[32];
	char trouble[TROUBLE_LEN];
};

struct watch {
	struct mnl_socket *events;
	int signals;
	struct known *known;
	int count;
};

static const struct known *find(const struct known *known, int count, __u32 port)
{
	for (int i = 0; i < count; i++)
		if (known[i].port == port)
			return &known[i];
	return NULL;
}

static void learn(const struct session *session, const struct segment *segment, struct known *known)
{
	struct facts facts;

	facts_look(session, segment, &facts);
	memset(known, 0, sizeof(*known));
	known->port = segment->port;
	snprintf(known->name, sizeof(known->name), "%s", segment->name);
	snprintf(known->state, sizeof(known->state), "%s", facts_state(&facts));
	snprintf(known->trouble, sizeof(known->trouble), "%s", facts.trouble);
}

/* Says what is not as it was. */
static void say_changes(const struct watch *watch, const struct known *now, int count)
{
	for (int i = 0; i < watch->count; i++)
		if (!find(now, count, watch->known[i].port))
			printf("%s: gone\n", watch->known[i].name);
	for (int i = 0; i < count; i++) {
		const struct known *before = find(watch->known, watch->count, now[i].port);

		if (!before || memcmp(before, &now[i], sizeof(now[i])))
			printf("%s: %s%s%s\n", now[i].name, now[i].state,
			       now[i].trouble[0] ? ": " : "", now[i].trouble);
	}
	fflush(stdout);
}

static void report(struct watch *watch, const struct session *session)
{
	struct segment *segments;
	int count = session_segments_by_name(session, &segments);
	struct known *now = count > 0 ? calloc(count, sizeof(*now)) : NULL;

	for (int i = 0; now && i < count; i++)
		learn(session, &segments[i], &now[i]);
	say_changes(watch, now, now ? count : 0);
	free(segments);
	free(watch->known);
	watch->known = now;
	watch->count = now ? count : 0;
}

/* Opening a session repairs; errors were reported, and another event may mend them. */
static void look(struct watch *watch)
{
	struct session session;

	if (session_open_to(&session, SESSION_WATCH))
		return;
	report(watch, &session);
	session_close(&session);
}

static int open_events(struct watch *watch)
{
	static const int groups[] = { RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
				      RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE };

	watch->events = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!watch->events || mnl_socket_bind(watch->events, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (mnl_socket_setsockopt(watch->events, NETLINK_ADD_MEMBERSHIP, (void *)&groups[i],
					  sizeof(groups[i])) < 0)
			return -errno;
	return 0;
}

static int open_signals(struct watch *watch)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	watch->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return watch->signals < 0 ? -errno : 0;
}

/*
 * Throws the events away: they say when to look, and looking says what.  Those
 * that come faster than we read are left for the next time.
 */
static void drain(const struct watch *watch)
{
	char buffer[8192];

	for (int i = 0; i < EVENTS_AT_ONCE; i++)
		/* ENOBUFS: some were lost, which is as good a reason to look. */
		if (mnl_socket_recvfrom(watch->events, buffer, sizeof(buffer)) < 0 &&
		    errno != ENOBUFS)
			return;
}

/* Waits for an event or until @ms have passed; false: it is time to end. */
static bool wait_for_event(const struct watch *watch, int ms)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(watch->events), .events = POLLIN },
		{ .fd = watch->signals, .events = POLLIN },
	};

	while (poll(fds, 2, ms) < 0 && errno == EINTR)
		;
	return !fds[1].revents;
}

static void follow(struct watch *watch)
{
	look(watch);
	notify_send("READY=1");
	while (wait_for_event(watch, watch->count > MANY ? -1 : AGAIN_MS)) {
		usleep(SETTLE_MS * 1000);
		drain(watch);
		look(watch);
	}
	notify_send("STOPPING=1");
}

int watch_run(const struct settings *settings, int argc, char **argv)
{
	struct watch watch = { .signals = -1 };
	int err;

	(void)settings;
	if (argc)
		return refuse(EUSAGE, "watch", "unexpected \"%s\"", argv[0]);
	err = open_signals(&watch) ?: open_events(&watch);
	if (err)
		err = fail(-err, "watch", "cannot listen to the kernel");
	else
		follow(&watch);
	if (watch.events)
		mnl_socket_close(watch.events);
	if (watch.signals >= 0)
		close(watch.signals);
	free(watch.known);
	return err;
}
