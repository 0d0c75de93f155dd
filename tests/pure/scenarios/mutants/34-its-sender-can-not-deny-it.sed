# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN stays, whatever its sender sends
# file: core/missed_fin.h
/^static __always_inline bool denies_own_fin/,/^}/s/if (!(past->traits \& END_FIN_INFERRED))/if (1)/
