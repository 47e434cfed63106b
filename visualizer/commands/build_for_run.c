// SPDX-License-Identifier: MIT
/*
 * Programs that are compiled to be run at once: kept in a folder for each folder of sources,
 * and made again when something that they were made of has changed since.
 */
#include "commands/own.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_older(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* A file that is there, and has not changed since the program was begun. */
static bool is_unchanged(const char *path, const struct timespec *begun)
{
    struct stat about;
    return stat(path, &about) == 0 && is_older(&about.st_mtim, begun);
}

/* What the compiler read, as it noted it: "my.o: my.c \", then more names. A name with a
   blank in it is not found, and then the program is made again. */
static bool inputs_are_unchanged(const char *program, const struct timespec *begun)
{
    char path[OWN_PATH + 8];
    char name[OWN_PATH];
    bool first = true;
    bool good = true;

    snprintf(path, sizeof path, "%s.d", program);
    FILE *inputs = fopen(path, "re");
    while (inputs != NULL && good && fscanf(inputs, "%767s", name) == 1) {
        if (!first && strcmp(name, "\\") != 0) {
            good = is_unchanged(name, begun);
        }
        first = false;
    }
    good = good && inputs != NULL && !first;
    if (inputs != NULL) {
        fclose(inputs);
    }
    return good;
}

static bool is_fresh(const struct build *build)
{
    struct stat about;
    struct kit kit;
    char why[OWN_PATH + 64];

    return stat(build->program, &about) == 0 && S_ISREG(about.st_mode) &&
           kit_find(&kit, why, sizeof why) && is_unchanged(kit.library, &about.st_mtim) &&
           is_unchanged("/proc/self/exe", &about.st_mtim) &&
           is_unchanged(build->source, &about.st_mtim) &&
           inputs_are_unchanged(build->program, &about.st_mtim);
}

/* FNV-1a: a short name for a long one. */
static uint64_t hash(uint64_t so_far, const char *text)
{
    for (; *text != '\0'; text++) {
        so_far = (so_far ^ (unsigned char)*text) * 0x100000001b3u;
    }
    return so_far;
}

/* Programs of one name from several folders, or by several compilers, do not meet. */
static int choose_place(struct build *build, const char *source, char *why, size_t size)
{
    char folder[OWN_PATH - 64];
    const char *name = strrchr(source, '/') + 1;
    const char *compiler = getenv("CC");

    if (!mine_folder(folder, sizeof folder - 32, false, why, size)) {
        return LAB_CANNOT;
    }
    uint64_t where = 0xcbf29ce484222325u;
    char above[OWN_PATH];
    snprintf(above, sizeof above, "%.*s", (int)(name - source), source);
    where = hash(hash(where, above), compiler != NULL ? compiler : "");
    size_t used = strlen(folder);
    snprintf(folder + used, sizeof folder - used, "/%016llx", (unsigned long long)where);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        snprintf(why, size, "%s cannot be made: %s", folder, strerror(errno));
        return LAB_CANNOT;
    }
    int length = snprintf(build->program, sizeof build->program, "%s/%.*s", folder,
                          (int)strlen(name) - 2, name);
    if (length >= (int)sizeof build->program) {
        snprintf(why, size, "the name %s is too long", name);
        return LAB_CANNOT;
    }
    return LAB_FINE;
}

int build_for_run(struct build *build, char *why, size_t size)
{
    char *source = realpath(build->source, NULL);

    build->program[0] = '\0';
    build->notes_inputs = true;
    if (source != NULL) {
        int rc = choose_place(build, source, why, size);
        free(source);
        if (rc != LAB_FINE || is_fresh(build)) {
            return rc;
        }
    }
    return build_program(build, why, size);
}
