// SPDX-License-Identifier: MIT
/* Which demos there are, and which one was meant. */
#include "commands/commands.h"

#include "nearest.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The order of teaching; what is not named here follows in the order of the alphabet. */
static const char *const teaching[] = {"process",          "pool",           "queue",
                                       "lock_race",        "lock_fixed",     "downloads",
                                       "when_workers_die", "bounded_buffer", "deadlock",
                                       "deadlock_fixed",   "philosophers"};

enum { TEACHING = sizeof teaching / sizeof *teaching, OWN_NAME = 64 };

static size_t rank(const struct demo *demo)
{
    for (size_t i = 0; i < TEACHING; i++) {
        if (strcmp(demo->name, teaching[i]) == 0) {
            return i;
        }
    }
    return TEACHING;
}

static int by_teaching(const void *a, const void *b)
{
    size_t left = rank(a);
    size_t right = rank(b);
    if (left != right) {
        return left < right ? -1 : 1;
    }
    return strcmp(((const struct demo *)a)->name, ((const struct demo *)b)->name);
}

size_t demos_list(struct demo *demos, size_t room)
{
    char folder[560];
    demos_folder(folder, sizeof folder);
    DIR *list = opendir(folder);
    size_t count = 0;
    for (struct dirent *file; list != NULL && (file = readdir(list)) != NULL;) {
        struct stat about;
        struct demo demo = {.name = ""};
        if (file->d_name[0] == '.' || count == room ||
            snprintf(demo.path, sizeof demo.path, "%s/%s", folder, file->d_name) >=
                (int)sizeof demo.path ||
            stat(demo.path, &about) != 0 || !S_ISREG(about.st_mode) ||
            access(demo.path, X_OK) != 0 ||
            demo_entry_read(demo.path, &demo.entry) != 0 || !demo.entry.built_with_mp) {
            continue;
        }
        snprintf(demo.name, sizeof demo.name, "%.63s", file->d_name);
        demos[count++] = demo;
    }
    if (list != NULL) {
        closedir(list);
    }
    qsort(demos, count, sizeof *demos, by_teaching);
    return count;
}

static bool find_path(const char *path, struct demo *demo, char *why, size_t size)
{
    snprintf(demo->path, sizeof demo->path, "%s", path);
    const char *slash = strrchr(path, '/');
    snprintf(demo->name, sizeof demo->name, "%.63s", slash + 1);
    if (access(path, X_OK) != 0) {
        bool is_there = access(path, F_OK) == 0;
        snprintf(why, size, "%s: %s", path,
                 is_there ? "not a program: it may not be executed"
                          : "there is no such program");
        return false;
    }
    demo_entry_read(path, &demo->entry); /* what is wrong with it, the session says */
    return true;
}

/* Somebody's own: "my" stands for my.c, or for ./my, in this folder. */
static bool is_here(const char *name, char *own, size_t size)
{
    struct stat about;
    snprintf(own, size, "%.60s.c", name);
    if (access(own, R_OK) != 0) {
        snprintf(own, size, "./%.60s", name);
    }
    return stat(own, &about) == 0 && S_ISREG(about.st_mode) &&
           access(own, own[0] == '.' ? X_OK : R_OK) == 0;
}

bool demo_find(const char *name, struct demo *demo, char *why, size_t size)
{
    static struct demo demos[DEMOS_MAX];
    memset(demo, 0, sizeof *demo);
    if (strchr(name, '/') != NULL) {
        return find_path(name, demo, why, size);
    }
    size_t count = demos_list(demos, DEMOS_MAX);
    const struct demo *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(demos[i].name, name) == 0) {
            *demo = demos[i];
            return true;
        }
        if (nearest == NULL ||
            mp_distance(name, demos[i].name) < mp_distance(name, nearest->name)) {
            nearest = &demos[i];
        }
    }
    char own[OWN_NAME];
    if (is_here(name, own, sizeof own)) {
        snprintf(why, size, "there is no demo \"%s\"; did you mean \"%s\"?", name, own);
    } else if (nearest != NULL) {
        snprintf(why, size, "there is no demo \"%s\"; did you mean \"%s\"?", name,
                 nearest->name);
    } else {
        snprintf(why, size, "there is no demo \"%s\": none is built yet; type make", name);
    }
    return false;
}
