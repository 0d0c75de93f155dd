# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: 2MSL does not start again
# file: late/time_wait.h
s/} else if ((what->facts & FACT_TIME_WAIT) && (what->facts & FACT_FIN_BEFORE) &&/} else if (0 \&\&/
