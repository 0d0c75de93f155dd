// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/local_ends.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "findings/look.h"
#include "host/cgroups.h"

static int read_sockets(void *arg)
{
	return sockets_read(arg);
}

bool local_sockets_read(struct look *l, struct socket_list *sockets)
{
	*sockets = (struct socket_list){};
	return !look_in_netns(l, read_sockets, sockets);
}

int local_ends_read(struct look *l, struct local_ends *ends)
{
	int err;

	*ends = (struct local_ends){};
	look_in_netns(l, local_host_read, &ends->host); /* where that fails, only hooks tell what is local */
	look_whose(l);
	l->whose.own = &ends->host.addresses;
	ends->whose = &l->whose;
	err = look_in_netns(l, read_sockets, &ends->sockets);
	if (err == -ENOMEM) {
		local_ends_free(ends);
		return err;
	}
	if (err == -ENOENT)
		notice("the instance's network namespace can't be entered from here, so its sockets and processes are not known");
	else if (err)
		notice("the kernel does not tell of its sockets (sock_diag: %s), so processes are not known", strerror(-err));
	if (err)
		return 0;
	ends->known = true;
	if (l->whose.openers.ready)
		return 0;
	ends->listed = true;
	err = owners_read(&ends->owners);
	if (err)
		local_ends_free(ends);
	return err;
}

static void take_listed(const struct local_ends *ends, const struct local_socket *socket, struct whose *w)
{
	const struct socket_owner *owner = owner_of(&ends->owners, socket->inode);

	if (!owner) {
		w->unknown = WHOSE_NOT_UNSEEN;
		return;
	}
	*w = (struct whose){ .pid = owner->pid };
	memcpy(w->comm, owner->comm, sizeof(w->comm));
	cgroup_path_of(owner->pid, w->path, sizeof(w->path));
	cgroup_words_of(w->path, &w->in);
}

void local_end_whose(const struct local_ends *ends, const struct whose_life *life, unsigned int end,
		     const struct local_socket *socket, struct whose *w)
{
	struct whose both[2];

	if (socket && ends->listed) {
		take_listed(ends, socket, w);
	} else if (socket) {
		openers_find_socket(&ends->whose->openers, socket->addr, socket->port, w);
	} else {
		ends->whose->source.find(ends->whose->source.arg, life, both);
		*w = both[end];
	}
}

void local_ends_free(struct local_ends *ends)
{
	local_host_free(&ends->host);
	sockets_free(&ends->sockets);
	owners_free(&ends->owners);
}
