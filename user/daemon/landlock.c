// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "daemon/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/* What came later than Linux 6.1's headers. */
#define ACCESS_REFER (1ULL << 13)      /* ABI 2, Linux 5.19 */
#define ACCESS_TRUNCATE (1ULL << 14)   /* ABI 3, Linux 6.2 */
#define ACCESS_IOCTL_DEV (1ULL << 15)  /* ABI 5, Linux 6.10 */

static const __u64 given[] = {
	/* One that is full is moved aside: that removes its name. */
	[WRITABLE_LOG] = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
			 LANDLOCK_ACCESS_FS_REMOVE_FILE | ACCESS_TRUNCATE,
	[WRITABLE_PINS] = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
			  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR,
	[WRITABLE_AWAY] = LANDLOCK_ACCESS_FS_REMOVE_DIR,
};

/* The accesses that a rule may name for a file that is no directory. */
#define OF_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)

/* All that this kernel can restrict, but reading. */
static __u64 restricted(int abi)
{
	__u64 access = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		       LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
		       LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

	return access | (abi >= 2 ? ACCESS_REFER : 0) | (abi >= 3 ? ACCESS_TRUNCATE : 0) | (abi >= 5 ? ACCESS_IOCTL_DEV : 0);
}

/* -ENOENT is no failure: what is not there can't be written. */
static int add_rule(int ruleset, const struct writable *writable, int abi)
{
	struct landlock_path_beneath_attr rule = {
		.parent_fd = open(writable->path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	int err = 0;

	if (rule.parent_fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(rule.parent_fd, &st))
		err = -errno;
	else
		rule.allowed_access = given[writable->how] & restricted(abi) & (S_ISDIR(st.st_mode) ? ~0ULL : OF_FILES);
	if (!err && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		err = -errno;
	close(rule.parent_fd);
	return err;
}

int landlock_confine(const struct writable *list)
{
	int abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), ruleset, err = 0;
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = restricted(abi),
	};

	/* Built without it, turned off at boot, or refused by a container's seccomp profile. */
	if (abi < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM ? -EOPNOTSUPP : -errno;
	ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return -errno;
	for (; !err && list->path; list++)
		err = add_rule(ruleset, list, abi);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0))
		err = -errno;
	close(ruleset);
	return err;
}
