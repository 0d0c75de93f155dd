# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 43: a lone segment is told
# file: core/step.h
s/((f->traits & FLOW_CONFIRMED) || (out->facts & FACT_PROGRESS)/((f->traits \& FLOW_CONFIRMED) || true || (out->facts \& FACT_PROGRESS)/
