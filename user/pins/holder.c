// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "pins/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Lines such as "1: FLOCK  ADVISORY  WRITE 4711 00:1c:815 0 EOF"; of who only waits: "1: -> FLOCK ...". */
unsigned int pins_owner(int dir_fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	unsigned int found = 0;
	char line[256];
	struct stat st;

	if (!locks)
		return 0;
	while (!fstat(dir_fd, &st) && !found && fgets(line, sizeof(line), locks)) {
		unsigned int pid, device_major, device_minor;
		unsigned long inode;

		if (sscanf(line, "%*u: FLOCK %*s WRITE %u %x:%x:%lu", &pid, &device_major, &device_minor, &inode) == 4 &&
		    inode == st.st_ino && device_major == major(st.st_dev) && device_minor == minor(st.st_dev))
			found = pid;
	}
	fclose(locks);
	return found;
}

/* The process of that PID in /proc: its directory, which goes on naming it, and nobody else after it. */
static int open_process(unsigned int pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u", pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What the process calls itself: its PID in the innermost namespace that it is in. 0: it can't be told. */
static unsigned int pid_there(int process)
{
	int fd = openat(process, "status", O_RDONLY | O_CLOEXEC);
	FILE *status = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned int pid = 0;
	char line[256];

	if (!status) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (!pid && fgets(line, sizeof(line), status))
		if (!strncmp(line, "NSpid:", 6))
			pid = strtoul(strrchr(line, '\t') ?: "", NULL, 10);
	fclose(status);
	return pid;
}

/* -1, or a descriptor of the owner's directory in /proc. It holds the lock after that was opened as well as before. */
static int open_owner(int dir_fd)
{
	unsigned int pid = pins_owner(dir_fd);
	int process = pid ? open_process(pid) : -1;

	if (process >= 0 && pins_owner(dir_fd) != pid) {
		close(process);
		return -1;
	}
	return process;
}

/* /proc may be mounted for another PID namespace than ours, and then has other numbers. */
static int is_proc_ours(void)
{
	char self[32];
	ssize_t size = readlink("/proc/self", self, sizeof(self) - 1);

	if (size <= 0)
		return 0;
	self[size] = 0;
	return strtoul(self, NULL, 10) == (unsigned long)getpid();
}

int pins_owner_pidfd(int dir_fd)
{
	unsigned int pid = is_proc_ours() ? pins_owner(dir_fd) : 0;
	int fd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	if (fd >= 0 && pins_owner(dir_fd) != pid) {
		close(fd);
		return -1;
	}
	return fd;
}

int pins_owner_end(int dir_fd, unsigned int named, int value)
{
	siginfo_t info = {
		.si_signo = SIGTERM, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid(),
	};
	int process = open_owner(dir_fd), err = 0;

	if (process < 0)
		return -ESRCH;
	info.si_value.sival_int = value;
	if (pid_there(process) != named)
		err = -EAGAIN;
	/* Takes a directory of /proc for a pidfd. EINVAL: of no process that is in our PID namespace, or below it. */
	else if (syscall(SYS_pidfd_send_signal, process, SIGTERM, &info, 0))
		err = errno == EINVAL ? -ESRCH : -errno;
	close(process);
	return err;
}
