// SPDX-License-Identifier: MIT
/*
 * A file that is there as a whole, or not at all: written beside its place, and then put
 * into it in one go. What was there before stays until then.
 */
#ifndef REPORT_SAVE_H
#define REPORT_SAVE_H

#include <stdio.h>

/* Writes what belongs into the file. 0, or -errno: then there will be no file. */
typedef int save_writer(FILE *out, const void *context);

/*
 * Saves a file of this name. What is there already and is no file (a terminal, a pipe) is
 * written to as it is; a link stays one. 0, what `write` returned, or -errno.
 */
int save_file(const char *path, save_writer *write, const void *context);

#endif
