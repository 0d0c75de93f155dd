# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: silence after an RST in the window shows nothing
# file: core/doubt.h
s/return ((f->past\[0\].traits | f->past\[1\].traits) & END_RST_DOUBTFUL) ||/return/
