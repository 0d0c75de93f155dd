/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Arrays that grow while they are filled one by one. */
#ifndef TCPSTATE_USER_BASE_ARRAY_H
#define TCPSTATE_USER_BASE_ARRAY_H

#include <stddef.h>
#include <string.h>

/*
 * The list with room for count items of that size, perhaps at another place: what
 * it had is doubled until they fit, so that adding one by one is cheap. NULL: out
 * of memory; the list is where it was.
 */
void *array_with_room(void *list, size_t *room, size_t count, size_t size);

/* list (an lvalue, like count and room) gets room for that many: false means out of memory. */
#define ARRAY_MAKE_ROOM(list, room, wanted)                                          \
	({                                                                           \
		void *place_ = array_with_room(list, &(room), wanted, sizeof(*(list))); \
		if (place_)                                                          \
			(list) = place_;                                             \
		place_ != NULL;                                                      \
	})

/* One more item at the end of list, all zero, and counted. NULL: out of memory. */
#define ARRAY_ADD(list, count, room)                                                 \
	(ARRAY_MAKE_ROOM(list, room, (count) + 1)                                    \
		 ? (__typeof__(list))memset(&(list)[(count)++], 0, sizeof(*(list)))  \
		 : NULL)

#endif
