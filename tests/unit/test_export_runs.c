// SPDX-License-Identifier: MIT
// Exports of real runs: what the lab recorded of the demos.
#include "suite.h"
#include "unit/exports.h"
#include "unit/sessions.h"

#include "model/steps.h"

static bool find_place(void *context, uint32_t address, struct source_place *place)
{
    struct source_place found;
    session_address(context, address, &found);
    snprintf(place->file, sizeof place->file, "%s", found.file);
    place->line = found.line;
    return found.line > 0;
}

static struct export_run go(struct session *session, const char *command,
                            enum mp_grain grain, uint64_t seed)
{
    session_begin(session, command, (struct run_setup){.grain = grain, .seed = seed});
    if (!session_wait(session, session_has_ended, SESSION_LIMIT_MS)) {
        ck_abort_msg("it does not end: %s", session_describe(session));
    }
    ck_assert_uint_gt(session->model->steps, 0);
    return (struct export_run){.tape = session->tape,
                               .title = session->title,
                               .code = "",
                               .find = find_place,
                               .context = session};
}

static const struct {
    const char *command, *source;
    enum mp_grain grain;
} demos[] = {
    {"demos/lock_race --increments 5", "lock_race.c", MP_GRAIN_MEMORY},
    {"demos/lock_fixed --increments 3", "lock_fixed.c", MP_GRAIN_MEMORY},
    {"demos/lock_fixed --increments 3", "lock_fixed.c", MP_GRAIN_CALLS},
    {"demos/queue --consumers 2 --items 6", "queue.c", MP_GRAIN_CALLS},
    {"demos/process --children 2", "process.c", MP_GRAIN_LIVES},
    {"demos/pool --workers 2 --tasks 5 --numbers 1000", "pool.c", MP_GRAIN_CALLS},
};
enum { DEMOS = sizeof demos / sizeof *demos };

// Every step of the model is in each of the files, with what it did.
START_TEST(each_step_of_a_run_is_there)
{
    struct session session;
    struct export_run run = go(&session, demos[_i].command, demos[_i].grain, 3);
    const struct model *model = session.model;
    struct csv *csv = csv_of(&run);
    struct json *json = chrome_of(&run);
    struct exported svg = svg_of(&run);
    struct film film = film_of(&run);
    unsigned with_place = 0;
    unsigned lost = 0;
    ck_assert_uint_eq(csv->rows, model->moment_count + 1);
    ck_assert_uint_eq(film.pictures, model->moment_count + 1);
    for (size_t i = 0; i < model->moment_count; i++) {
        const struct moment *moment = &model->moments[i];
        const struct json *slice = slice_of(json, (double)moment->step);
        char cell[160];
        char text[200];
        bool is_lost = steps_cell(model, moment, cell, sizeof cell);
        ck_assert_ptr_nonnull(slice);
        ck_assert_str_eq(json_text(json_get(slice, "args"), "cell"), cell);
        ck_assert_int_eq(json_get(json_get(slice, "args"), "lost") != NULL, is_lost);
        ck_assert_int_eq(strcmp(csv_field(csv, i + 1, CSV_LOST), "yes") == 0, is_lost);
        ck_assert_str_eq(csv_field(csv, i + 1, CSV_NAME),
                         model_name(model, moment->process));
        ck_assert_str_ne(csv_field(csv, i + 1, CSV_SECONDS), "");
        snprintf(text, sizeof text, ">%s%s</text>", cell, is_lost ? "x" : "");
        ck_assert_msg(strstr(svg.text, text) != NULL, "%s is not in:\n%s", text, svg.text);
        with_place += strstr(csv_field(csv, i + 1, CSV_FILE), demos[_i].source) != NULL;
        lost += is_lost;
    }
    ck_assert_uint_eq(lost, model_lost(model));
    if (demos[_i].grain != MP_GRAIN_LIVES && session.info != NULL &&
        strcmp(demos[_i].source, "pool.c") != 0) { // which takes its tasks inside of mp
        ck_assert_uint_eq(with_place, model->moment_count);
    }
    csv_free(csv);
    json_free(json);
    free(svg.text);
    session_finish(&session);
}
END_TEST

