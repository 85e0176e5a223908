/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FACTS_H
#define FACTS_H

#include <json-c/json.h>

#include "capability.h"
#include "carrier.h"
#include "counters.h"
#include "session.h"

/* What is so about an interface; status text, list and JSON say the same facts. */
struct facts {
	struct segment segment;
	struct link link;          /* ifindex 0 if the interface is in another namespace */
	char underlay[IFNAMSIZ];   /* "" for none */
	char trouble[TROUBLE_LEN]; /* why it has no carrier; "" if it should have */
	bool xdp;
	struct capabilities capabilities;
	unsigned int fdb_count; /* live entries */
	struct counters counters;
	char description[DESCRIPTION_LEN];
};

/* Only what facts_state() tells: the interface's link, and its trouble. */
void facts_look(const struct session *session, const struct segment *segment, struct facts *facts);

void facts_get(const struct session *session, const struct segment *segment, struct facts *facts);

/* "running", "down", "moved" (running, in another namespace), "no carrier", "incomplete". */
const char *facts_state(const struct facts *facts);

/* Where packets are received, "xdp" or "tc"; NULL: nowhere. */
const char *facts_receive(const struct facts *facts);

/* All facts as a JSON object. */
struct json_object *facts_json(const struct facts *facts);

/* Prints any JSON value with a newline, and frees it. */
void json_print(struct json_object *object);

#endif
