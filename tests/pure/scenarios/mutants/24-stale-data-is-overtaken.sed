# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: data that PAWS rejects was but overtaken
# file: tell/describe.h
/^static __always_inline bool is_overtaken_ack/,/^}/s/ || carries_payload(s)//
