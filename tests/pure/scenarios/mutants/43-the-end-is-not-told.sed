# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 43: what ends before it was believed is not told
# file: core/apply.h
/if (f->traits & FLOW_QUIET) {/,/^\t}/s/f->traits &= ~FLOW_QUIET;/;/
