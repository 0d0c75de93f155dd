# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: what is inside the old windows makes no difference
# file: core/step.h
s/if (h->claim\[end\].kind == CLAIM_FAR || h/if (h/
