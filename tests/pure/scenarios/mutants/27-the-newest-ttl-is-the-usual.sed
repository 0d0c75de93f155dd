# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 27: the usual TTL is that of the newest segment
# file: core/apply.h
s/if (!f->past\[x\].ttl && .*)$/if (1)/
