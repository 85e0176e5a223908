/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCCHECK_H
#define RCCHECK_H

#include "rcplan.h"

/* Both report, and return 0 or -EUSAGE. */

/* That the interface is a certain one, and none of those before it in the plan. */
int rc_check_names(const struct rc_plan *plan, const struct rc_interface *interface);

/* That no variable asks of an interface of the plan what we cannot do. */
int rc_check_variables(const struct rc_plan *plan);

#endif
