# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: a close in doubt waits for as long as an open connection
# file: core/doubt.h
/^static __always_inline bool ends_in_doubt/,/^}/s/closes_by_claim(&h->claim\[[01]\])/false/g
