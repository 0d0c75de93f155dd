# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a hint never becomes a FIN
# file: core/missed_fin.h
s/((f->past\[y\].traits & END_FIN_HINT) && s->ack == to->next/(false \&\& s->ack == to->next/
