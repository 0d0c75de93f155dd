# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: who says the same again agrees
# file: core/anew.h
s/return mine->kind != CLAIM_FAR || seq_after(s->ack, mine->agreed);/return true;/
