# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 27: both ends have one TTL
# file: tell/describe.h
s/e->usual_ttl = f->past\[x\].ttl;/e->usual_ttl = f->past[0].ttl;/
