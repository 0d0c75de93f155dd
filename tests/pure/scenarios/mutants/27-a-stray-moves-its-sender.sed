# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 27: what is not taken tells where its sender's segments pass
# file: core/copies.h
s/if (judgment <= JUDGE_HELD || .*)$/if (1)/
