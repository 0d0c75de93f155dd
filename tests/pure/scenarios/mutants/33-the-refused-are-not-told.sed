# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what is refused is not told
# file: core/apply.h
/VERDICT_REFUSED) {/,/}/s/news->refused_end = end;/;/
