/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The page for people: user/serve/page/index.html, inside the program. */
#ifndef TCPSTATE_USER_SERVE_PAGE_H
#define TCPSTATE_USER_SERVE_PAGE_H

extern const char page_html[];
extern const unsigned int page_html_size;

#endif
