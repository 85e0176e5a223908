// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Gathering what is to be said of an interface, and saying it as JSON. */
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "facts.h"
#include "fdb.h"
#include "protocols.h"
#include "stats.h"
#include "underlay.h"

void facts_get(const struct session *session, const struct segment *segment, struct facts *facts)
{
	const struct link *link = links_find(&session->links, segment->iface);
	const struct link *underlay = links_find(&session->links, segment->underlay);
	struct underlay state = {};
	struct counters counters;

	memset(facts, 0, sizeof(*facts));
	facts->segment = *segment;
	if (segment->iface && link)
		facts->link = *link;
	facts->underlay_gone = segment->underlay && !underlay;
	snprintf(facts->underlay, sizeof(facts->underlay), "%s",
		 underlay ? underlay->name : segment->underlay_name);
	facts->xdp = underlay_get(session, segment->underlay, &state) && state.flags & UNDERLAY_XDP;
	facts->fdb_count = fdb_count(session, segment);
	if (!stats_read(session, segment, &counters))
		facts->fdb_nospace = counters.fdb_nospace;
}

const char *facts_state(const struct facts *facts)
{
	if (facts->segment.vni == VNI_UNSET)
		return "incomplete";
	if (!(facts->segment.flags & SEGMENT_RUNNING))
		return "down";
	if (facts->underlay_gone)
		return "no underlay";
	return facts->link.ifindex ? "running" : "moved";
}

const char *facts_receive(const struct facts *facts)
{
	if (!(facts->segment.flags & SEGMENT_RUNNING) || facts->underlay_gone)
		return NULL;
	return facts->xdp ? "xdp" : "tc";
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text ? json_object_new_string(text) : NULL);
}

static void add_number(struct json_object *object, const char *key, unsigned long long number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static void add_switch(struct json_object *object, const char *key, bool on)
{
	json_object_object_add(object, key, json_object_new_boolean(on));
}

static void add_address(struct json_object *object, const char *key, const struct address *address)
{
	char text[ADDRESS_TEXT_LEN];

	json_object_object_add(object, key,
			       address_is_unset(address)
				       ? NULL
				       : json_object_new_string(address_text(address, text)));
}

struct json_object *facts_json(const struct facts *facts)
{
	const struct segment *segment = &facts->segment;
	struct json_object *object = json_object_new_object();
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", segment->mac[0],
		 segment->mac[1], segment->mac[2], segment->mac[3], segment->mac[4],
		 segment->mac[5]);
	add_text(object, "name", segment->name);
	add_text(object, "type", protocol_info(segment->protocol)->prefix);
	add_text(object, "mode", "l2");
	add_text(object, "state", facts_state(facts));
	json_object_object_add(object, "vni",
			       segment->vni == VNI_UNSET ? NULL
							 : json_object_new_int64(segment->vni));
	add_address(object, "local", &segment->local);
	add_number(object, "local_port", segment->local_port);
	add_address(object, "remote", &segment->remote);
	add_number(object, "remote_port", segment->remote_port);
	add_number(object, "port_low", segment->port_low);
	add_number(object, "port_high", segment->port_high);
	add_number(object, "ttl", segment->ttl);
	add_text(object, "underlay", facts->underlay[0] ? facts->underlay : NULL);
	add_text(object, "receive", facts_receive(facts));
	add_number(object, "ifindex", segment->iface);
	add_number(object, "port_ifindex", segment->port);
	add_text(object, "ether", mac);
	add_number(object, "mtu", facts->link.mtu);
	add_switch(object, "mtu_fixed", segment->mtu_fixed);
	add_switch(object, "learn", segment->flags & SEGMENT_LEARN);
	add_switch(object, "debug", segment->flags & SEGMENT_DEBUG);
	add_switch(object, "udp6zerocsum", segment->flags & SEGMENT_UDP6_ZERO_CSUM);
	add_number(object, "fdb_count", facts->fdb_count);
	add_number(object, "fdb_max", segment->fdb_max);
	add_number(object, "fdb_timeout", segment->fdb_timeout);
	add_number(object, "fdb_nospace", facts->fdb_nospace);
	return object;
}

void json_print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
