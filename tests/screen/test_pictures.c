// SPDX-License-Identifier: MIT
// The pictures in README and lessons are what the lab shows: they are made from it here, and
// compared with the files. With PICTURES=write (make pictures) they are written instead.
#include "paths.h"
#include "picture.h"
#include "suite.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 24, COLS = 80, LIMIT_MS = 20000, QUIET_MS = 300 };

struct picture {
    const char *file;    // under lessons/pictures
    const char *argv[6]; // of the lab
    const char *wait;    // for this text
    const char *keys;    // then these are typed
    const char *then;    // and this is waited for
};

static const struct picture pictures[] = {
    {"lock_race", {"run", "lock_race"}, "Predict:", NULL, NULL},
    {"lock_fixed", {"run", "lock_fixed"}, "STOPPED  Only", "1", "1 cannot go"},
    {"process", {"run", "process"}, "Can it be killed", NULL, NULL},
};

enum { PICTURES = sizeof pictures / sizeof *pictures };

static struct terminal *open_lab(const struct picture *picture)
{
    const char *argv[8] = {built("lab")};
    for (int i = 0; picture->argv[i] != NULL; i++) {
        argv[i + 1] = picture->argv[i];
    }
    return terminal_open(ROWS, COLS, NULL, argv);
}

static void reach(struct terminal *t, const struct picture *picture)
{
    terminal_assert_text(t, picture->wait, LIMIT_MS);
    if (picture->keys != NULL) {
        terminal_type(t, picture->keys);
        terminal_assert_text(t, picture->then, LIMIT_MS);
    }
    terminal_settle(t, QUIET_MS);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return strdup("");
    }
    char *text = NULL;
    size_t room = 0;
    ssize_t length = getdelim(&text, &room, '\0', file);
    fclose(file);
    if (length < 0) {
        free(text);
        return strdup("");
    }
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s cannot be written", path);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static bool writes(void)
{
    const char *how = getenv("PICTURES");
    return how != NULL && strcmp(how, "write") == 0;
}

// Takes out of a picture where things stand: a column may be as wide as its numbers were.
static void forget_places(char *svg)
{
    static const char *const places[] = {" x=\"", " y=\"", " textLength=\"", " width=\""};
    char *to = svg;
    for (const char *from = svg; *from != '\0';) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof places / sizeof *places && length == 0; i++) {
            size_t name = strlen(places[i]);
            if (strncmp(from, places[i], name) == 0) {
                length = name + strcspn(from + name, "\"") + 1;
            }
        }
        from += length;
        if (length == 0 && to < from && (*from == '<' || *from == '>')) {
            *to++ =
                ' '; // where a tag stands, a word ends: columns are as wide as the pids
        }
        if (length == 0) {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static void compare_or_write(const char *path, char *made)
{
    if (writes()) {
        write_file(path, made);
        return;
    }
    char *kept = read_file(path);
    forget_places(kept);
    forget_places(made);
    ck_assert_msg(picture_same(kept, made), "%s is not what the lab shows: make pictures",
                  path);
    free(kept);
}

static void leave(struct terminal *t)
{
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LIMIT_MS);
    terminal_close(t);
}

START_TEST(each_picture_is_what_the_lab_shows)
{
    const struct picture *picture = &pictures[_i];
    char path[256];
    struct terminal *t = open_lab(picture);
    reach(t, picture);
    char *svg = picture_svg(t, terminal_pid(t));
    snprintf(path, sizeof path, "lessons/pictures/%s.svg", picture->file);
    compare_or_write(source(path), svg);
    free(svg);
    leave(t);
}
END_TEST

// README has the first one as text, between the fences after "What you will see".
START_TEST(the_screen_in_readme_is_what_the_lab_shows)
{
    struct terminal *t = open_lab(&pictures[0]);
    reach(t, &pictures[0]);
    char *text = picture_text(t, terminal_pid(t));
    char *readme = read_file(source("README.md"));
    char *heading = strstr(readme, "## What you will see");
    ck_assert_msg(heading != NULL, "README.md has no \"What you will see\"");
    char *begin = strstr(heading, "```\n");
    ck_assert(begin != NULL);
    begin += strlen("```\n");
    char *end = strstr(begin, "```\n");
    ck_assert(end != NULL);
    if (writes()) {
        size_t size = strlen(readme) + strlen(text) + 1;
        char *changed = malloc(size);
        snprintf(changed, size, "%.*s%s%s", (int)(begin - readme), readme, text, end);
        write_file(source("README.md"), changed);
        free(changed);
    } else {
        *end = '\0';
        ck_assert_msg(
            picture_same(begin, text),
            "the screen in README.md is not what the lab shows: make pictures\n%s", text);
    }
    free(readme);
    free(text);
    leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_picture_is_what_the_lab_shows, .timeout = 60, .to = PICTURES},
        {.test = the_screen_in_readme_is_what_the_lab_shows, .timeout = 60},
    };
    return suite_run("pictures", tests, sizeof tests / sizeof *tests);
}
