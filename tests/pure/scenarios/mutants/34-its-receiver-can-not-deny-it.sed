# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN stays, whatever its receiver acknowledges
# file: core/missed_fin.h
/^static __always_inline bool denies_fin/,/^}/s/return (theirs/return false \&\& (theirs/
