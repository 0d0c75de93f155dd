# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: the wait counts from the FIN, whenever its ACK comes
# file: late/time_wait.h
s/h->wait_since\[x\] = now;/;/
