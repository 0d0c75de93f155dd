# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: an ACK to an opener is but one of what was never sent
# file: late/stray.h
s/return theirs == STATE_SYN_SENT || theirs == STATE_LISTEN ? STRAY_CHALLENGE_ACK :/return 0 ? STRAY_CHALLENGE_ACK :/
