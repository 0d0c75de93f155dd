# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 2: PSH, URG, ECE and CWR are not masked
# file: core/known.h
s/__u8 flags = s->flags & TH_CONTROL;/__u8 flags = s->flags;/
s/__u8 one = flags & (TH_SYN | TH_FIN | TH_RST);/__u8 one = flags \& ~(TH_ACK | TH_PSH);/
