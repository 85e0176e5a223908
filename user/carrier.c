// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The interface's carrier tells whether traffic can pass: a veth has it while its peer is up. */
#include <stdio.h>

#include "address.h"
#include "ageing.h"
#include "carrier.h"
#include "segment.h"

static bool device_trouble(const struct session *session, unsigned int ifindex, const char *name,
			   char *text)
{
	const struct link *link = links_find(&session->links, ifindex);

	if (!link)
		snprintf(text, TROUBLE_LEN, "no device %s", name);
	else if (session->watching && !(link->flags & IFF_UP))
		snprintf(text, TROUBLE_LEN, "device %s is down", link->name);
	else if (session->watching && !(link->flags & IFF_RUNNING))
		snprintf(text, TROUBLE_LEN, "device %s has no carrier", link->name);
	else
		return false;
	return true;
}

bool carrier_trouble(const struct session *session, const struct segment *segment, char *text)
{
	char address[ADDRESS_TEXT_LEN];

	if (!(segment->flags & SEGMENT_RUNNING))
		return false;
	if (device_trouble(session, segment->underlay, segment->underlay_name, text))
		return true;
	if (segment->group_dev &&
	    device_trouble(session, segment->group_dev,
			   segment->dev[0] ? segment->dev : segment->underlay_name, text))
		return true;
	if (session_owner(session, &segment->local))
		return false;
	snprintf(text, TROUBLE_LEN, "no device has address %s",
		 address_text(&segment->local, address));
	return true;
}

int carrier_set(struct session *session, struct segment *segment)
{
	const struct link *port = links_find(&session->links, segment->port);
	__u32 before = segment->flags;
	char unused[TROUBLE_LEN];
	bool up = !carrier_trouble(session, segment, unused);
	int err = 0;

	if (!port || !(segment->flags & SEGMENT_RUNNING))
		return 0;
	segment->flags &= ~SEGMENT_NO_CARRIER;
	segment->flags |= up ? 0 : SEGMENT_NO_CARRIER;
	if (segment->flags != before)
		err = segment_write(session, segment);
	if (err || up == !!(port->flags & IFF_UP))
		return err;
	return link_set_up(segment->port, up) ?: up ? ageing_start(session, segment) : 0;
}
