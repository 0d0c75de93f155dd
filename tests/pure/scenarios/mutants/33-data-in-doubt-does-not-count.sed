# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: of what is settled, the data does not count
# file: core/apply.h
/^static __always_inline void release(/,/^}/s/^\tnews->released_end = end;/\tnews->released.seg.len = 0;\n&/
