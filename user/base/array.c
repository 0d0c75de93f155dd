// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/array.h"

#include <stdlib.h>

#define FIRST_ROOM 64

void *array_with_room(void *list, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? *room : FIRST_ROOM;
	void *grown;

	if (count <= *room)
		return list;
	while (more < count)
		more *= 2;
	grown = reallocarray(list, more, size);
	if (grown)
		*room = more;
	return grown;
}
