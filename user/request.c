// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Taking options into a request. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "protocols.h"
#include "value.h"

void request_init_device(struct request *request, const char *name, enum request_on on)
{
	memset(request, 0, sizeof(*request));
	snprintf(request->name, sizeof(request->name), "%s", name);
	request->on = on;
}

void request_init(struct request *request, const char *name, enum protocol protocol)
{
	request_init_device(request, name, protocol == PROTO_VXLAN ? ON_VXLAN : ON_GENEVE);
	request->segment = (struct segment) {
		.vni = VNI_UNSET,
		.slot = SLOT_NONE,
		.flags = SEGMENT_LEARN | protocol_info(protocol)->flags,
		.fdb_timeout = FDB_TIMEOUT_DEFAULT,
		.fdb_max = FDB_MAX_DEFAULT,
		.local_port = protocol_info(protocol)->udp_port,
		.remote_port = protocol_info(protocol)->udp_port,
		.port_low = 10000,
		.port_high = 65535,
		.protocol = protocol,
		.ttl = 64,
	};
}

static void take_switch(const struct option *option, bool on, struct request *request)
{
	if (on)
		request->segment.flags |= option->bit;
	else
		request->segment.flags &= ~option->bit;
}

static void take_hardware(const struct option *option, bool on, struct request *request)
{
	request->hardware_on &= ~option->bit;
	request->hardware_off &= ~option->bit;
	if (on)
		request->hardware_on |= option->bit;
	else
		request->hardware_off |= option->bit;
}

static int take_ttl(struct request *request, const struct option *option, const char *said,
		    const char *value)
{
	if (request->on == ON_GENEVE && !strcmp(value, "inherit")) {
		request->segment.flags |= SEGMENT_TTL_INHERIT;
		return 0; /* the number stays, for what is not IP */
	}
	if (value_number(request->name, said, value, option->min, option->max,
			 &request->segment.ttl, sizeof(request->segment.ttl)))
		return -EUSAGE;
	request->segment.flags &= ~SEGMENT_TTL_INHERIT;
	return 0;
}

static int take_range(struct request *request, const struct option *option, const char *said,
		      const char *const *values)
{
	__u16 port[2];

	for (int i = 0; i < 2; i++)
		if (value_number(request->name, said, values[i], option->min, option->max, &port[i],
				 sizeof(port[i])))
			return -EUSAGE;
	if (port[0] > port[1])
		return refuse(EUSAGE, request->name, "%s: %u is above %u (give the lower first)",
			      said, port[0], port[1]);
	request->segment.port_low = port[0];
	request->segment.port_high = port[1];
	return 0;
}

static int take_address(struct request *request, const char *said, const char *value,
			struct address *address)
{
	char zone[IFNAMSIZ] = "";

	if (value_address(request->name, said, value, address, zone))
		return -EUSAGE;
	if (address == &request->segment.local)
		request->segment.local_chosen = 0;
	if (!zone[0])
		return 0;
	if (request->zones++ && strcmp(request->zone, zone))
		return refuse(EUSAGE, request->name, "%s: the other address is one of %s", said,
			      request->zone);
	snprintf(request->zone, sizeof(request->zone), "%s", zone);
	return 0;
}

/* As on FreeBSD, an empty name takes the device back. */
static int take_device(const struct request *request, const char *said, const char *value,
		       char *name)
{
	if (*value)
		return value_device(request->name, said, value, name);
	memset(name, 0, IFNAMSIZ);
	return 0;
}

static int take_member(struct request *request, const struct option *option, const char *said,
		       const char *value)
{
	struct member *member = &request->member[request->members];

	if (request->members == MEMBERS_MAX)
		return refuse(EUSAGE, request->name, "%s: at most %d a command", said, MEMBERS_MAX);
	if (value_device(request->name, said, value, member->name))
		return -EUSAGE;
	member->change = option->bit;
	request->members++;
	return 0;
}

static int take_down(struct request *request)
{
	request->restart |= request->running;
	request->running = false;
	return 0;
}

static int check_when(const struct request *request, const struct option *option, const char *said)
{
	if (option->when == WHEN_CREATE && !request->create)
		return refuse(EUSAGE, request->name, "%s: only with \"create\"", said);
	if (option->when != WHEN_STOPPED || request->create)
		return 0;
	if (request->running)
		return refuse(EBUSY, request->name,
			      "%s: cannot change while up (give \"down\" first)", said);
	if (request->segment.flags & SEGMENT_EXTERNAL)
		return refuse(EBUSY, request->name,
			      "%s: cannot change while external (give \"-%sexternal\" first)", said,
			      protocol_info(request->segment.protocol)->prefix);
	return 0;
}

int request_take(struct request *request, const struct option *option, const char *said,
		 const char *const *values, bool on)
{
	void *field = (char *)request + option->offset;
	const char *who = request->name, *value = values[0];
	int err = check_when(request, option, said);

	if (err)
		return err;
	switch (option->type) {
	case OPTION_NUMBER:
		return value_number(who, said, value, option->min, option->max, field,
				    option->size);
	case OPTION_TTL:
		return take_ttl(request, option, said, value);
	case OPTION_RANGE:
		return take_range(request, option, said, values);
	case OPTION_ADDRESS:
		return take_address(request, said, value, field);
	case OPTION_GROUP:
		return value_group(who, said, value, field);
	case OPTION_DEVICE:
		return take_device(request, said, value, field);
	case OPTION_CHOICE:
		return value_choice(who, said, value, option->choices, field);
	case OPTION_SWITCH:
		take_switch(option, on, request);
		return 0;
	case OPTION_HARDWARE:
		take_hardware(option, on, request);
		return 0;
	case OPTION_FLUSH:
		request->flush = option->bit;
		return 0;
	case OPTION_MEMBER:
		return take_member(request, option, said, value);
	case OPTION_UP:
		request->running = true;
		return 0;
	case OPTION_DOWN:
		return take_down(request);
	default:
		return device_take(request, option, said, value, on);
	}
}
