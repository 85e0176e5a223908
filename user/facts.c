// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Gathering what is to be said of an interface, and saying it as JSON. */
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "facts.h"
#include "fdb.h"
#include "options.h"
#include "protocols.h"
#include "stats.h"
#include "underlay.h"

void facts_look(const struct session *session, const struct segment *segment, struct facts *facts)
{
	const struct link *link = links_find(&session->links, segment->iface);

	memset(facts, 0, sizeof(*facts));
	facts->segment = *segment;
	if (segment->iface && link)
		facts->link = *link;
	carrier_trouble(session, segment, facts->trouble);
}

void facts_get(const struct session *session, const struct segment *segment, struct facts *facts)
{
	const struct link *underlay = links_find(&session->links, segment->underlay);
	struct underlay state = {};

	facts_look(session, segment, facts);
	if (facts->link.ifindex)
		link_description(facts->link.ifindex, facts->description);
	snprintf(facts->underlay, sizeof(facts->underlay), "%s",
		 underlay ? underlay->name : segment->underlay_name);
	facts->xdp = underlay_get(session, segment->underlay, &state) && state.flags & UNDERLAY_XDP;
	capability_get(session, segment, &facts->capabilities);
	facts->fdb_count = fdb_count(session, segment);
	stats_read(session, segment, &facts->counters);
}

const char *facts_state(const struct facts *facts)
{
	if (facts->segment.vni == VNI_UNSET && !(facts->segment.flags & SEGMENT_EXTERNAL))
		return "incomplete";
	if (!(facts->segment.flags & SEGMENT_RUNNING))
		return "down";
	if (facts->trouble[0])
		return "no carrier";
	return facts->link.ifindex ? "running" : "moved";
}

const char *facts_receive(const struct facts *facts)
{
	if (!(facts->segment.flags & SEGMENT_RUNNING) || facts->trouble[0])
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

/* NULL for none. */
static void add_address(struct json_object *object, const char *key, const struct address *address,
			const char *zone)
{
	char text[ADDRESS_TEXT_LEN];

	if (!address || address_is_unset(address)) {
		add_text(object, key, NULL);
		return;
	}
	address_text(address, text);
	if (address_is_linklocal(address) && *zone)
		snprintf(text + strlen(text), IFNAMSIZ + 1, "%%%s", zone);
	add_text(object, key, text);
}

static unsigned long long read_number(const void *field, size_t size)
{
	switch (size) {
	case 1:
		return *(const __u8 *)field;
	case 2:
		return *(const __u16 *)field;
	default:
		return *(const __u32 *)field;
	}
}

/* What an option is set to, under its key. */
static void add_option(struct json_object *object, const struct option *option,
		       const struct request *request)
{
	const void *field = (const char *)request + option->offset;
	unsigned long long number = option->size <= 4 ? read_number(field, option->size) : 0;

	switch (option->type) {
	case OPTION_NUMBER:
	case OPTION_TTL:
		add_number(object, option->json, number);
		break;
	case OPTION_ADDRESS:
		add_address(object, option->json, field, request->segment.underlay_name);
		break;
	case OPTION_DEVICE:
		add_text(object, option->json, *(const char *)field ? field : NULL);
		break;
	case OPTION_CHOICE:
		add_text(object, option->json, option->choices[number]);
		break;
	case OPTION_SWITCH:
		add_switch(object, option->json, request->segment.flags & option->bit);
		break;
	default:
		break;
	}
}

/* What there is but one of, though two words set it, or what is no word's. */
static void add_tunnel(struct json_object *object, const struct facts *facts)
{
	const struct segment *segment = &facts->segment;
	bool to_group = address_is_multicast(&segment->remote);
	const char *zone = segment->underlay_name;

	if (segment->vni == VNI_UNSET)
		add_text(object, "vni", NULL);
	else
		add_number(object, "vni", segment->vni);
	add_address(object, "remote", to_group ? NULL : &segment->remote, zone);
	add_address(object, "group", to_group ? &segment->remote : NULL, zone);
	add_number(object, "port_low", segment->port_low);
	add_number(object, "port_high", segment->port_high);
	add_switch(object, "ttl_inherit", segment->flags & SEGMENT_TTL_INHERIT);
	add_text(object, "underlay", facts->underlay[0] ? facts->underlay : NULL);
	add_text(object, "receive", facts_receive(facts));
}

static void add_capabilities(struct json_object *object, const char *key, __u32 bits)
{
	struct json_object *names = json_object_new_array();

#define ADD_CAPABILITY(name, bit) \
	if (bits & (bit))         \
		json_object_array_add(names, json_object_new_string(#name));
	CAPABILITIES(ADD_CAPABILITY)
#undef ADD_CAPABILITY
	json_object_object_add(object, key, names);
}

static void add_device(struct json_object *object, const struct facts *facts)
{
	const struct segment *segment = &facts->segment;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", segment->mac[0],
		 segment->mac[1], segment->mac[2], segment->mac[3], segment->mac[4],
		 segment->mac[5]);
	add_capabilities(object, "options", facts->capabilities.options);
	add_capabilities(object, "capabilities", facts->capabilities.possible);
	add_number(object, "ifindex", segment->iface);
	add_number(object, "port_ifindex", segment->port);
	add_text(object, "ether", mac);
	add_number(object, "mtu", facts->link.mtu);
	add_switch(object, "mtu_fixed", segment->mtu_fixed);
	add_switch(object, "promisc", facts->link.flags & IFF_PROMISC);
	add_text(object, "description", facts->description[0] ? facts->description : NULL);
	add_number(object, "fdb_count", facts->fdb_count);
	add_number(object, "fdb_nospace", facts->counters.fdb_nospace);
	add_number(object, "tso", facts->counters.tx_tso);
	add_number(object, "txcsum", facts->counters.tx_tso);
	add_number(object, "soft_tso", facts->counters.tx_soft_tso);
	add_number(object, "rxcsum", facts->counters.rx_csum);
}

struct json_object *facts_json(const struct facts *facts)
{
	struct json_object *object = json_object_new_object();
	struct request request;

	request_init(&request, facts->segment.name, facts->segment.protocol);
	request.segment = facts->segment;
	add_text(object, "name", facts->segment.name);
	add_text(object, "type", protocol_info(facts->segment.protocol)->prefix);
	add_text(object, "state", facts_state(facts));
	add_text(object, "reason", facts->trouble[0] ? facts->trouble : NULL);
	add_tunnel(object, facts);
	for (size_t i = 0; i < options_count; i++)
		if (options[i].json)
			add_option(object, &options[i], &request);
	add_device(object, facts);
	return object;
}

void json_print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
