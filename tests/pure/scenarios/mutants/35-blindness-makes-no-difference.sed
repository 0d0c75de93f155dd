# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: behind a known blindness one exchange is not enough
# file: core/anew.h
s/(blind ? 1 : ROUNDS_TO_AGREE)/ROUNDS_TO_AGREE/
