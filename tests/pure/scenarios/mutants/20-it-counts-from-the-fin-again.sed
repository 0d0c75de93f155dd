# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: after a restart the new ACK does not count
# file: late/time_wait.h
s/h->wait_acked &= ~(1 << y);/;/
