/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The configuration file: the command line's long options, one a line.
 *
 *   # where
 *   interface = eth0,eth1
 *   timeout = established=7200
 *   track = "net 10.0.0.0/8 and port 443"     # with or without quotes
 *   bpf-stats                                  # or: bpf-stats = yes
 */
#ifndef TCPSTATE_USER_OPTIONS_FILE_H
#define TCPSTATE_USER_OPTIONS_FILE_H

struct options;
struct option_group;

/*
 * Read the file into options; groups as of options_parse. Values live as long
 * as options. 0, USAGE_ERROR or negative errno; all of the file's mistakes are
 * reported, each with its line.
 */
int config_read(const char *path, struct options *options, const struct option_group *const *groups);

/*
 * Options as they are meant: the defaults, over them given->config if there is
 * one, over that the command line that given was read from. Both at the start
 * and for a reload. command is for the messages. 0 or a reported error, and
 * then nothing is left to free.
 */
int config_apply(struct options *fresh, const struct options *given, const struct option_group *const *groups,
		 const char *command);

#endif
