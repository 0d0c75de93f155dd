# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: there is no life before
# file: late/stray.h
s/if (!h->former_end || /if (1 || /
