// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The interface's carrier tells whether traffic can pass: a veth has it while its peer is up. */
#include <stdio.h>

#include "address.h"
#include "ageing.h"
#include "carrier.h"
#include "segment.h"

static enum trouble device_trouble(const struct session *session, const struct segment *segment,
				   unsigned int ifindex, const char *name, char *text)
{
	const struct link *link = links_find(&session->links, ifindex);
	bool watched = session->watching || segment->flags & SEGMENT_DEVICE_DOWN;

	if (!link) {
		snprintf(text, TROUBLE_LEN, "no device %s", name);
		return TROUBLE_GONE;
	}
	if (watched && !(link->flags & IFF_UP))
		snprintf(text, TROUBLE_LEN, "device %s is down", link->name);
	else if (watched && !(link->flags & IFF_RUNNING))
		snprintf(text, TROUBLE_LEN, "device %s has no carrier", link->name);
	else
		return TROUBLE_NONE;
	return TROUBLE_DOWN;
}

enum trouble carrier_trouble(const struct session *session, const struct segment *segment,
			     char *text)
{
	char address[ADDRESS_TEXT_LEN];
	enum trouble trouble;

	if (!(segment->flags & SEGMENT_RUNNING))
		return TROUBLE_NONE;
	trouble = device_trouble(session, segment, segment->underlay, segment->underlay_name, text);
	if (!trouble && segment->group_dev)
		trouble = device_trouble(session, segment, segment->group_dev,
					 segment->dev[0] ? segment->dev : segment->underlay_name,
					 text);
	if (trouble || session_owner(session, &segment->local))
		return trouble;
	snprintf(text, TROUBLE_LEN, "no device has address %s",
		 address_text(&segment->local, address));
	return TROUBLE_GONE;
}

int carrier_set(struct session *session, struct segment *segment)
{
	const struct link *port = links_find(&session->links, segment->port);
	__u32 before = segment->flags;
	char unused[TROUBLE_LEN];
	enum trouble trouble = carrier_trouble(session, segment, unused);
	bool up = !trouble;
	int err = 0;

	if (!port || !(segment->flags & SEGMENT_RUNNING))
		return 0;
	segment->flags &= ~(SEGMENT_NO_CARRIER | SEGMENT_DEVICE_DOWN);
	segment->flags |= up ? 0 : SEGMENT_NO_CARRIER;
	segment->flags |= trouble == TROUBLE_DOWN ? SEGMENT_DEVICE_DOWN : 0;
	if (segment->flags != before)
		err = segment_write(session, segment);
	if (!err && up != !!(port->flags & IFF_UP)) {
		err = link_set_up(segment->port, up);
		links_again(&session->links, segment->port);
		links_again(&session->links, segment->iface);
	}
	return err ?: up ? ageing_start(session, segment) : 0;
}
