# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: silence after an RST in the window shows nothing
# file: expiry.h
s/if ((f->past\[0\].doubtful_rst || f->past\[1\].doubtful_rst) &&/if (0 \&\&/
