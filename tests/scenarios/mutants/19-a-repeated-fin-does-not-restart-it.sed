# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: 2MSL does not start again
# file: step.h
s/if ((out->facts & FACT_TIME_WAIT) && (out->facts & FACT_FIN_BEFORE) && (s->flags & TH_FIN))/if (0)/
