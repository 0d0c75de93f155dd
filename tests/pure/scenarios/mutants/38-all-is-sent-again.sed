# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: no packet is seen twice
# file: core/copies.h
/^static __always_inline bool is_copy/,/^}/s/if (!place || /if (1 || /
