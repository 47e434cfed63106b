// SPDX-License-Identifier: MIT
/*
 * Building a program of one source file, as make builds the demos: with the compiler's
 * access hooks, linked with mp, which defines them. The flags are make's own: it hands them
 * to this file.
 *
 * All is made under temporary names beside the program and then renamed: nobody ever sees
 * half a program, and one that still runs is not written over.
 */
#include "commands/own.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 96, TEXT_SIZE = 4096 };

/* A command, word by word. */
struct words {
    char *word[WORDS_MAX + 1];
    size_t count;
    char text[TEXT_SIZE]; /* of words that are made here */
    size_t used;
    bool full;
};

static void add(struct words *words, const char *word)
{
    words->full = words->full || words->count == WORDS_MAX;
    if (!words->full) {
        words->word[words->count++] = (char *)word;
        words->word[words->count] = NULL;
    }
}

static void __attribute__((format(printf, 2, 3)))
add_made(struct words *words, const char *format, ...)
{
    char *word = words->text + words->used;
    size_t room = sizeof words->text - words->used;
    va_list arguments;
    va_start(arguments, format);
    size_t length = (size_t)vsnprintf(word, room, format, arguments);
    va_end(arguments);
    if (length >= room) {
        words->full = true;
        return;
    }
    words->used += length + 1;
    add(words, word);
}

/* Flags as make writes them: words between blanks. */
static void add_flags(struct words *words, const char *flags)
{
    for (const char *at = flags; *(at += strspn(at, " ")) != '\0';
         at += strcspn(at, " ")) {
        add_made(words, "%.*s", (int)strcspn(at, " "), at);
    }
}

static void print_words(const struct words *words)
{
    printf("%s", words->word[0]);
    for (size_t i = 1; i < words->count; i++) {
        print_word(words->word[i]);
    }
    printf("\n");
    fflush(stdout);
}

/* --- the two commands ----------------------------------------------------------------------- */

/* Names that the compiler writes to. */
struct names {
    char object[OWN_PATH + 16];
    char program[OWN_PATH + 16];
    char inputs[OWN_PATH + 16]; /* which files were read; "": nobody asks */
};

struct job {
    struct build *build;
    struct compiler compiler;
    struct kit kit;
};

/* Is this argument for the linker alone? */
static bool is_for_link(const char *argument)
{
    return strncmp(argument, "-l", 2) == 0 || strncmp(argument, "-L", 2) == 0 ||
           strncmp(argument, "-Wl,", 4) == 0;
}

static void add_more(struct words *words, const struct build *build, bool link)
{
    for (char *const *more = build->more; more != NULL && *more != NULL; more++) {
        if (link || !is_for_link(*more)) {
            add(words, *more);
        }
    }
}

static void begin_words(struct words *words, const struct job *job)
{
    *words = (struct words){.count = 0};
    for (char *const *word = job->compiler.words; *word != NULL; word++) {
        add(words, *word);
    }
}

static void compile_words(struct words *words, const struct job *job,
                          const struct names *names)
{
    char above[OWN_PATH];
    char parts[OWN_PATH];

    begin_words(words, job);
    add_flags(words, DEMO_COMPILE);
    if (job->compiler.is_clang) {
        add_flags(words, DEMO_COMPILE_CLANG);
    }
    add_made(words, "-I%s", job->kit.headers);
    if (parts_find(job->build->source, above, sizeof above, parts, sizeof parts)) {
        add_made(words, "-I%s", above);
    }
    if (names->inputs[0] != '\0') {
        add_flags(words, "-MMD -MF");
        add(words, names->inputs);
    }
    add_more(words, job->build, false);
    add_flags(words, "-c -o");
    add(words, names->object);
    add(words, job->build->source);
}

/* What a program needs that includes this. */
static const struct {
    const char *header, *library;
} libraries[] = {{"<math.h>", "-lm"}, {"<curl/curl.h>", "-lcurl"}};

static void add_libraries(struct words *words, const char *source)
{
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        if (source_includes(source, libraries[i].header)) {
            add(words, libraries[i].library);
        }
    }
}

/* Files of its own are no part of what is shown: without hooks, as make compiles them. */
static void add_parts(struct words *words, const struct job *job)
{
    char above[OWN_PATH];
    char parts[OWN_PATH];
    DIR *list;

    if (!parts_find(job->build->source, above, sizeof above, parts, sizeof parts) ||
        (list = opendir(parts)) == NULL) {
        return;
    }
    add_flags(words, "-std=c17 -D_GNU_SOURCE -O2 -g");
    add_made(words, "-I%s", job->kit.headers);
    for (struct dirent *file; (file = readdir(list)) != NULL;) {
        if (is_source_name(file->d_name)) {
            add_made(words, "%s/%s", parts, file->d_name);
        }
    }
    closedir(list);
}

static void link_words(struct words *words, const struct job *job,
                       const struct names *names)
{
    begin_words(words, job);
    add(words, "-o");
    add(words, names->program);
    add(words, names->object);
    add_flags(words, DEMO_LINK);
    add_parts(words, job);
    add(words, "-Wl,--whole-archive");
    add(words, job->kit.library);
    add(words, "-Wl,--no-whole-archive");
    add_more(words, job->build, true);
    add_libraries(words, job->build->source);
    add(words, "-pthread");
}

/* The commands as they can be typed: with the names that are meant. */
static void say_commands(const struct job *job)
{
    static struct words words;
    struct names names = {.inputs = ""};

    snprintf(names.program, sizeof names.program, "%s", job->build->program);
    snprintf(names.object, sizeof names.object, "%s.o", job->build->program);
    compile_words(&words, job, &names);
    print_words(&words);
    link_words(&words, job, &names);
    print_words(&words);
}

