# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: what passed behind the first segment of an end is stale if it is older
# file: core/numbers.h
s/beyond ? s->tsval - DISORDER_TICKS : s->tsval/s->tsval/
