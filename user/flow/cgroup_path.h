/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the path of a cgroup says: container runtimes, Kubernetes and systemd lay them out each in its own way,
 * but name what lies there.
 */
#ifndef TCPSTATE_USER_FLOW_CGROUP_PATH_H
#define TCPSTATE_USER_FLOW_CGROUP_PATH_H

#define CONTAINER_ID 65  /* 64 hex digits */
#define POD_UID 37       /* a UUID, or the 32 hex digits of a static pod's */
#define CGROUP_UNIT 128

struct cgroup_words {
	const char *runtime;              /* "docker"...; NULL: no container, or it does not say */
	char container[CONTAINER_ID];     /* its id, in full; "": none */
	char pod[POD_UID];                /* Kubernetes' uid; "": none */
	char unit[CGROUP_UNIT];           /* systemd's innermost service or scope that is no container's; "": none */
};

/* The innermost of each kind: of a container in a container, the inner one. */
void cgroup_words_of(const char *path, struct cgroup_words *words);

#endif
