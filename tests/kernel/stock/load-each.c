// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * load-each [-l LINES] OBJECT [NAME=VALUE...]
 *
 * Loads each program of a BPF object by itself, so that one rejection does not
 * hide the verdict on the others, and prints what the verifier of the running
 * kernel says: the instructions it processed, or the last LINES (default 30) of
 * its log. NAME=VALUE sets a constant (const volatile) first: the verifier
 * follows only the branches that constants leave open.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_VERBOSE = 1, LOG_STATS = 4 }; /* kernel: include/linux/bpf_verifier.h */
enum { LOG_BYTES = 16 << 20 };

static char libbpf_said[4096];

/* What libbpf itself complains of is printed only if a program fails. */
static int keep_warning(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t used = strlen(libbpf_said);

	if (level == LIBBPF_WARN && used < sizeof(libbpf_said))
		vsnprintf(libbpf_said + used, sizeof(libbpf_said) - used, format, args);
	return 0;
}

/* 0; -ENOENT if the object has no such constant. */
static int set_constant(struct bpf_object *object, const char *name, size_t name_len, __u64 value)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section;
	const struct btf_var_secinfo *var;
	size_t size;
	char data[4096];

	if (!map || id < 0)
		return -ENOENT;
	size = bpf_map__value_size(map);
	if (size > sizeof(data))
		return -E2BIG;
	memcpy(data, bpf_map__initial_value(map, &size), size);
	section = btf__type_by_id(btf, id);
	var = btf_var_secinfos(section);
	for (int i = 0; i < btf_vlen(section); i++, var++) {
		const char *text = btf__name_by_offset(btf, btf__type_by_id(btf, var->type)->name_off);

		if (strlen(text) != name_len || strncmp(text, name, name_len))
			continue;
		if (var->offset + var->size > size || var->size > sizeof(value))
			return -EINVAL;
		memcpy(data + var->offset, &value, var->size); /* little endian */
		return bpf_map__set_initial_value(map, data, size);
	}
	return -ENOENT;
}

/* The object, nothing loaded yet, with only program number `index` to load. */
static struct bpf_object *open_for(const char *path, int index, char **constants, struct bpf_program **chosen)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	int at = 0;

	*chosen = NULL;
	if (!object) {
		printf("not ok %s: %s\n%s", path, strerror(errno), libbpf_said);
		return NULL;
	}
	for (; *constants; constants++) {
		size_t len = strcspn(*constants, "=");
		int err = (*constants)[len] ? set_constant(object, *constants, len, strtoull(*constants + len + 1, NULL, 0)) :
					      -EINVAL;
		if (err) {
			printf("not ok %s: %s: %s\n", path, *constants, strerror(-err));
			bpf_object__close(object);
			return NULL;
		}
	}
	bpf_object__for_each_program(program, object) {
		bpf_program__set_autoload(program, at == index);
		if (at++ == index)
			*chosen = program;
	}
	return object;
}

static void print_tail(const char *log, int lines)
{
	const char *from = log + strlen(log);

	for (lines++; from > log && lines; from--)
		lines -= from[-1] == '\n';
	if (from > log)
		from++;
	printf("%s%s", from, *from ? "" : "(the verifier left no log)\n");
}

/* The verdict of one load, in the log buffer: 0 or a negative errno. */
static int try_load(const char *path, int index, char **constants, int level, char *log, char *name)
{
	struct bpf_program *program;
	struct bpf_object *object = open_for(path, index, constants, &program);
	int err;

	if (!object)
		exit(1);
	if (!program) {
		bpf_object__close(object);
		return 1;
	}
	snprintf(name, 64, "%s", bpf_program__name(program));
	*log = *libbpf_said = '\0';
	bpf_program__set_log_buf(program, log, LOG_BYTES);
	bpf_program__set_log_level(program, level);
	err = bpf_object__load(object);
	bpf_object__close(object);
	return err;
}

int main(int argc, char **argv)
{
	char *log = malloc(LOG_BYTES), name[64];
	int lines = 30, failed = 0, index, err, option;

	while ((option = getopt(argc, argv, "l:")) == 'l')
		lines = atoi(optarg);
	if (option != -1 || optind == argc || !log) {
		fprintf(stderr, "usage: load-each [-l LINES] OBJECT [NAME=VALUE...]\n");
		return 2;
	}
	libbpf_set_print(keep_warning);
	for (index = 0;; index++) {
		err = try_load(argv[optind], index, argv + optind + 1, LOG_STATS, log, name);
		if (err > 0)
			break;
		if (!err) {
			for (char *end = log; (end = strchr(end, '\n'));)
				*end = end[1] ? ' ' : '\0';
			printf("ok %s: %s\n", name, log);
			continue;
		}
		failed++;
		printf("not ok %s: %s\n", name, strerror(-err));
		try_load(argv[optind], index, argv + optind + 1, LOG_VERBOSE | LOG_STATS, log, name);
		print_tail(log, lines);
		printf("%s", *log ? "" : libbpf_said);
	}
	printf("%d passed, %d failed, 0 skipped\n", index - failed, failed);
	return failed || !index;
}
