# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN stays, whatever its sender sends
# file: judge.h
/^static __always_inline bool denies_own_fin/,/^}/s/return (f->past/return false \&\& (f->past/
