// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Interfaces as ifconfig(8) shows them, in FreeBSD's wording, and as a list. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "error.h"
#include "facts.h"
#include "protocols.h"
#include "status.h"

static void print_flags(unsigned int flags, bool running)
{
	static const struct {
		unsigned int flag;
		const char *name;
	} names[] = {
		{ IFF_UP, "UP" },
		{ IFF_BROADCAST, "BROADCAST" },
		{ IFF_LOOPBACK, "LOOPBACK" },
		{ IFF_RUNNING, "RUNNING" },
		{ IFF_NOARP, "NOARP" },
		{ IFF_PROMISC, "PROMISC" },
		{ IFF_ALLMULTI, "ALLMULTI" },
		{ IFF_MULTICAST, "MULTICAST" },
	};
	const char *comma = "";

	if (!running)
		flags &= ~IFF_RUNNING;
	flags &= 0xffff;
	printf("flags=%x<", flags);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag) {
			printf("%s%s", comma, names[i].name);
			comma = ",";
		}
	printf(">");
}

static void print_capabilities(const char *what, __u32 bits)
{
	const char *comma = "";

	printf("\t%s=%x<", what, bits);
#define PRINT_CAPABILITY(name, bit)        \
	if (bits & (bit)) {                \
		printf("%s" #name, comma); \
		comma = ",";               \
	}
	CAPABILITIES(PRINT_CAPABILITY)
#undef PRINT_CAPABILITY
	printf(">\n");
}

static int print_address(const struct device_address *found, void *data)
{
	const struct address *address = &found->prefix.address;
	char text[ADDRESS_TEXT_LEN];

	(void)data;
	address_text(address, text);
	if (!address_is_ipv4(address))
		printf("\tinet6 %s prefixlen %u\n", text, found->prefix.length);
	else
		printf("\tinet %s netmask 0x%08x\n", text,
		       found->prefix.length ? ~0U << (32 - found->prefix.length) : 0);
	return 0;
}

/* The remote or the group; "" if there is neither. */
static const char *remote_text(const struct segment *segment, char *text)
{
	text[0] = '\0';
	if (!address_is_unset(&segment->remote))
		address_zone_text(&segment->remote, segment->underlay_name, segment->remote_port,
				  text);
	return text;
}

static const char *local_text(const struct segment *segment, char *text)
{
	return address_zone_text(&segment->local, segment->underlay_name, segment->local_port,
				 text);
}

static void print_geneve(const struct facts *facts)
{
	const struct segment *segment = &facts->segment;
	bool to_group = address_is_multicast(&segment->remote);
	char text[ADDRESS_TEXT_LEN];

	printf("\tgeneve mode: %s\n\tgeneve config:\n", segment->layer == LAYER_L3 ? "l3" : "l2");
	if (segment->vni == VNI_UNSET)
		printf("\t\tvirtual network identifier (vni): not configured\n");
	else
		printf("\t\tvirtual network identifier (vni): %u\n", segment->vni);
	if (segment->vni == VNI_UNSET && !(segment->flags & SEGMENT_EXTERNAL))
		return;
	if (!address_is_unset(&segment->local))
		printf("\t\tlocal: %s\n", local_text(segment, text));
	if (*remote_text(segment, text))
		printf("\t\t%s: %s", to_group ? "group" : "remote", text);
	if (to_group)
		printf(", dev: %s", segment->dev);
	if (*text)
		printf("\n");
}

static void print_geneve_details(const struct facts *facts)
{
	static const char *const dfs[] = { "unset", "set", "inherit" };
	const struct segment *segment = &facts->segment;
	char ttl[8] = "inherit";

	if (!(segment->flags & SEGMENT_TTL_INHERIT))
		snprintf(ttl, sizeof(ttl), "%u", segment->ttl);
	printf("\t\tportrange: %u-%u, ttl: %s%s, df: %s%s\n", segment->port_low, segment->port_high,
	       ttl, segment->flags & SEGMENT_DSCP_INHERIT ? ", dscp: inherit" : "",
	       dfs[segment->df],
	       segment->flags & SEGMENT_EXTERNAL ? ", externally controlled" : "");
	if (segment->layer == LAYER_L2)
		printf("\t\tftable mode: %s, count: %u, max: %u, timeout: %u, nospace: %llu\n",
		       segment->flags & SEGMENT_LEARN ? "learning" : "nolearning", facts->fdb_count,
		       segment->fdb_max, segment->fdb_timeout, facts->counters.fdb_nospace);
	/* An aggregate leaves its checksum to the device, too. */
	printf("\t\tstats: tso %llu, txcsum %llu, rxcsum %llu\n", facts->counters.tx_tso,
	       facts->counters.tx_tso, facts->counters.rx_csum);
}

static void print_vxlan(const struct facts *facts)
{
	const struct segment *segment = &facts->segment;
	char local[ADDRESS_TEXT_LEN] = ":", remote[ADDRESS_TEXT_LEN];

	if (segment->vni == VNI_UNSET)
		return;
	if (!address_is_unset(&segment->local))
		local_text(segment, local);
	printf("\tvxlan vni %u local %s", segment->vni, local);
	if (*remote_text(segment, remote))
		printf(" %s %s", address_is_multicast(&segment->remote) ? "group" : "remote",
		       remote);
	printf("\n");
}

static void print_vxlan_details(const struct facts *facts)
{
	const struct segment *segment = &facts->segment;

	printf("\t\tconfig: %slearning portrange %u-%u ttl %u\n",
	       segment->flags & SEGMENT_LEARN ? "" : "no", segment->port_low, segment->port_high,
	       segment->ttl);
	printf("\t\tftable: cnt %u max %u timeout %u\n", facts->fdb_count, segment->fdb_max,
	       segment->fdb_timeout);
}

/* What only this implementation has: a line of its own behind the others. */
static void print_details(const struct facts *facts)
{
	const struct segment *segment = &facts->segment;

	if (segment->protocol == PROTO_VXLAN)
		print_vxlan_details(facts);
	else
		print_geneve_details(facts);
	printf("\t\tunderlay: %s, receive: %s, state: %s%s%s%s%s%s%s\n",
	       facts->underlay[0] ? facts->underlay : "none", facts_receive(facts) ?: "none",
	       facts_state(facts), facts->trouble[0] ? " (" : "", facts->trouble,
	       facts->trouble[0] ? ")" : "", segment->flags & SEGMENT_DEBUG ? ", debug" : "",
	       segment->flags & SEGMENT_UDP6_ZERO_CSUM ? ", udp6zerocsum" : "",
	       segment->flags & SEGMENT_SOURCE_FILTER ? ", srcfilter" : "");
}

static void print_status(const struct facts *facts, int verbose)
{
	const struct segment *segment = &facts->segment;
	unsigned int ifindex = facts->link.ifindex;

	printf("%s: ", segment->name);
	print_flags(facts->link.flags, segment->flags & SEGMENT_RUNNING && !facts->trouble[0]);
	if (ifindex)
		printf(" metric 0 mtu %u\n", facts->link.mtu);
	else
		printf(" in another network namespace\n");
	if (facts->description[0])
		printf("\tdescription: %s\n", facts->description);
	print_capabilities("options", facts->capabilities.options);
	if (verbose)
		print_capabilities("capabilities", facts->capabilities.possible);
	if (segment->layer == LAYER_L2)
		printf("\tether %02x:%02x:%02x:%02x:%02x:%02x\n", segment->mac[0], segment->mac[1],
		       segment->mac[2], segment->mac[3], segment->mac[4], segment->mac[5]);
	if (ifindex)
		addresses_get(AF_UNSPEC, ifindex, print_address, NULL);
	printf("\tgroups: %s\n", protocol_info(segment->protocol)->prefix);
	if (segment->table)
		printf("\ttunnelfib: %u\n", segment->table);
	if (segment->protocol == PROTO_VXLAN)
		print_vxlan(facts);
	else
		print_geneve(facts);
	if (verbose && strcmp(facts_state(facts), "incomplete"))
		print_details(facts);
}

int status_one(struct session *session, const struct settings *settings, const char *name)
{
	struct segment segment;
	struct facts facts;
	__u32 id;
	int err = session_get(session, name, &id, &segment);

	if (err)
		return err;
	facts_get(session, &segment, &facts);
	if (settings->json)
		json_print(facts_json(&facts));
	else
		print_status(&facts, settings->verbose);
	return 0;
}

typedef void (*show)(const struct facts *facts, const struct settings *settings, bool first);

static int show_all(const struct settings *settings, show text, const char *after)
{
	struct json_object *array = json_object_new_array();
	struct segment *segments;
	struct session session;
	int count, err = session_open(&session);

	if (err) {
		json_object_put(array);
		return err;
	}
	links_complete(&session.links); /* each will be asked for */
	count = session_segments_by_name(&session, &segments);
	for (int i = 0; i < count; i++) {
		struct facts facts;

		facts_get(&session, &segments[i], &facts);
		if (settings->json)
			json_object_array_add(array, facts_json(&facts));
		else
			text(&facts, settings, !i);
	}
	if (settings->json)
		json_print(array);
	else
		json_object_put(array);
	if (!settings->json && count > 0)
		fputs(after, stdout);
	free(segments);
	session_close(&session);
	return count < 0 ? fail(-count, NULL, "cannot list the interfaces") : 0;
}

static void show_status(const struct facts *facts, const struct settings *settings, bool first)
{
	(void)first;
	print_status(facts, settings->verbose);
}

static void show_name(const struct facts *facts, const struct settings *settings, bool first)
{
	(void)settings;
	printf("%s%s", first ? "" : " ", facts->segment.name);
}

static void show_row(const struct facts *facts, const struct settings *settings, bool first)
{
	const struct segment *segment = &facts->segment;
	char local[ADDRESS_TEXT_LEN], remote[ADDRESS_TEXT_LEN], vni[12] = "-";

	(void)settings;
	if (segment->vni != VNI_UNSET)
		snprintf(vni, sizeof(vni), "%u", segment->vni);
	if (first)
		printf("%-15s %-6s %-8s %-24s %-24s %-15s %-7s %s\n", "NAME", "TYPE", "VNI",
		       "LOCAL", "REMOTE", "UNDERLAY", "RECEIVE", "STATE");
	printf("%-15s %-6s %-8s %-24s %-24s %-15s %-7s %s\n", segment->name,
	       protocol_info(segment->protocol)->prefix, vni,
	       address_is_unset(&segment->local) ? "-" : local_text(segment, local),
	       *remote_text(segment, remote) ? remote : "-",
	       facts->underlay[0] ? facts->underlay : "-", facts_receive(facts) ?: "-",
	       facts_state(facts));
}

static int no_more(const char *verb, int argc, char **argv)
{
	return argc ? refuse(EUSAGE, verb, "unexpected \"%s\"", argv[0]) : 0;
}

int status_run(const struct settings *settings, int argc, char **argv)
{
	struct session session;
	int err;

	if (!argc)
		return show_all(settings, show_status, "");
	err = no_more("show", argc - 1, argv + 1) ?: session_open(&session);
	if (err)
		return err;
	err = status_one(&session, settings, argv[0]);
	session_close(&session);
	return err;
}

int all_run(const struct settings *settings, int argc, char **argv)
{
	return no_more("-a", argc, argv) ?: status_run(settings, 0, argv);
}

int kinds_run(const struct settings *settings, int argc, char **argv)
{
	int err = no_more("-C", argc, argv);

	(void)settings;
	for (enum protocol p = PROTO_GENEVE; !err && p <= PROTO_VXLAN; p++)
		printf("%s ", protocol_info(p)->prefix);
	if (!err)
		puts("bridge");
	return err;
}

int names_run(const struct settings *settings, int argc, char **argv)
{
	return no_more("-l", argc, argv) ?: show_all(settings, show_name, "\n");
}

int list_run(const struct settings *settings, int argc, char **argv)
{
	return no_more("list", argc, argv) ?: show_all(settings, show_row, "");
}
