# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 45: what is not taken keeps a flow alive
# file: core/apply.h
s/if (now > f->last_seen && reread(&news->judgment) <= JUDGE_HELD)/if (now > f->last_seen)/
