# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: data in order beyond the known window is refused where room for it is told late
# file: core/apply.h
s/|| is_let_at_last(c) //
