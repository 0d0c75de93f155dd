# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an ACK beyond the window is in doubt, too
# file: core/plausible.h
s/if (has_acked(f, x) ? seq_after(s->ack, me->edge) :/if (has_acked(f, x) ? false :/
