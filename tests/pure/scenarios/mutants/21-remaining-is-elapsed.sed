# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 21: what remains of 2MSL is not told
# file: core/succession.h
s/h->wait_remaining_ms = ms_between(time, deadline);/h->wait_remaining_ms = h->wait_elapsed_ms;/
