# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: the restarts are not counted
# file: late/time_wait.h
s/h->wait_restarts++;/;/
