// SPDX-License-Identifier: MIT
// Every demo that is built: its catalogue entry, its opening comment, and that it is fit to
// be watched: short enough, and nothing but the values that it declares is shared.
#include "demos.h"

#include "unit/sessions.h"

enum {
    SUMMARY_MAX = 75,
    STEPS_MAX = 120, // a minute at two steps a second
    SEEDS = 3,
};

static bool is_grain(const char *grain)
{
    return strcmp(grain, "lives") == 0 || strcmp(grain, "calls") == 0 ||
           strcmp(grain, "memory") == 0;
}

// The demo takes these arguments: --help comes after them, and is reached.
static void takes(const char *demo, const char *arguments)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "demos/%s %s --help", demo, arguments);
    struct run_result done = run(command);
    run_assert_exit(&done, 0);
    run_free(&done);
}

START_TEST(each_demo_has_an_entry)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        const char *name = demos.name[i];
        struct demo_entry entry = demo_entry_of(name);
        ck_assert_msg(entry.built_with_mp && entry.hooked, "%s", name);
        ck_assert_uint_ge(strlen(entry.summary), 10);
        ck_assert_uint_le(strlen(entry.summary), SUMMARY_MAX);
        ck_assert_msg(is_grain(entry.grain), "%s: grain %s", name, entry.grain);
        takes(name, entry.watch);
        takes(name, entry.explore);
        if (entry.twin[0] != '\0') {
            struct demo_entry twin = demo_entry_of(entry.twin);
            ck_assert_str_eq(twin.twin, name);
        }
    }
}
END_TEST

// "Watch:   build/lab run lock_race" in the opening comment; NULL: it has no such line.
static const char *said(const struct lines *comment, const char *word)
{
    char begins[32];
    snprintf(begins, sizeof begins, " * %s:", word);
    for (size_t i = 0; i < comment->count; i++) {
        if (strncmp(comment->line[i], begins, strlen(begins)) == 0) {
            const char *text = comment->line[i] + strlen(begins);
            return text + strspn(text, " ");
        }
    }
    return NULL;
}

static void look_at_comment(const char *name, const struct lines *comment)
{
    static const char *const words[] = {"Shows", "Run", "Watch", "Expect"};
    char text[128];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ck_assert_msg(said(comment, words[i]) != NULL, "%s.c does not say %s:", name,
                      words[i]);
    }
    snprintf(text, sizeof text, "build/demos/%s", name);
    ck_assert_msg(strncmp(said(comment, "Run"), text, strlen(text)) == 0, "%s", name);
    snprintf(text, sizeof text, "build/lab run %s", name);
    ck_assert_str_eq(said(comment, "Watch"), text);
    const char *compare = said(comment, "Compare");
    ck_assert_msg(compare != NULL || said(comment, "Python") != NULL, "%s", name);
    if (compare != NULL && strncmp(compare, "--", 2) != 0) { // or an option of its own
        snprintf(text, sizeof text, "demos/%.*s", (int)strcspn(compare, ", ;"), compare);
        ck_assert_msg(access(source(text), R_OK) == 0, "%s.c: no %s", name, text);
    }
}

// The options that the comment speaks of are taken: --help lists them.
static void look_at_options(const char *name, const struct lines *comment)
{
    char command[128];
    snprintf(command, sizeof command, "demos/%s --help", name);
    struct run_result help = run(command);
    for (size_t i = 0; i < comment->count; i++) {
        for (const char *at = comment->line[i]; (at = strstr(at, "--")) != NULL; at += 2) {
            char option[48];
            if (sscanf(at, "%47[a-z-]", option) == 1 && strlen(option) > 2) {
                char listed[64];
                snprintf(listed, sizeof listed, "\n  %s ", option);
                ck_assert_msg(run_out_has(&help, listed), "%s.c: %s", name, option);
            }
        }
    }
    run_free(&help);
}

// The lines of a source up to the end of its opening comment.
static struct lines opening_of(const char *text)
{
    struct lines lines = lines_of(text);
    size_t end = 0;
    while (end < lines.count && strcmp(lines.line[end], " */") != 0) {
        end++;
    }
    ck_assert_uint_lt(end, lines.count);
    lines.count = end;
    return lines;
}

START_TEST(each_demo_opens_with_what_it_shows)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        char *text = demo_source(demos.name[i]);
        const char begins[] = "// SPDX-License-Identifier: MIT\n/*\n * Shows:   ";
        ck_assert_msg(strncmp(text, begins, strlen(begins)) == 0, "%s", demos.name[i]);
        struct lines comment = opening_of(text);
        look_at_comment(demos.name[i], &comment);
        look_at_options(demos.name[i], &comment);
        lines_free(&comment);
        free(text);
    }
}
END_TEST

// A demo that is made to get stuck: main waits for ever, in the lab.
static bool may_get_stuck(const char *name)
{
    return strstr(demo_entry_of(name).watch, "--limit 0") != NULL;
}

START_TEST(a_watched_run_ends_within_a_minute)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            char command[128];
            unsigned steps = 0;
            snprintf(command, sizeof command, "lab run %s --plain --seed %d",
                     demos.name[i], seed);
            struct run_result done = run(command);
            const char *sum = strstr(done.out, "\nsteps ");
            ck_assert_msg(sum != NULL && sscanf(sum, "\nsteps %u:", &steps) == 1, "%s",
                          run_describe(&done));
            ck_assert_uint_ge(steps, 1);
            ck_assert_uint_le(steps, STEPS_MAX);
            if (may_get_stuck(demos.name[i]) && run_out_has(&done, "\nSTUCK: ")) {
                run_assert_exit(&done, 1);
            } else {
                result_of(&done); // ... and says how it came out
            }
            run_free(&done);
            take_orphans();
        }
    }
}
END_TEST

static bool is_over(struct session *session)
{
    return session->ended || session->stuck_told;
}

// A handle that lies in shared memory would be read at each use: a step that no lesson
// speaks of. So whatever a demo reads or writes there is a value with a name.
START_TEST(a_demo_reads_and_writes_nothing_but_its_values)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        static struct session session;
        char command[200];
        struct demo_entry entry = demo_entry_of(demos.name[i]);
        snprintf(command, sizeof command, "demos/%s %s", demos.name[i], entry.watch);
        session_begin(&session, command,
                      (struct run_setup){.grain = MP_GRAIN_MEMORY, .seed = 1});
        ck_assert_msg(session_wait(&session, is_over, SESSION_LIMIT_MS), "%s",
                      session_describe(&session));
        const struct model *model = session.model;
        for (size_t j = 0; j < model->field_count; j++) {
            const struct field *field = &model->fields[j];
            ck_assert_msg(!field->unnamed && field->kind != FIELD_POINTER,
                          "%s: %s is a pointer, or has no name", demos.name[i],
                          field->name);
        }
        if (strcmp(entry.grain, "memory") == 0) {
            ck_assert_uint_ge(model->field_count, 1);
        }
        session_finish(&session);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_demo_has_an_entry},
        {.test = each_demo_opens_with_what_it_shows},
        {.test = a_watched_run_ends_within_a_minute},
        {.test = a_demo_reads_and_writes_nothing_but_its_values},
    };

    return suite_run("catalogue", tests, sizeof tests / sizeof *tests);
}
