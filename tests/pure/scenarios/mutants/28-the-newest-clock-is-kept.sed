# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: only the newest timestamp is kept
# file: host.h
s/^\tpair->tsval = tsval;/\tif (ts_older(pair->tsval, tsval))\n\t\tpair->tsval = tsval;/
