// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/page.h"

__asm__(".pushsection .rodata\n"
	".global page_html, page_html_size\n"
	"page_html: .incbin \"user/serve/page/index.html\"\n"
	"1:\n"
	".balign 4\n"
	"page_html_size: .int 1b - page_html\n"
	".popsection\n");
