/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The words of the filter language that ask whose an end is. */
#ifndef TCPSTATE_USER_FLOW_FILTER_WHOSE_H
#define TCPSTATE_USER_FLOW_FILTER_WHOSE_H

#include <stdbool.h>

#include "flow/filter_subject.h"
#include "flow/filter_values.h"

value_reader read_text, read_pid, read_cgroup;

typedef bool end_fits_fn(const union filter_value *value, const struct filter_subject *subject, unsigned int end);

end_fits_fn process_fits;   /* by its name, wildcards too */
end_fits_fn pid_fits;
end_fits_fn cgroup_fits;    /* it, or one inside it */
end_fits_fn container_fits; /* by the beginning of its id */
end_fits_fn pod_fits;       /* by the beginning of its uid */

#endif
