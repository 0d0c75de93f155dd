# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an end one beyond its data has sent no FIN
# file: core/missed_fin.h
/^static __always_inline bool shows_own_missed_fin/,/^}/s/return !has_seen_fin/return false \&\& !has_seen_fin/
