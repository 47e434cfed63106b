// SPDX-License-Identifier: MIT
/* Which lessons there are, and which one was meant: the folders lessons/NN-name of the
   repository in which the lab was built. */
#include "commands/commands.h"

#include "nearest.h"
#include "session/debuginfo.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "40-race-and-lock": 40 and "race and lock". */
static bool read_folder(const char *folder, struct lesson *lesson)
{
    if (!isdigit((unsigned char)folder[0]) || !isdigit((unsigned char)folder[1]) ||
        folder[2] != '-') {
        return false;
    }
    snprintf(lesson->folder, sizeof lesson->folder, "%s", folder);
    snprintf(lesson->name, sizeof lesson->name, "%s", folder);
    for (char *c = lesson->name; *c != '\0'; c++) {
        *c = *c == '-' ? ' ' : *c;
    }
    return true;
}

/* The first "30 minutes" of a line. */
static bool read_minutes(const char *line, struct lesson *lesson)
{
    for (const char *at = line; (at = strstr(at, " minutes")) != NULL; at++) {
        const char *digits = at;
        while (digits > line && isdigit((unsigned char)digits[-1])) {
            digits--;
        }
        if (digits < at) {
            snprintf(lesson->minutes, sizeof lesson->minutes, "%.*s minutes",
                     (int)(at - digits), digits);
            return true;
        }
    }
    return false;
}

static bool read_lesson(struct lesson *lesson)
{
    enum { LOOKED_AT = 20 };
    struct source *source = source_open(lesson->path);

    for (int line = 1; line <= source_lines(source) && line <= LOOKED_AT; line++) {
        const char *text = source_line(source, line);
        if (lesson->title[0] == '\0' && strncmp(text, "# ", 2) == 0) {
            snprintf(lesson->title, sizeof lesson->title, "%s", text + 2);
        }
        if (lesson->minutes[0] == '\0') {
            read_minutes(text, lesson);
        }
    }
    bool found = source != NULL;
    source_close(source);
    return found;
}

static int by_folder(const void *a, const void *b)
{
    return strcmp(((const struct lesson *)a)->folder, ((const struct lesson *)b)->folder);
}

size_t lessons_list(struct lesson *lessons, size_t room)
{
    char root[512];
    char folder[600];
    size_t count = 0;

    if (!repository_folder(root, sizeof root)) {
        return 0;
    }
    snprintf(folder, sizeof folder, "%s/lessons", root);
    DIR *list = opendir(folder);
    for (struct dirent *file;
         list != NULL && count < room && (file = readdir(list)) != NULL;) {
        struct lesson lesson = {.name = ""};
        if (strlen(file->d_name) < sizeof lesson.folder &&
            read_folder(file->d_name, &lesson) &&
            snprintf(lesson.path, sizeof lesson.path, "%s/%s/README.md", folder,
                     file->d_name) < (int)sizeof lesson.path &&
            read_lesson(&lesson)) {
            lessons[count++] = lesson;
        }
    }
    if (list != NULL) {
        closedir(list);
    }
    qsort(lessons, count, sizeof *lessons, by_folder);
    return count;
}

/* "10", "process", "10-process", "10 process". */
static bool is_meant(const struct lesson *lesson, const char *name)
{
    size_t number = strspn(lesson->folder, "0123456789");
    return strcmp(lesson->folder, name) == 0 || strcmp(lesson->name, name) == 0 ||
           strcmp(lesson->folder + number + 1, name) == 0 ||
           (strlen(name) == number && strncmp(lesson->folder, name, number) == 0);
}

bool lesson_find(const char *name, struct lesson *lesson, char *why, size_t size)
{
    static struct lesson lessons[LESSONS_MAX];
    size_t count = lessons_list(lessons, LESSONS_MAX);
    const struct lesson *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        if (is_meant(&lessons[i], name)) {
            *lesson = lessons[i];
            return true;
        }
        if (nearest == NULL ||
            mp_distance(name, lessons[i].folder) < mp_distance(name, nearest->folder)) {
            nearest = &lessons[i];
        }
    }
    if (nearest != NULL) {
        snprintf(why, size, "there is no lesson \"%s\"; did you mean \"%s\"?", name,
                 nearest->folder);
    } else {
        snprintf(why, size,
                 "there are no lessons: the folder lessons/ is not beside the "
                 "folder in which the lab was built");
    }
    return false;
}
