/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLACE_H
#define PLACE_H

#include "request.h"
#include "session.h"

/* The word as the user knows it: geneveid for "id". */
#define WORD(segment, word) protocol_info((segment)->protocol)->prefix, word

/*
 * Chooses the devices and the local address of a segment that is to run, where
 * the user did not say them.  Reports.
 */
int place_choose(const struct session *session, const char *who, struct segment *segment);

/* Notes the device of a link-local address's zone; the segment's must agree.  Reports. */
int place_in_zone(const struct session *session, struct request *request);

/* Whether the user said a local address; a wildcard says "any of mine", the same as nothing. */
bool place_local_given(const struct segment *segment);

/*
 * The inner MTU that the underlay leaves: the route's to the remote, the
 * device's without one; 0 if nothing fits.
 */
unsigned int place_mtu(const struct session *session, const struct segment *segment);

#endif
