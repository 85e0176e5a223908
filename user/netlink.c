// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One question and its answer over netlink, on libmnl. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "netlink.h"

void *netlink_request(struct request_message *message, int type, int flags, size_t extra)
{
	message->strict = false;
	message->family = NETLINK_ROUTE;
	message->header = mnl_nlmsg_put_header(message->buffer);
	message->header->nlmsg_type = type;
	message->header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	message->header->nlmsg_seq = 1;
	return mnl_nlmsg_put_extra_header(message->header, extra);
}

struct answer {
	netlink_answer function;
	void *data;
	int err;
};

static int on_message(const struct nlmsghdr *header, void *data)
{
	struct answer *answer = data;

	if (answer->function && !answer->err)
		answer->err = answer->function(header, answer->data);
	return MNL_CB_OK;
}

static int receive(struct mnl_socket *socket, struct answer *answer)
{
	char buffer[32768]; /* what the kernel fills of a dump at once */
	unsigned int port = mnl_socket_get_portid(socket);
	int more = MNL_CB_OK;

	while (more > MNL_CB_STOP && !answer->err) {
		ssize_t len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		if (len < 0)
			return -errno;
		more = mnl_cb_run(buffer, len, 1, port, on_message, answer);
	}
	return answer->err ?: more < 0 ? -errno : 0;
}

int netlink_talk(struct request_message *message, netlink_answer function, void *data)
{
	struct answer answer = { .function = function, .data = data };
	struct mnl_socket *socket = mnl_socket_open2(message->family, SOCK_CLOEXEC);
	int err, strict = message->strict;

	if (!socket)
		return -errno;
	if (mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict)) < 0 ||
	    mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, message->header, message->header->nlmsg_len) < 0)
		err = -errno;
	else
		err = receive(socket, &answer);
	mnl_socket_close(socket);
	return err;
}

struct table {
	const struct nlattr **attr;
	int max;
};

static int on_attribute(const struct nlattr *attr, void *data)
{
	struct table *table = data;

	if (mnl_attr_get_type(attr) <= table->max)
		table->attr[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

void netlink_attributes(const struct nlmsghdr *header, size_t extra, const struct nlattr **attr,
			int max)
{
	struct table table = { attr, max };

	memset(attr, 0, (max + 1) * sizeof(*attr));
	mnl_attr_parse(header, extra, on_attribute, &table);
}

void netlink_nested(const struct nlattr *nest, const struct nlattr **attr, int max)
{
	struct table table = { attr, max };

	memset(attr, 0, (max + 1) * sizeof(*attr));
	if (nest)
		mnl_attr_parse_nested(nest, on_attribute, &table);
}
