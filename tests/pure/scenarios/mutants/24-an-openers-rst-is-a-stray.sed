# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: the RST of an opener that got no SYN-ACK is invalid
# file: late/stray.h
/^static __always_inline bool is_openers_answer/,/^}/s/== TH_RST \&\&/== 0xff \&\&/