// With some seed an update is lost, and then it is marked.
START_TEST(lost_updates_of_a_run_are_marked)
{
    bool seen = false;
    for (uint64_t seed = 1; seed <= 20 && !seen; seed++) {
        struct session session;
        struct export_run run =
            go(&session, "demos/lock_race --increments 3", MP_GRAIN_MEMORY, seed);
        uint64_t lost = model_lost(session.model);
        if (lost > 0) {
            struct exported svg = svg_of(&run);
            struct film film = film_of(&run);
            ck_assert_uint_eq(times_in(svg.text, "x</text>"), lost);
            ck_assert_ptr_nonnull(strstr(svg.text, "x update lost</text>"));
            ck_assert_ptr_nonnull(strstr(film.labels, "update lost\n"));
            ck_assert_ptr_nonnull(strstr(film.labels, "end\n"));
            free(svg.text);
            seen = true;
        }
        session_finish(&session);
    }
    ck_assert_msg(seen, "no seed from 1 to 20 loses an update");
}
END_TEST

static void look_at_item(const struct json *from, const struct json *to)
{
    const char *put = strchr(json_text(from, "name"), ' ');
    const char *got = strchr(json_text(to, "name"), ' ');
    ck_assert_ptr_nonnull(put);
    ck_assert_ptr_nonnull(got);
    ck_assert_str_eq(put, got); // " jobs: 3"
}

START_TEST(each_put_of_a_run_has_its_get)
{
    struct session session;
    struct export_run run =
        go(&session, "demos/queue --consumers 2 --items 20", MP_GRAIN_CALLS, 5);
    struct json *json = chrome_of(&run);
    ck_assert_uint_eq(check_arrows(json, "item", look_at_item), 20);
    json_free(json);
    session_finish(&session);
}
END_TEST

static void look_at_lock(const struct json *from, const struct json *to)
{
    ck_assert_str_eq(json_text(from, "name"), "lock-release counter_lock");
    ck_assert_str_eq(json_text(to, "name"), "lock-acquire counter_lock");
}

// As often as the lock goes from one process to another.
START_TEST(the_way_of_a_lock_in_a_run)
{
    struct session session;
    struct export_run run =
        go(&session, "demos/lock_fixed --increments 10", MP_GRAIN_MEMORY, 2);
    unsigned changes = 0;
    unsigned before = MP_NOBODY;
    for (size_t i = 0; i < session.model->moment_count; i++) {
        const struct moment *moment = &session.model->moments[i];
        if (moment->deed.op == MP_OP_LOCK_ACQUIRE) {
            changes += before != MP_NOBODY && before != moment->process;
            before = moment->process;
        }
    }
    struct json *json = chrome_of(&run);
    ck_assert_uint_gt(changes, 0);
    ck_assert_uint_eq(check_arrows(json, "lock", look_at_lock), changes);
    json_free(json);
    session_finish(&session);
}
END_TEST

// Nobody does two things at once: slices of one track do not meet.
START_TEST(slices_of_a_track_do_not_overlap)
{
    struct session session;
    struct export_run run = go(&session, demos[_i].command, demos[_i].grain, 4);
    struct json *json = chrome_of(&run);
    each_event(json, "X", one)
    {
        each_event(json, "X", other)
        {
            double begin = json_number(one, "ts");
            double end = begin + json_number(one, "dur");
            bool apart = json_number(other, "ts") >= end ||
                         json_number(other, "ts") + json_number(other, "dur") <= begin;
            ck_assert_msg(one == other ||
                              json_number(one, "tid") != json_number(other, "tid") ||
                              apart,
                          "%s and %s", json_text(one, "name"), json_text(other, "name"));
        }
    }
    json_free(json);
    session_finish(&session);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = each_step_of_a_run_is_there, .from = 0, .to = DEMOS},
        {.test = lost_updates_of_a_run_are_marked},
        {.test = each_put_of_a_run_has_its_get},
        {.test = the_way_of_a_lock_in_a_run},
        {.test = slices_of_a_track_do_not_overlap, .from = 0, .to = DEMOS},
    };
    return suite_run("export_runs", tests, sizeof tests / sizeof *tests);
}
