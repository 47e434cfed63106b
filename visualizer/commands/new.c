// SPDX-License-Identifier: MIT
/* lab new: writes a program to start from, which works as it is. */
#include "commands/own.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MOST = 40 };

/* What stands in it for its name, and for how the lab is called, is put in by write_text(). */
static const char text[] =
    "// @: two processes add to one counter. Watch it: $ run @.c\n"
    "#include \"demo.h\"\n"
    "\n"
    "struct shared { int counter; };                       /* one: all processes see it */\n"
    "struct job { struct shared *shared; mp_lock *lock; }; /* each has its own copy */\n"
    "\n"
    "static int add(void *arg)\n"
    "{\n"
    "    struct job *job = arg;\n"
    "    for (int i = 0; i < 3; i++) {\n"
    "        must(mp_lock_acquire(job->lock, MP_FOREVER));\n"
    "        job->shared->counter += 1; /* and without the lock? */\n"
    "        must(mp_lock_release(job->lock));\n"
    "    }\n"
    "    return 0;\n"
    "}\n"
    "\n"
    "int main(void)\n"
    "{\n"
    "    struct job job = {.shared = must_have(MP_SHARED(struct shared))};\n"
    "    mp_process *child[2];\n"
    "    must(mp_lock_create(&job.lock));\n"
    "    demo_expect(\"counter\", 6);\n"
    "    for (int i = 0; i < 2; i++) {\n"
    "        must(mp_process_create(&child[i], add, &job, NULL));\n"
    "        must(mp_process_start(child[i]));\n"
    "    }\n"
    "    for (int i = 0; i < 2; i++)\n"
    "        must(mp_process_join(child[i], MP_FOREVER));\n"
    "    int counter = job.shared->counter;\n"
    "    return demo_result(\"counter\", counter, 6, \"lost\", 6 - counter);\n"
    "}\n";

static void write_text(FILE *file, const char *name)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '@') {
            fputs(name, file);
        } else if (*c == '$') {
            fputs(lab_name, file);
        } else {
            putc(*c, file);
        }
    }
}

/* A name that can be typed everywhere: of a file, of a program, of a process. */
static bool is_good_name(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' &&
            (name[i] != '-' || i == 0)) {
            return false;
        }
    }
    return length > 0 && length <= NAME_MOST && isalpha((unsigned char)name[0]);
}

/* Nothing is written over. LAB_FINE, or the status with its line said. */
static int write_file(const char *path, const char *name)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        return lab_error(LAB_USAGE,
                         "%s is there already, and stays as it is: choose another name",
                         path);
    }
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        return lab_error(LAB_CANNOT, "%s cannot be written: %s", path, strerror(errno));
    }
    write_text(file, name);
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        int error = errno;
        unlink(path);
        return lab_error(LAB_CANNOT, "%s cannot be written: %s", path, strerror(error));
    }
    return LAB_FINE;
}

int command_new(int argc, char **argv)
{
    char name[NAME_MOST + 8];
    char path[NAME_MOST + 16];

    if (argc < 2) {
        return lab_error(LAB_USAGE, "new what? For example: %s new my", lab_name);
    }
    if (argc > 2) {
        return lab_error(LAB_USAGE, "\"%s\" is one too many: new takes one name", argv[2]);
    }
    size_t length = strlen(argv[1]);
    length -= is_source_name(argv[1]) ? 2 : 0; /* "my.c" is meant as "my" */
    snprintf(name, sizeof name, "%.*s", (int)length, argv[1]);
    if (length > NAME_MOST || !is_good_name(name)) {
        return lab_error(LAB_USAGE,
                         "\"%s\" is no name for a program: at most %d letters, digits, _ "
                         "and -, a letter first",
                         argv[1], NAME_MOST);
    }
    snprintf(path, sizeof path, "%s.c", name);
    int rc = write_file(path, name);
    if (rc == LAB_FINE) {
        printf("%s: two processes, one counter, one lock. It works as it is.\n"
               "watch it         %s run %s\n"
               "change it        o, while you watch it; or with any editor\n"
               "only compile it  %s cc %s\n",
               path, lab_name, path, lab_name, path);
    }
    return rc;
}
