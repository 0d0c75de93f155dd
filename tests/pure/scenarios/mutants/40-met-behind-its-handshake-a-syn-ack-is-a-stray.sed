# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: a SYN-ACK again of a flow met behind its handshake opens anew, or is a stray
# file: core/judge.h
s/if ((same || !(f->past\[x\].traits & END_SYN)) && (acks/if (same \&\& (acks/
