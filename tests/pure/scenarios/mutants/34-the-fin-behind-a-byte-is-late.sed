# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN behind a byte that was taken for one is a stray
# file: late/stray.h
/if (denies_own_fin(f, x, s))/s/denies_own_fin(f, x, s)/s->len \&\& denies_own_fin(f, x, s)/
