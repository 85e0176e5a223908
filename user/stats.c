// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The counters, by the one list of include/counters.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "facts.h"
#include "queue.h"
#include "stats.h"
#include "tables.h"
#include "underlay.h"

static const char *const names[_COUNTER_MAX] = {
#define COUNTER_NAME(name, kind, help) #name,
	COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

static struct counters *for_each_cpu(int *cpus)
{
	*cpus = libbpf_num_possible_cpus();
	return *cpus > 0 ? calloc(*cpus, sizeof(struct counters)) : NULL;
}

int stats_create_stray(const struct session *session, __u32 ifindex)
{
	int cpus, err = 0;
	struct counters *zero = for_each_cpu(&cpus);

	if (!zero)
		return -ENOMEM;
	if (bpf_map_update_elem(session->instance.map[MAP_STRAYS], &ifindex, zero, BPF_NOEXIST) &&
	    errno != EEXIST)
		err = -errno;
	free(zero);
	return err;
}

static int read_sum(int map, __u32 key, struct counters *sum)
{
	int cpus, err = 0;
	struct counters *each = for_each_cpu(&cpus);

	if (!each)
		return -ENOMEM;
	memset(sum, 0, sizeof(*sum));
	if (bpf_map_lookup_elem(map, &key, each))
		err = -errno;
	for (int cpu = 0; !err && cpu < cpus; cpu++)
		for (int i = 0; i < _COUNTER_MAX; i++)
			((__u64 *)sum)[i] += ((__u64 *)&each[cpu])[i];
	free(each);
	return err;
}

int stats_read(const struct session *session, const struct segment *segment, struct counters *sum)
{
	int err, map = tables_open_stats(&session->instance, segment);

	if (map < 0)
		return map;
	err = read_sum(map, 0, sum);
	close(map);
	return err;
}

int stats_read_stray(const struct session *session, __u32 ifindex, struct counters *sum)
{
	return read_sum(session->instance.map[MAP_STRAYS], ifindex, sum);
}

/*
 * The kernel's own drops behind a redirect, under our names and each once: the
 * interface was down, or a queue full (____dev_forward_skb, enqueue_to_backlog).
 */
struct kernel_drops {
	__u64 iface;
	__u64 port; /* without those of XDP's frames */
	struct queue_drops queue;
};

static __u64 without(__u64 all, __u64 some)
{
	return all > some ? all - some : 0;
}

static struct kernel_drops kernel_drops(const struct session *session,
					const struct segment *segment, __u64 given)
{
	const struct link *port = links_find(&session->links, segment->port);
	struct kernel_drops drops = {};
	__u64 unused;

	link_dropped(segment->iface, &drops.iface, &unused);
	link_dropped(segment->port, &unused, &drops.port);
	if (port)
		queue_drops(port->name, given, &drops.queue);
	drops.iface = without(drops.iface, drops.queue.counted_twice);
	drops.port = without(drops.port, drops.queue.all);
	return drops;
}

struct subject {
	const char *name;
	const struct segment *segment; /* or an underlay device: */
	__u32 ifindex;
};

static void say(struct json_object *object, const char *name, unsigned long long value)
{
	if (object)
		json_object_object_add(object, name, json_object_new_int64(value));
	else
		printf("\t%-18s %llu\n", name, value);
}

static void show(const struct session *session, const struct settings *settings,
		 const struct subject *subject, struct json_object *all)
{
	struct json_object *object = settings->json ? json_object_new_object() : NULL;
	struct counters sum;

	if (subject->segment ? stats_read(session, subject->segment, &sum)
			     : stats_read_stray(session, subject->ifindex, &sum)) {
		json_object_put(object);
		return;
	}
	if (!object)
		printf("%s:\n", subject->name);
	for (int i = 0; i < _COUNTER_MAX; i++)
		say(object, names[i], ((__u64 *)&sum)[i]);
	if (subject->segment) {
		struct kernel_drops drops = kernel_drops(session, subject->segment, sum.rx_fast);

		say(object, "rx_iface_dropped", drops.iface);
		say(object, "rx_port_dropped", drops.port);
		say(object, "rx_queue_dropped", drops.queue.all);
	}
	if (object)
		json_object_object_add(all, subject->name, object);
}

static int show_matching(struct session *session, const struct settings *settings, const char *name,
			 struct json_object *all)
{
	struct segment *segments;
	int shown = 0, count = session_segments_by_name(session, &segments);

	for (int i = 0; i < count; i++) {
		struct subject subject = { segments[i].name, &segments[i], 0 };

		if (name && strcmp(name, segments[i].name))
			continue;
		show(session, settings, &subject, all);
		shown++;
	}
	free(segments);
	if (name)
		links_find_name(&session->links, name); /* so that it is among them */
	else
		links_complete(&session->links);
	for (size_t i = 0; i < session->links.count; i++) {
		const struct link *link = session->links.link[i];
		struct subject subject = { link->name, NULL, link->ifindex };
		struct underlay underlay;

		if ((name && strcmp(name, link->name)) ||
		    !underlay_get(session, link->ifindex, &underlay))
			continue;
		show(session, settings, &subject, all);
		shown++;
	}
	return shown;
}

int stats_run(const struct settings *settings, int argc, char **argv)
{
	struct json_object *all;
	struct session session;
	int shown, err;

	if (argc > 1)
		return refuse(EUSAGE, "stats", "unexpected \"%s\"", argv[1]);
	err = session_open(&session);
	if (err)
		return err;
	all = json_object_new_object();
	shown = show_matching(&session, settings, argc ? argv[0] : NULL, all);
	if (argc && !shown)
		err = refuse(ENXIO, argv[0],
			     "neither a tunnel interface nor its underlay (see \"list\")");
	if (settings->json && !err)
		json_print(all);
	else
		json_object_put(all);
	session_close(&session);
	return err;
}
