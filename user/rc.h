/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RC_H
#define RC_H

#include "settings.h"

#define RC_CONF "/etc/geneve-bpf/rc.conf"

/* rc start|stop|restart|status [FILE] */
int rc_run(const struct settings *settings, int argc, char **argv);

#endif
