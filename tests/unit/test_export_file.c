// SPDX-License-Identifier: MIT
// lab export: a recording in, a file out; as a whole, or what was there before stays.
#include "run.h"
#include "suite.h"
#include "unit/exports.h"
#include "unit/sessions.h"

#include "report/recording.h"
#include "report/save.h"

#include <errno.h>
#include <sys/stat.h>

struct folder {
    char path[64];
    char recording[128], out[128];
};

// A folder with a recording of lock_race in it.
static struct folder folder_with_recording(void)
{
    struct folder folder = {.path = "/tmp/test_export_file.XXXXXX"};
    struct recording_head head = {.program = "lock_race",
                                  .title = "2 processes, 3 increments each",
                                  .grain = MP_GRAIN_MEMORY,
                                  .schedule = "lock_race:2x3:112212"};
    struct session session;
    char why[256];
    ck_assert_ptr_nonnull(mkdtemp(folder.path));
    snprintf(folder.recording, sizeof folder.recording, "%s/run.txt", folder.path);
    snprintf(folder.out, sizeof folder.out, "%s/out", folder.path);
    session_begin(&session, "demos/lock_race --increments 3",
                  (struct run_setup){.grain = MP_GRAIN_MEMORY, .seed = 2});
    ck_assert(session_wait(&session, session_has_ended, SESSION_LIMIT_MS));
    ck_assert_msg(recording_save(folder.recording, &head, session.tape, NULL, NULL, why,
                                 sizeof why) == 0,
                  "%s", why);
    session_finish(&session);
    return folder;
}

static void folder_is_gone(struct folder *folder)
{
    unlink(folder->recording);
    unlink(folder->out);
    ck_assert_int_eq(rmdir(folder->path), 0); // nothing was left behind in it
}

static struct run_result export_by_lab(const struct folder *folder, const char *format,
                                       const char *out)
{
    const char *const argv[] = {built("lab"), "export", folder->recording,
                                "--format",   format,   out != NULL ? "-o" : NULL,
                                out,          NULL};
    return run_program(argv, NULL);
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
    fclose(file);
    return text;
}

START_TEST(each_format_to_standard_output_and_into_a_file)
{
    const struct export_format *format = &export_formats[_i];
    struct folder folder = folder_with_recording();
    struct recording *recording;
    char why[256];
    ck_assert_int_eq(recording_read(folder.recording, &recording, why, sizeof why), 0);
    struct export_run run = {.tape = recording->tape,
                             .title = "lock_race, 2 processes, 3 increments each",
                             .code = "lock_race:2x3:112212"};
    struct exported expected = export_to_memory(format->write, &run);
    struct run_result result = export_by_lab(&folder, format->name, NULL);
    run_assert_exit(&result, 0);
    ck_assert_str_eq(result.out, expected.text);
    ck_assert_str_eq(result.err, "");
    run_free(&result);
    for (int times = 0; times < 2; times++) { // the second one replaces the first
        result = export_by_lab(&folder, format->name, folder.out);
        run_assert_exit(&result, 0);
        ck_assert_str_eq(result.out, "");
        char *text = read_all(folder.out);
        ck_assert_str_eq(text, expected.text);
        free(text);
        run_free(&result);
    }
    free(expected.text);
    recording_free(recording);
    folder_is_gone(&folder);
}
END_TEST

START_TEST(what_cannot_be_written_is_told)
{
    struct folder folder = folder_with_recording();
    struct run_result result = export_by_lab(&folder, "svg", "/nowhere/at/all.svg");
    run_assert_exit(&result, 3);
    ck_assert(run_err_has(&result, "/nowhere/at/all.svg: cannot be written"));
    run_free(&result);
    result = export_by_lab(&folder, "csv", "/dev/full");
    run_assert_exit(&result, 3);
    ck_assert(run_err_has(&result, "/dev/full: cannot be written"));
    run_free(&result);
    folder_is_gone(&folder);
}
END_TEST

static int write_half(FILE *out, const void *context)
{
    fputs(context, out);
    return -ENODATA;
}

static int write_whole(FILE *out, const void *context)
{
    fputs(context, out);
    return 0;
}

START_TEST(a_file_is_replaced_as_a_whole_or_stays)
{
    struct folder folder = {.path = "/tmp/test_export_file.XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(folder.path));
    char link[128];
    snprintf(folder.recording, sizeof folder.recording, "%s/run.txt", folder.path);
    snprintf(link, sizeof link, "%s/link", folder.path);
    ck_assert_int_eq(save_file(folder.recording, write_whole, "before"), 0);
    ck_assert_int_eq(save_file(folder.recording, write_half, "half"), -ENODATA);
    char *text = read_all(folder.recording);
    ck_assert_str_eq(text, "before");
    free(text);
    ck_assert_int_eq(symlink("run.txt", link), 0);
    ck_assert_int_eq(save_file(link, write_whole, "after"), 0);
    struct stat about;
    ck_assert_int_eq(lstat(link, &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    text = read_all(folder.recording);
    ck_assert_str_eq(text, "after");
    free(text);
    unlink(link);
    folder_is_gone(&folder);
}
END_TEST

START_TEST(help_names_the_formats)
{
    const char *const argv[] = {built("lab"), "export", "--help", NULL};
    struct run_result result = run_program(argv, NULL);
    run_assert_exit(&result, 0);
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        ck_assert(run_out_has(&result, export_formats[i].help));
    }
    run_free(&result);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_format_to_standard_output_and_into_a_file, .to = EXPORT_FORMATS},
        {.test = what_cannot_be_written_is_told},
        {.test = a_file_is_replaced_as_a_whole_or_stays},
        {.test = help_names_the_formats},
    };
    return suite_run("export_file", tests, sizeof tests / sizeof *tests);
}
