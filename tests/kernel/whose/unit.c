// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What paths of cgroups say, as runtimes lay them out; and which line of a /proc/PID/cgroup is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flow/cgroup_path.h"
#include "host/cgroups.h"

#define ID_A "3f2a9c0b1d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8091a2b3c4d5e6f7"
#define ID_B "a81bc81dead4e5d0abff90865d1e13b1a81bc81dead4e5d0abff90865d1e13b1"
#define POD_A "8a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
#define POD_A_SYSTEMD "8a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9"
#define POD_STATIC "a0b1c2d3e4f5061728394a5b6c7d8e9f"

static const struct {
	const char *path, *runtime, *container, *pod, *unit;
} examples[] = {
	/* Docker: its own driver, systemd's; rootless; inside of a container. */
	{ "/docker/" ID_A, "docker", ID_A, "", "" },
	{ "/system.slice/docker-" ID_A ".scope", "docker", ID_A, "", "" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID_A ".scope", "docker", ID_A, "", "" },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/docker-" ID_A ".scope/init.scope", "docker", ID_A, "", "init.scope" },
	{ "/docker/" ID_B "/docker/" ID_A, "docker", ID_A, "", "" },
	{ "/docker/" ID_A "/system.slice/nginx.service", "docker", ID_A, "", "nginx.service" },
	{ "/system.slice/docker.service", NULL, "", "", "docker.service" },

	/* Kubernetes with containerd: systemd's driver, each class of service; the kubelet's own driver. */
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" POD_A_SYSTEMD ".slice/cri-containerd-" ID_A ".scope",
	  "containerd", ID_A, POD_A, "" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_A_SYSTEMD ".slice/cri-containerd-" ID_A ".scope",
	  "containerd", ID_A, POD_A, "" },
	{ "/kubepods.slice/kubepods-pod" POD_A_SYSTEMD ".slice/cri-containerd-" ID_A ".scope", "containerd", ID_A, POD_A, "" },
	{ "/kubepods/besteffort/pod" POD_A "/" ID_A, NULL, ID_A, POD_A, "" },
	{ "/kubepods/burstable/pod" POD_A "/" ID_A, NULL, ID_A, POD_A, "" },
	{ "/kubepods/pod" POD_A "/" ID_A, NULL, ID_A, POD_A, "" },
	{ "/kubepods/burstable/pod" POD_STATIC "/" ID_A, NULL, ID_A, POD_STATIC, "" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_STATIC ".slice/cri-containerd-" ID_A ".scope",
	  "containerd", ID_A, POD_STATIC, "" },
	/* Its drivers do not agree (SystemdCgroup = false under a kubelet with systemd's). */
	{ "/system.slice/containerd.service/kubepods-burstable-pod" POD_A_SYSTEMD ".slice:cri-containerd:" ID_A, "containerd", ID_A,
	  POD_A, "" },
	/* kind: a node that is a container itself. */
	{ "/docker/" ID_B "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod"
	  POD_A_SYSTEMD ".slice/cri-containerd-" ID_A ".scope", "containerd", ID_A, POD_A, "" },
	/* A pod in which Docker runs; a pod's own cgroup. */
	{ "/kubepods/burstable/pod" POD_A "/" ID_B "/docker/" ID_A, "docker", ID_A, POD_A, "" },
	{ "/kubepods/burstable/pod" POD_A, NULL, "", POD_A, "" },
	/* Dockershim, cri-dockerd. */
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" POD_A_SYSTEMD ".slice/docker-" ID_A ".scope", "docker",
	  ID_A, POD_A, "" },
	{ "/system.slice/kubelet.service", NULL, "", "", "kubelet.service" },

	/* CRI-O: both drivers; where the container has its cgroup below; conmon is outside of it. */
	{ "/kubepods.slice/kubepods-pod" POD_A_SYSTEMD ".slice/crio-" ID_A ".scope", "cri-o", ID_A, POD_A, "" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_A_SYSTEMD ".slice/crio-" ID_A ".scope/container",
	  "cri-o", ID_A, POD_A, "" },
	{ "/kubepods/burstable/pod" POD_A "/crio-" ID_A, "cri-o", ID_A, POD_A, "" },
	{ "/kubepods.slice/kubepods-pod" POD_A_SYSTEMD ".slice/crio-conmon-" ID_A ".scope", NULL, "", POD_A,
	  "crio-conmon-" ID_A ".scope" },

	/* Podman: root's, rootless, of a pod of its own; its monitor. */
	{ "/machine.slice/libpod-" ID_A ".scope", "podman", ID_A, "", "" },
	{ "/machine.slice/libpod-" ID_A ".scope/container", "podman", ID_A, "", "" },
	{ "/libpod_parent/libpod-" ID_A, "podman", ID_A, "", "" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID_A ".scope/container", "podman", ID_A, "", "" },
	{ "/machine.slice/machine-libpod_pod_" ID_B ".slice/libpod-" ID_A ".scope", "podman", ID_A, "", "" },
	{ "/machine.slice/machine-libpod_pod_" ID_B ".slice", NULL, "", "", "" },
	{ "/machine.slice/libpod-conmon-" ID_A ".scope", NULL, "", "", "libpod-conmon-" ID_A ".scope" },

	/* nerdctl and ctr, ECS and Fargate, LXC. */
	{ "/system.slice/nerdctl-" ID_A ".scope", "containerd", ID_A, "", "" },
	{ "/default/" ID_A, "containerd", ID_A, "", "" },
	{ "/ecs/" POD_A "/" ID_A, "docker", ID_A, "", "" },
	{ "/ecs/" POD_STATIC "/" POD_STATIC "-1234567890", "ecs", POD_STATIC "-1234567890", "", "" },
	{ "/lxc.payload.web1", "lxc", "web1", "", "" },
	{ "/lxc.payload.web1/system.slice/nginx.service", "lxc", "web1", "", "nginx.service" },
	{ "/lxc/web1", "lxc", "web1", "", "" },

	/* systemd: services, also templates and below them; sessions; users. */
	{ "/system.slice/nginx.service", NULL, "", "", "nginx.service" },
	{ "/system.slice/system-getty.slice/getty@tty1.service", NULL, "", "", "getty@tty1.service" },
	{ "/system.slice/system-postgresql.slice/postgresql@15-main.service", NULL, "", "", "postgresql@15-main.service" },
	{ "/system.slice/cron.service/job", NULL, "", "", "cron.service" },
	{ "/user.slice/user-1000.slice/session-3.scope", NULL, "", "", "session-3.scope" },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-2233.scope", NULL, "", "", "app-firefox-2233.scope" },
	{ "/machine.slice/systemd-nspawn@web.service/payload", NULL, "", "", "systemd-nspawn@web.service" },
	{ "/init.scope", NULL, "", "", "init.scope" },
	{ "/", NULL, "", "", "" },
	{ "", NULL, "", "", "" },

	/* None of them: too short, not hex, upper case, more digits; what only looks like a pod. */
	{ "/docker/3f2a9c0b1d4e", NULL, "", "", "" },
	{ "/docker/g" ID_A, NULL, "", "", "" },
	{ "/docker/3F2A9C0B1D4E5F60718293A4B5C6D7E8F9012A3B4C5D6E7F8091A2B3C4D5E6F7", NULL, "", "", "" },
	{ "/docker/0" ID_A, NULL, "", "", "" },
	{ "/tripod" POD_A, NULL, "", "", "" },
	{ "/pod", NULL, "", "", "" },
	{ "/system.slice/podman.service", NULL, "", "", "podman.service" },
};

