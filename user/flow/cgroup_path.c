// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/cgroup_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CONTAINER_DIGITS 64
#define ECS_DIGITS 32
#define STATIC_POD_DIGITS 32
#define UUID_LENGTH 36

/* One name of the path, without systemd's suffix. */
struct part {
	const char *text;
	size_t len, whole;  /* without and with the suffix */
	const char *suffix; /* ".scope"...; NULL: none */
};

/* What came before in the path. */
struct before {
	struct part parent;
	bool ecs;
};

static bool is_hex(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

static bool are_digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return count;
}

static bool is_word(const struct part *part, const char *word)
{
	return part->len == strlen(word) && !memcmp(part->text, word, part->len);
}

static struct part part_of(const char *text, size_t len)
{
	static const char *const suffixes[] = { ".scope", ".slice", ".service" };
	struct part part = { .text = text, .len = len, .whole = len };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t size = strlen(suffixes[i]);

		if (len > size && !memcmp(text + len - size, suffixes[i], size)) {
			part.len = len - size;
			part.suffix = suffixes[i];
		}
	}
	return part;
}

static void copy(char *to, size_t size, const char *from, size_t len)
{
	snprintf(to, size, "%.*s", (int)len, from);
}

/* ---- pods ------------------------------------------------------------------- */

/* systemd's dash separates slices, so Kubernetes writes "_" there. */
static bool is_uuid(const char *text)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };

	for (int i = 0; i < 5; i++) {
		if (!is_hex(text, groups[i]) || (i < 4 && text[groups[i]] != '-' && text[groups[i]] != '_'))
			return false;
		text += groups[i] + 1;
	}
	return true;
}

/* podUID, or kubepods-burstable-podUID. A static pod's uid is a hash. */
static bool take_pod(const struct part *part, struct cgroup_words *words)
{
	static const size_t lengths[] = { UUID_LENGTH, STATIC_POD_DIGITS };

	for (int i = 0; i < 2; i++) {
		size_t len = lengths[i], at = part->len - len;
		const char *uid = part->text + at;

		if (part->len < len + 3 || memcmp(uid - 3, "pod", 3) || (at > 3 && uid[-4] != '-') ||
		    !(len == UUID_LENGTH ? is_uuid(uid) : is_hex(uid, len)))
			continue;
		copy(words->pod, sizeof(words->pod), uid, len);
		for (char *c = words->pod; *c; c++)
			*c = *c == '_' ? '-' : *c;
		return true;
	}
	return false;
}

/* ---- containers ---------------------------------------------------------------- */

static const struct {
	const char *word, *runtime;
} runtimes[] = {
	{ "docker", "docker" },       { "cri-containerd", "containerd" }, { "crio", "cri-o" },
	{ "libpod", "podman" },       { "nerdctl", "containerd" },        { "default", "containerd" },
	{ "k8s.io", "containerd" },   { "ecs", "docker" },
};

static const char *runtime_named(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++)
		if (strlen(runtimes[i].word) == len && !memcmp(runtimes[i].word, text, len))
			return runtimes[i].runtime;
	return NULL;
}

/* PREFIX-ID or ID, below the runtime's own name or a pod's. conmon only watches over a container, from outside. */
static bool take_id(const struct part *part, const struct before *before, struct cgroup_words *words)
{
	static const char monitor[] = "conmon";
	size_t prefix = part->len - CONTAINER_DIGITS;
	const char *id = part->text + prefix, *runtime;

	if (part->len < CONTAINER_DIGITS || (part->suffix && strcmp(part->suffix, ".scope")) || !is_hex(id, CONTAINER_DIGITS) ||
	    (prefix && id[-1] != '-'))
		return false;
	if (prefix > sizeof(monitor) && !memcmp(id - sizeof(monitor), monitor, sizeof(monitor) - 1))
		return false;
	runtime = prefix ? runtime_named(part->text, prefix - 1) : runtime_named(before->parent.text, before->parent.len);
	words->runtime = runtime ?: before->ecs ? "docker" : NULL;
	copy(words->container, sizeof(words->container), id, CONTAINER_DIGITS);
	return true;
}

/* ECS on Fargate: the task's 32 digits, and a number of the container. */
static bool take_ecs(const struct part *part, const struct before *before, struct cgroup_words *words)
{
	if (!before->ecs || part->len <= ECS_DIGITS + 1 || part->len >= CONTAINER_ID || !is_hex(part->text, ECS_DIGITS) ||
	    part->text[ECS_DIGITS] != '-' || !are_digits(part->text + ECS_DIGITS + 1, part->len - ECS_DIGITS - 1))
		return false;
	words->runtime = "ecs";
	copy(words->container, sizeof(words->container), part->text, part->len);
	return true;
}

/* LXC, Incus: by name. */
static bool take_lxc(const struct part *part, const struct before *before, struct cgroup_words *words)
{
	static const char payload[] = "lxc.payload.";
	const char *name = part->text;
	size_t len = part->whole;

	if (len > sizeof(payload) - 1 && !memcmp(name, payload, sizeof(payload) - 1)) {
		name += sizeof(payload) - 1;
		len -= sizeof(payload) - 1;
	} else if (!is_word(&before->parent, "lxc") && !is_word(&before->parent, "lxc.payload")) {
		return false;
	}
	words->runtime = "lxc";
	copy(words->container, sizeof(words->container), name, len);
	return true;
}

/* ---- the path -------------------------------------------------------------------- */

static void take_part(const struct part *part, struct before *before, struct cgroup_words *words)
{
	if (take_id(part, before, words) || take_ecs(part, before, words) || take_lxc(part, before, words))
		words->unit[0] = 0; /* of what is around it */
	else if (!take_pod(part, words) && part->suffix && strcmp(part->suffix, ".slice"))
		copy(words->unit, sizeof(words->unit), part->text, part->whole);
	before->ecs |= is_word(part, "ecs");
	before->parent = *part;
}

/* Where containerd and the kubelet do not agree on who makes cgroups, "SLICE:cri-containerd:ID" becomes one name. */
void cgroup_words_of(const char *path, struct cgroup_words *words)
{
	struct before before = { .parent.text = "" };

	*words = (struct cgroup_words){};
	while (*path) {
		size_t len = strcspn(path, "/:");

		if (len) {
			struct part part = part_of(path, len);

			take_part(&part, &before, words);
		}
		path += len + (path[len] != 0);
	}
}