static int run_words(const struct job *job, const struct words *words, const char *failed,
                     char *why, size_t size)
{
    if (words->full) {
        snprintf(why, size, "too many arguments for the compiler");
        return LAB_USAGE;
    }
    int status = compiler_run(words->word, job->build->messages);
    if (status == 0) {
        return LAB_FINE;
    }
    if (status < 0) {
        snprintf(why, size, "%s cannot be started: %s", words->word[0], strerror(-status));
        return LAB_CANNOT;
    }
    if (WIFSIGNALED(status)) {
        snprintf(why, size, "the compiler was stopped (signal %d)", WTERMSIG(status));
        return LAB_CANNOT;
    }
    snprintf(why, size, "%s %s: the compiler says why, above", job->build->source, failed);
    return LAB_PROGRAM_FAILED;
}

static int run_both(const struct job *job, const struct names *names, char *why,
                    size_t size)
{
    static struct words words;

    compile_words(&words, job, names);
    int rc = run_words(job, &words, "does not compile", why, size);
    if (rc == LAB_FINE) {
        link_words(&words, job, names);
        rc = run_words(job, &words, "cannot be linked", why, size);
    }
    return rc;
}

/* --- making a program ----------------------------------------------------------------------- */

bool is_source_name(const char *name)
{
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".c") == 0 && name[length - 3] != '/';
}

static bool source_is_there(const char *source, char *why, size_t size)
{
    struct stat about;

    if (stat(source, &about) != 0) {
        bool here = errno == ENOENT && strchr(source, '/') == NULL;
        int length = (int)strlen(source) - 2;
        if (here) {
            snprintf(why, size, "there is no file %s; \"%s new %.*s\" writes one", source,
                     lab_name, length, source);
        } else {
            snprintf(why, size, "%s: %s", source, strerror(errno));
        }
        return false;
    }
    if (!S_ISREG(about.st_mode) || access(source, R_OK) != 0) {
        snprintf(why, size, "%s %s", source,
                 S_ISREG(about.st_mode) ? "may not be read" : "is not a file");
        return false;
    }
    return true;
}

/* May the program be put there? */
static bool place_is_good(const char *program, char *why, size_t size)
{
    struct stat about;

    if (stat(program, &about) == 0 && !S_ISREG(about.st_mode)) {
        snprintf(why, size, "%s is there already and is no file: say -o NAME", program);
        return false;
    }
    return true;
}

/* An empty file beside the program, for the compiler to write to. False: errno. */
static bool make_temporary(char *path, size_t size, const char *program, const char *end,
                           struct timespec *made)
{
    struct stat about;
    snprintf(path, size, "%.*s.XXXXXX%s", OWN_PATH - 1, program, end);
    int fd = mkostemps(path, (int)strlen(end), O_CLOEXEC);
    if (fd < 0) {
        path[0] = '\0';
        return false;
    }
    if (made != NULL && fstat(fd, &about) == 0) {
        *made = about.st_mtim;
    }
    close(fd);
    return true;
}

static void remove_temporaries(const struct names *names)
{
    const char *const paths[] = {names->object, names->program, names->inputs};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i][0] != '\0') {
            unlink(paths[i]);
        }
    }
}

/* What was made gets its names. Its time is that of the beginning: who changes the source
   meanwhile has a source that is newer. */
static bool put_in_place(const struct build *build, const struct names *names,
                         const struct timespec *begun)
{
    char inputs[OWN_PATH + 8];
    struct timespec times[2] = {*begun, *begun};
    mode_t mask = umask(0);

    umask(mask);
    snprintf(inputs, sizeof inputs, "%s.d", build->program);
    return chmod(names->program, 0777 & ~mask) == 0 &&
           utimensat(AT_FDCWD, names->program, times, 0) == 0 &&
           (names->inputs[0] == '\0' || rename(names->inputs, inputs) == 0) &&
           rename(names->program, build->program) == 0;
}

static int make_program(const struct job *job, char *why, size_t size)
{
    struct names names = {.object = ""};
    struct timespec begun = {0};
    const char *program = job->build->program;
    int rc = LAB_CANNOT;

    if (!make_temporary(names.object, sizeof names.object, program, ".o", &begun) ||
        !make_temporary(names.program, sizeof names.program, program, "", NULL) ||
        (job->build->notes_inputs &&
         !make_temporary(names.inputs, sizeof names.inputs, program, ".d", NULL))) {
        snprintf(why, size, "%s cannot be written: %s", program, strerror(errno));
    } else {
        rc = run_both(job, &names, why, size);
        if (rc == LAB_FINE && !put_in_place(job->build, &names, &begun)) {
            snprintf(why, size, "%s cannot be written: %s", program, strerror(errno));
            rc = LAB_CANNOT;
        }
    }
    remove_temporaries(&names);
    return rc;
}

/* Signals that end the lab wait until all is cleaned up; Ctrl-C reaches the compiler too. */
static int make_undisturbed(const struct job *job, char *why, size_t size)
{
    sigset_t ending;
    sigset_t before;

    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGQUIT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, &before);
    int rc = make_program(job, why, size);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return rc;
}

int build_program(struct build *build, char *why, size_t size)
{
    struct job job = {.build = build};

    if (!source_is_there(build->source, why, size) ||
        !place_is_good(build->program, why, size)) {
        return LAB_USAGE;
    }
    if (!kit_find(&job.kit, why, size) || !compiler_find(&job.compiler, why, size)) {
        return LAB_CANNOT;
    }
    if (build->says) {
        say_commands(&job);
    }
    return make_undisturbed(&job, why, size);
}
