# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: an ACK that passed before its FIN does not acknowledge it
# file: core/exchange.h
/What acknowledges it was first at the observer/,/happens/s/if (has_acked/if (0 \&\& has_acked/
