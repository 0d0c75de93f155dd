# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: 2MSL starts again on any segment, as in Linux
# file: late/time_wait.h
s/^\t\t   (s->flags & TH_FIN)) {/\t\t   1) {/
s/(what->facts & FACT_TIME_WAIT) && (what->facts & FACT_FIN_BEFORE) &&/(before \& 1 << y) \&\&/
