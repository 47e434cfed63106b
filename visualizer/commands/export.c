// SPDX-License-Identifier: MIT
/* lab export: a recording for other programs. */
#include "commands/option_words.h"

#include "nearest.h"
#include "report/export.h"
#include "report/recording.h"
#include "report/save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct export_options {
    const char *file;
    const struct export_format *format;
    const char *out; /* NULL: standard output */
};

/* --- options --------------------------------------------------------------------------- */

static void export_help(void)
{
    printf("Usage: %s export RECORDING --format FORMAT [-o FILE]\n\n"
           "Writes a recording as a file for other programs.\n\n",
           lab_name);
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        printf("  --format %-8s %s\n", export_formats[i].name, export_formats[i].help);
    }
    printf("  -o FILE           into this file; else to standard output\n");
}

static int read_format(struct export_options *options, const char *name)
{
    const struct export_format *nearest = &export_formats[0];
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        const struct export_format *format = &export_formats[i];
        if (strcmp(name, format->name) == 0) {
            options->format = format;
            return LAB_FINE;
        }
        if (mp_distance(name, format->name) < mp_distance(name, nearest->name)) {
            nearest = format;
        }
    }
    return lab_error(LAB_USAGE,
                     "--format takes svg, csv, chrome or cast, not \"%s\"; did you mean "
                     "\"%s\"?",
                     name, nearest->name);
}

static const struct option known[] = {
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int check_options(const struct export_options *options)
{
    if (options->file == NULL) {
        return lab_error(LAB_USAGE,
                         "export what? For example: %s export race.txt --format svg",
                         lab_name);
    }
    if (options->format == NULL) {
        return lab_error(LAB_USAGE, "export as what? --format svg, csv, chrome or cast");
    }
    if (options->out != NULL && options->out[0] == '\0') {
        return lab_error(LAB_USAGE, "-o takes the name of a file");
    }
    return LAB_FINE;
}

static int read_options(struct export_options *options, int argc, char **argv)
{
    opterr = 0;
    optind = 0; /* all over again, whatever was read before */
    for (int found; (found = getopt_long(argc, argv, ":o:h", known, NULL)) != -1;) {
        switch (found) {
        case 'f':
            if (read_format(options, optarg) != LAB_FINE) {
                return LAB_USAGE;
            }
            break;
        case 'o':
            options->out = optarg;
            break;
        case 'h':
            export_help();
            exit(LAB_FINE);
        case ':':
            return lab_error(LAB_USAGE, "%s takes a value", argv[optind - 1]);
        default:
            return unknown_option(known, argv[optind - 1], "");
        }
    }
    if (argc - optind > 1) {
        return lab_error(LAB_USAGE, "\"%s\" is one too many: export takes one recording",
                         argv[optind + 1]);
    }
    options->file = argv[optind];
    return check_options(options);
}

/* --- the work -------------------------------------------------------------------------- */

struct job {
    const struct export_format *format;
    struct export_run run;
};

static int write_job(FILE *out, const void *context)
{
    const struct job *job = context;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set, or refused, before */
    return job->format->write(out, &job->run);
}

/* "lock_race, 2 processes, 5 increments each" */
static void title_of(const struct recording_head *head, char *title, size_t size)
{
    snprintf(title, size, "%s%s%s", head->program, head->title[0] != '\0' ? ", " : "",
             head->title);
}

static int write_out(const struct export_options *options, struct recording *recording)
{
    char title[sizeof recording->head.program + sizeof recording->head.title + 2];
    const char *code = recording->head.schedule;
    title_of(&recording->head, title, sizeof title);
    struct job job = {.format = options->format,
                      .run = {.tape = recording->tape,
                              .title = title,
                              .code = code != NULL ? code : "",
                              .find = recording_place,
                              .context = recording}};
    int rc = options->out != NULL ? save_file(options->out, write_job, &job)
                                  : write_job(stdout, &job);
    if (rc == 0) {
        return LAB_FINE;
    }
    if (rc == -ENODATA) {
        return lab_error(LAB_CANNOT, "%s: of this run not all is known", options->file);
    }
    return lab_error(LAB_CANNOT, "%s: cannot be written: %s",
                     options->out != NULL ? options->out : "standard output",
                     strerror(-rc));
}

int command_export(int argc, char **argv)
{
    struct export_options options = {.file = NULL};
    struct recording *recording;
    char why[512];
    int rc = read_options(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    rc = recording_read(options.file, &recording, why, sizeof why);
    if (rc != 0) {
        return lab_error(rc == -ENOMEM ? LAB_CANNOT : LAB_USAGE, "%s", why);
    }
    rc = write_out(&options, recording);
    recording_free(recording);
    return rc;
}
