// SPDX-License-Identifier: MIT
/*
 * Changing the program that is looked at: its source in an editor, then the compiler, whose
 * messages are shown as they are. The lab's own demos are never changed: a copy is.
 */
#include "commands/own.h"

#include "screen/screen.h"
#include "screen/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_SIZE = 512, CHUNK = 4096 };

/* --- which file ----------------------------------------------------------------------------- */

struct edited {
    char path[OWN_PATH];
    char original[OWN_PATH]; /* of which `path` is a copy made just now; or "" */
};

static bool copy_file(const char *from, const char *to)
{
    char bytes[CHUNK];
    size_t length;
    FILE *in = fopen(from, "re");
    FILE *out = in != NULL ? fopen(to, "wxe") : NULL;
    bool good = out != NULL;

    while (good && (length = fread(bytes, 1, sizeof bytes, in)) > 0) {
        good = fwrite(bytes, 1, length, out) == length;
    }
    good = good && !ferror(in);
    if (out != NULL && fclose(out) != 0) {
        good = false;
    }
    if (in != NULL) {
        fclose(in);
    }
    if (!good && out != NULL) {
        unlink(to);
    }
    return good;
}

static bool is_same(const char *one, const char *other)
{
    FILE *a = fopen(one, "re");
    FILE *b = fopen(other, "re");
    bool same = a != NULL && b != NULL;

    for (int c = 0; same && c != EOF;) {
        c = getc(a);
        same = c == getc(b);
    }
    if (a != NULL) {
        fclose(a);
    }
    if (b != NULL) {
        fclose(b);
    }
    return same;
}

/* A copy from an earlier time is gone on with. */
static bool choose_copy(const struct demo *demo, struct edited *edited, char *why,
                        size_t size)
{
    char folder[OWN_PATH - 80];

    if (!mine_folder(folder, sizeof folder, true, why, size)) {
        return false;
    }
    snprintf(edited->path, sizeof edited->path, "%s/%s.c", folder, demo->name);
    if (access(edited->path, F_OK) == 0) {
        edited->original[0] = '\0';
        return true;
    }
    if (!copy_file(edited->original, edited->path)) {
        snprintf(why, size, "%s cannot be written: %s", edited->path, strerror(errno));
        return false;
    }
    return true;
}

static bool choose_file(const struct run_options *options, const char *shown,
                        struct edited *edited, char *why, size_t size)
{
    *edited = (struct edited){.path = ""};
    if (options->source[0] != '\0') {
        snprintf(edited->path, sizeof edited->path, "%s", options->source);
        return true;
    }
    if (demo_source(&options->demo, edited->original, sizeof edited->original)) {
        return choose_copy(&options->demo, edited, why, size);
    }
    if (shown == NULL || !is_source_name(shown) || access(shown, R_OK) != 0) {
        snprintf(why, size, "The source of %s is not known, or not there.",
                 options->demo.name);
        return false;
    }
    snprintf(edited->path, sizeof edited->path, "%s", shown);
    return true;
}

/* --- the editor ------------------------------------------------------------------------------- */

static bool is_in_path(const char *program)
{
    char path[COMMAND_SIZE];
    const char *folders = getenv("PATH");

    for (const char *at = folders; at != NULL && *at != '\0';) {
        int length = (int)strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", length, at, program);
        if (length > 0 && access(path, X_OK) == 0) {
            return true;
        }
        at += length + (at[length] == ':');
    }
    return false;
}

/* $VISUAL, $EDITOR, or one that is there. NULL: none. */
static const char *choose_editor(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    static const char *const usual[] = {"vi", "nano", "vim", "emacs"};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (is_in_path(usual[i])) {
            return usual[i];
        }
    }
    return NULL;
}

/* The editor may have arguments of its own: the shell splits them, as git has it do. */
static bool run_editor(const char *path, char *why, size_t size)
{
    char command[COMMAND_SIZE];
    const char *editor = choose_editor();
    pid_t pid;

    if (editor == NULL) {
        snprintf(why, size, "There is no editor here: install nano, or set EDITOR.");
        return false;
    }
    if (snprintf(command, sizeof command, "%s \"$@\"", editor) >= (int)sizeof command) {
        snprintf(why, size, "EDITOR is too long.");
        return false;
    }
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, command,
                    (char[]){"sh"}, (char *)path,   NULL};
    int error = spawn_start(argv, NULL, &pid);
    int status = error == 0 ? screen_wait_for(pid) : 0;
    if (error != 0) {
        snprintf(why, size, "The editor could not be started: %s", strerror(error));
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        snprintf(why, size, "There is no editor \"%.60s\": set EDITOR to one.", editor);
    } else if (status != 0) {
        snprintf(why, size, "The editor ended with an error: nothing was built.");
    }
    return error == 0 && status == 0;
}

/* --- building --------------------------------------------------------------------------------- */

/* Prints what the compiler said; false: it said nothing. */
static bool print_messages(int messages)
{
    char bytes[CHUNK];
    bool any = false;

    for (off_t at = 0;;) {
        ssize_t length = pread(messages, bytes, sizeof bytes, at);
        if (length <= 0) {
            return any;
        }
        fwrite(bytes, 1, (size_t)length, stdout);
        at += length;
        any = true;
    }
}

static bool build_edited(const char *path, struct build *build, char *why, size_t size)
{
    int messages = memfd_create("messages", MFD_CLOEXEC);

    *build = (struct build){.source = path,
                            .messages = messages >= 0 ? messages : STDERR_FILENO};
    int rc = build_for_run(build, why, size);
    bool said = messages >= 0 && print_messages(messages);
    if (said && rc == LAB_FINE) {
        printf("\nIt compiles, all the same.");
    }
    if (said) {
        printf("\nPress any key to go %s. ", rc == LAB_FINE ? "on" : "back");
        fflush(stdout);
        screen_any_key();
    }
    if (said && rc != LAB_FINE) {
        snprintf(why, size, "%.200s does not compile. This is the program as it was.",
                 path);
    }
    if (messages >= 0) {
        close(messages);
    }
    return rc == LAB_FINE;
}

/* From now on this is what is run, and what is typed to run it. */
static void run_that(struct run_options *options, const char *path,
                     const struct build *build)
{
    struct demo demo = {.name = ""};

    snprintf(demo.name, sizeof demo.name, "%s", options->demo.name);
    snprintf(demo.path, sizeof demo.path, "%.511s", build->program);
    demo_entry_read(demo.path, &demo.entry);
    options->demo = demo;
    snprintf(options->source, sizeof options->source, "%s", path);
    options->typed = options->source;
}

bool edit_and_build(struct run_options *options, const char *shown, char *text,
                    size_t size)
{
    struct edited edited;
    struct build build;

    if (!choose_file(options, shown, &edited, text, size)) {
        return false;
    }
    const char *path = path_from_here(edited.path);
    screen_away();
    bool good = run_editor(path, text, size);
    if (edited.original[0] != '\0' && is_same(edited.original, edited.path)) {
        unlink(edited.path); /* no copy where nothing was changed */
        if (good) {
            snprintf(text, size, "Nothing was changed.");
        }
        good = false;
    }
    good = good && build_edited(path, &build, text, size);
    screen_back();
    if (good) {
        run_that(options, path, &build);
        snprintf(text, size, "Built from %.200s, and begun again.", path);
    }
    return good;
}