static void test_paths(void **state)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct cgroup_words words;

		cgroup_words_of(examples[i].path, &words);
		if (strcmp(words.runtime ?: "", examples[i].runtime ?: "") || strcmp(words.container, examples[i].container) ||
		    strcmp(words.pod, examples[i].pod) || strcmp(words.unit, examples[i].unit))
			fail_msg("%s: runtime %s, container %s, pod %s, unit %s", examples[i].path, words.runtime ?: "-",
				 words.container, words.pod, words.unit);
	}
}

/* A unit may have a name of 255 characters: cut, and nothing beside it written. */
static void test_long_names(void **state)
{
	char path[600] = "/system.slice/";
	struct cgroup_words words;

	memset(path + strlen(path), 'x', 240);
	strcat(path, ".service");
	cgroup_words_of(path, &words);
	assert_int_equal(strlen(words.unit), CGROUP_UNIT - 1);
	memcpy(path, "/lxc.payload.x", 14);
	cgroup_words_of(path, &words);
	assert_int_equal(strlen(words.container), CONTAINER_ID - 1);
}

static void takes(const char *text, const char *wanted)
{
	char path[400];

	cgroup_path_in(text, path, sizeof(path));
	assert_string_equal(path, wanted);
}

static void test_lines(void **state)
{
	/* Only v2; Docker on v1 and beside it; systemd on both; nothing known but a place. */
	takes("0::/system.slice/nginx.service\n", "/system.slice/nginx.service");
	takes("12:pids:/docker/" ID_A "\n4:memory:/docker/" ID_A "\n1:name=systemd:/docker/" ID_A "\n0::/system.slice/containerd.service\n",
	      "/docker/" ID_A);
	takes("4:memory:/\n1:name=systemd:/system.slice/ssh.service\n0::/\n", "/system.slice/ssh.service");
	takes("4:memory:/system.slice/a.service\n1:name=systemd:/system.slice/b.service\n0::/system.slice/c.service\n",
	      "/system.slice/c.service");
	takes("4:memory:/jobs/7\n1:name=systemd:/\n0::/work\n", "/work");
	takes("1:name=systemd:/\n0::/\n", "/");
	takes("nonsense\n0:\n", "");
	takes("", "");
}

static void test_long_path(void **state)
{
	char text[1200] = "0::", path[100];

	while (strlen(text) < 900)
		strcat(text, "/some.slice");
	strcat(text, "/docker-" ID_A ".scope\n");
	cgroup_path_in(text, path, sizeof(path));
	assert_int_equal(strlen(path), sizeof(path) - 1);
	assert_string_equal(path + sizeof(path) - 1 - strlen("/docker-" ID_A ".scope"), "/docker-" ID_A ".scope");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
