# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what lacks the timestamps is in doubt, too
# file: core/plausible.h
/^static __always_inline bool may_be_true/,/^}/s/if (lacks_timestamp(f, x, s))/if (0)/
