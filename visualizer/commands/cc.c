// SPDX-License-Identifier: MIT
/* lab cc: compiles a program of one's own as the demos are compiled. */
#include "commands/own.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void cc_help(void)
{
    printf(
        "Usage: %s cc X.c [-o PROGRAM] [-v] [-- MORE FOR THE COMPILER]\n\n"
        "Compiles a program of your own as the demos are compiled, so that the lab\n"
        "sees its reads and writes. The compiler is $CC; else cc, gcc or clang.\n\n"
        "  -o PROGRAM     its name; else that of the source without .c, in this folder\n"
        "  -v             says the commands\n",
        lab_name);
}

/* Splits what stands behind -- off: returns the count of the words before it. */
static int split_off(int argc, char **argv, struct build *build)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            build->more = argv + i + 1;
            return i;
        }
    }
    return argc;
}

static int read_cc_options(int argc, char **argv, struct build *build, const char **out)
{
    int own = split_off(argc, argv, build);

    opterr = 0;
    optind = 1;
    for (int found; (found = getopt(own, argv, ":o:vh-:")) != -1;) {
        switch (found) {
        case 'o':
            *out = optarg;
            break;
        case 'v':
            build->says = true;
            break;
        case 'h':
            cc_help();
            exit(LAB_FINE);
        case '-':
            if (strcmp(optarg, "help") == 0) {
                cc_help();
                exit(LAB_FINE);
            }
            return lab_error(LAB_USAGE, "cc knows -o and -v, not --%s", optarg);
        case ':':
            return lab_error(LAB_USAGE, "-%c takes a name", optopt);
        default:
            return lab_error(LAB_USAGE,
                             "cc knows -o and -v, not -%c; what the compiler is to get "
                             "comes after --",
                             optopt);
        }
    }
    if (optind == own) {
        return lab_error(LAB_USAGE, "cc what? For example: %s cc my.c", lab_name);
    }
    if (own - optind > 1) {
        return lab_error(LAB_USAGE, "\"%s\" is one too many: cc takes one source file",
                         argv[optind + 1]);
    }
    build->source = argv[optind];
    return LAB_FINE;
}

/* "../x/my.c": "my", in this folder. */
static int name_program(struct build *build, const char *out)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): set, or refused, before */
    const char *slash = strrchr(build->source, '/');
    const char *name = slash != NULL ? slash + 1 : build->source;
    int length = out != NULL ? snprintf(build->program, sizeof build->program, "%s", out)
                             : snprintf(build->program, sizeof build->program, "%.*s",
                                        (int)strlen(name) - 2, name);

    if (length == 0 || length >= (int)sizeof build->program || build->program[0] == '-') {
        return lab_error(LAB_USAGE, "\"%s\" is no name for a program",
                         out != NULL ? out : name);
    }
    if (is_source_name(build->program)) {
        return lab_error(LAB_USAGE, "%s is the name of a source file: it would be lost",
                         build->program);
    }
    return LAB_FINE;
}

static void say_what_next(const char *program)
{
    char path[OWN_PATH + 2];
    snprintf(path, sizeof path, "%s%s", strchr(program, '/') != NULL ? "" : "./", program);
    printf("%-16s %s run", "watch it", lab_name);
    print_word(path);
    printf("\n%-16s", "by itself");
    print_word(path);
    printf("\n");
}

int command_cc(int argc, char **argv)
{
    struct build build = {.messages = STDERR_FILENO};
    const char *out = NULL;
    char why[1024];
    int rc = read_cc_options(argc, argv, &build, &out);

    if (rc != LAB_FINE) {
        return rc;
    }
    if (!is_source_name(build.source)) {
        return lab_error(LAB_USAGE,
                         "%s is not a C file: the name of one ends in .c, as in my.c",
                         build.source);
    }
    if ((rc = name_program(&build, out)) != LAB_FINE) {
        return rc;
    }
    if ((rc = build_program(&build, why, sizeof why)) != LAB_FINE) {
        return lab_error(rc, "%s", why);
    }
    say_what_next(build.program);
    return LAB_FINE;
}
