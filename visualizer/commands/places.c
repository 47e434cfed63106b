// SPDX-License-Identifier: MIT
/*
 * Where things are, seen from the lab's own file: in the tree in which it was built
 *
 *     build/lab  build/demos/  build/libmp.a  build/mine/    lessons/  demos/  demos/mp/
 *
 * or below the prefix under which it is installed
 *
 *     bin/lab  libexec/forklab/demos/  lib/forklab/libmp.a  include/forklab/
 *     share/forklab/lessons/  share/forklab/demos/
 */
#include "commands/own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void lab_folder(char *folder, size_t size)
{
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    snprintf(folder, size, "%s", path);
}

/* The prefix, where the lab is installed. False: it lies where it was built. */
static bool prefix_folder(char *folder, size_t size)
{
    char path[600];

    lab_folder(folder, size);
    char *slash = strrchr(folder, '/');
    if (slash == NULL || strcmp(slash, "/bin") != 0) {
        return false;
    }
    *slash = '\0';
    snprintf(path, sizeof path, "%.500s/libexec/forklab/demos", folder);
    return access(path, X_OK) == 0;
}

void demos_folder(char *folder, size_t size)
{
    char place[512];

    if (prefix_folder(place, sizeof place)) {
        snprintf(folder, size, "%s/libexec/forklab/demos", place);
        return;
    }
    lab_folder(place, sizeof place);
    snprintf(folder, size, "%s/demos", place);
}

bool repository_folder(char *folder, size_t size)
{
    enum { LEVELS = 4 }; /* built into build/, or into build/clang/ */
    char place[512];
    char path[600];

    if (prefix_folder(place, sizeof place)) {
        snprintf(folder, size, "%.480s/share/forklab", place);
        return access(folder, R_OK) == 0;
    }
    lab_folder(folder, size);
    for (int level = 0; level < LEVELS; level++) {
        snprintf(path, sizeof path, "%.500s/lessons/README.md", folder);
        if (access(path, R_OK) == 0) {
            return true;
        }
        char *slash = strrchr(folder, '/');
        if (slash == NULL || slash == folder) {
            break;
        }
        *slash = '\0';
    }
    return false;
}

bool kit_find(struct kit *kit, char *why, size_t size)
{
    char place[512];
    char header[OWN_PATH + 8];

    if (prefix_folder(place, sizeof place)) {
        snprintf(kit->headers, sizeof kit->headers, "%s/include/forklab", place);
        snprintf(kit->library, sizeof kit->library, "%s/lib/forklab/libmp.a", place);
    } else {
        lab_folder(place, sizeof place);
        snprintf(kit->library, sizeof kit->library, "%s/libmp.a", place);
        snprintf(kit->headers, sizeof kit->headers, "%s/demos/mp",
                 repository_folder(place, sizeof place) ? place : "");
    }
    snprintf(header, sizeof header, "%s/mp.h", kit->headers);
    if (access(header, R_OK) != 0) {
        snprintf(why, size,
                 "mp.h is not where it was when the lab was built: type make there");
        return false;
    }
    if (access(kit->library, R_OK) != 0) {
        snprintf(why, size, "%s is not there: type make", kit->library);
        return false;
    }
    return true;
}

/* --- a folder of one's own ---------------------------------------------------------------- */

/* Makes a folder and those above it. False: it cannot be written to. */
static bool make_folder(const char *folder)
{
    char path[OWN_PATH];

    snprintf(path, sizeof path, "%s", folder);
    for (char *c = path + 1; *c != '\0'; c++) {
        if (*c == '/') {
            *c = '\0';
            mkdir(path, 0777);
            *c = '/';
        }
    }
    mkdir(path, 0777);
    return access(path, W_OK | X_OK) == 0;
}

bool mine_folder(char *folder, size_t size, bool keeps, char *why, size_t why_size)
{
    char place[512];
    const char *base = getenv(keeps ? "XDG_DATA_HOME" : "XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (!prefix_folder(place, sizeof place)) {
        lab_folder(place, sizeof place);
        snprintf(folder, size, "%s/mine", place);
        if (make_folder(folder)) {
            return true;
        }
    }
    if (base != NULL && base[0] == '/') { /* a relative one does not count */
        snprintf(folder, size, "%s/forklab", base);
    } else if (home != NULL && home[0] == '/') {
        snprintf(folder, size, "%s/%s/forklab", home, keeps ? ".local/share" : ".cache");
    } else {
        snprintf(why, why_size, "there is no folder to build in: set HOME");
        return false;
    }
    if (!make_folder(folder)) {
        snprintf(why, why_size, "%s cannot be written to: %s", folder, strerror(errno));
        return false;
    }
    return true;
}

const char *path_from_here(const char *path)
{
    char here[OWN_PATH];
    size_t length = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;

    if (length > 1 && strncmp(path, here, length) == 0 && path[length] == '/') {
        return path + length + 1;
    }
    return path;
}

struct source *source_find(const char *path)
{
    char folder[512];
    char copy[OWN_PATH];
    const char *name = strrchr(path, '/');
    static const char in[] = "/demos";

    /* Installed demos: the tree in which they were built may be gone, or another one. */
    if (name != NULL && (size_t)(name - path) >= strlen(in) &&
        strncmp(name - strlen(in), in, strlen(in)) == 0 &&
        prefix_folder(folder, sizeof folder)) {
        snprintf(copy, sizeof copy, "%s/share/forklab/demos%s", folder, name);
        struct source *source = source_open(copy);
        if (source != NULL) {
            return source;
        }
    }
    return source_open(path);
}

bool demo_source(const struct demo *demo, char *path, size_t size)
{
    char folder[560];

    demos_folder(folder, sizeof folder);
    size_t length = strlen(folder);
    if (strncmp(demo->path, folder, length) != 0 || demo->path[length] != '/' ||
        !repository_folder(folder, sizeof folder)) {
        return false;
    }
    snprintf(path, size, "%.560s/demos/%s.c", folder, demo->name);
    return access(path, R_OK) == 0;
}
