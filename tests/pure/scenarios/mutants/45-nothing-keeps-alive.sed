# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 45: what is taken does not keep a flow alive
# file: core/apply.h
s/if (now > f->last_seen && reread(&news->judgment) <= JUDGE_HELD)/if (0)/
