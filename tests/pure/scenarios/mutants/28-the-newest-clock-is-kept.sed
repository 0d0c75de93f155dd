# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: only the newest timestamp is kept
# file: late/reuse.h
s/^\tpair->tsval = tsval;/\tif (ts_older(pair->tsval, tsval))\n\t\tpair->tsval = tsval;/
