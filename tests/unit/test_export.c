// SPDX-License-Identifier: MIT
// Tests of exports: what is on the tape is in each file, and strict readers take it.
#include "suite.h"
#include "unit/calls_story.h"
#include "unit/export_story.h"

static bool is_lost(unsigned step)
{
    return step == 5 || step == 11;
}

START_TEST(the_table_is_a_row_for_each_step)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    struct csv *csv = csv_of(&run);
    ck_assert_uint_eq(csv->rows, 21);
    ck_assert_uint_eq(csv->columns, CSV_COLUMNS);
    ck_assert_str_eq(csv_field(csv, 0, CSV_AFTER), "value after");
    for (unsigned step = 1; step <= 20; step++) {
        char number[8];
        snprintf(number, sizeof number, "%u", step);
        ck_assert_str_eq(csv_field(csv, step, CSV_STEP), number);
        ck_assert_str_eq(csv_field(csv, step, CSV_OBJECT), "counter");
        bool writes = strcmp(csv_field(csv, step, CSV_OPERATION), "write") == 0;
        ck_assert_str_eq(csv_field(csv, step, CSV_LOST), is_lost(step) ? "yes"
                                                         : writes      ? "no"
                                                                       : "");
        ck_assert_str_eq(csv_field(csv, step, CSV_FILE), "");
        ck_assert_str_eq(csv_field(csv, step, CSV_VALUE), csv_field(csv, step, CSV_AFTER));
        ck_assert_str_ne(csv_field(csv, step, CSV_SENTENCE), "");
    }
    ck_assert_str_eq(csv_field(csv, 6, CSV_PROCESS), "1");
    ck_assert_str_eq(csv_field(csv, 6, CSV_NAME), "increment-1");
    ck_assert_str_eq(csv_field(csv, 6, CSV_OPERATION), "write");
    ck_assert_str_eq(csv_field(csv, 6, CSV_VALUE), "2");
    ck_assert_str_eq(
        csv_field(csv, 6, CSV_SENTENCE),
        "increment-1 wrote 2 over 2. The update that increment-2 made is lost.");
    ck_assert_str_eq(csv_field(csv, 20, CSV_VALUE), "8");
    ck_assert_str_eq(csv_field(csv, 20, CSV_SECONDS), "0.000030");
    csv_free(csv);
    story_end(&s);
}
END_TEST

START_TEST(the_picture_has_each_step)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    struct exported svg = svg_of(&run);
    check_cells(s.model, svg.text);
    ck_assert_uint_eq(times_in(svg.text, "x</text>"), 2);
    ck_assert_uint_eq(
        times_in(svg.text, ">r3 read 3   w4 wrote 4   x update lost</text>"), 1);
    ck_assert_uint_eq(times_in(svg.text, ">step</text>"), 1); // twenty fit in one table
    ck_assert_uint_eq(times_in(svg.text, ">" TITLE "</text>"), 1);
    ck_assert_uint_eq(times_in(svg.text, ">" CODE "</text>"), 1);
    ck_assert_ptr_nonnull(strstr(svg.text, "2 updates are lost.</text>"));
    ck_assert_ptr_nonnull(strstr(svg.text, ">increment-2</text>"));
    ck_assert_ptr_nonnull(strstr(svg.text, ">counter</text>"));
    ck_assert_ptr_null(strstr(svg.text, "href")); // nothing from elsewhere
    free(svg.text);
    story_end(&s);
}
END_TEST

START_TEST(many_steps_are_several_tables)
{
    struct story s = race("1212121212121212121212121212121212121212121212121");
    struct export_run run = run_of(&s);
    struct exported svg = svg_of(&run);
    ck_assert_uint_eq(times_in(svg.text, ">step</text>"), 3);
    ck_assert_uint_eq(times_in(svg.text, ">counter</text>"), 3);
    ck_assert_uint_eq(times_in(svg.text, ">49</text>"), 1);
    check_cells(s.model, svg.text);
    free(svg.text);
    story_end(&s);
}
END_TEST

START_TEST(the_trace_has_each_step)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    for (unsigned step = 1; step <= 20; step++) {
        const struct json *slice = slice_of(json, step);
        ck_assert_ptr_nonnull(slice);
        ck_assert(json_number(slice, "ts") == step * 1000.0);
        ck_assert(json_number(slice, "dur") == 1000.0);
        const struct json *lost = json_get(json_get(slice, "args"), "lost");
        ck_assert_int_eq(lost != NULL, is_lost(step));
    }
    ck_assert_ptr_null(slice_of(json, 21));
    ck_assert_str_eq(json_text(slice_of(json, 5), "name"), "write counter: 2 (lost)");
    ck_assert_str_eq(json_text(json_get(json, "otherData"), "schedule"), CODE);
    story_end(&s);
    json_free(json);
}
END_TEST

START_TEST(the_trace_has_tracks_values_births_and_ends)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    unsigned names = 0;
    each_event(json, "M", event)
    {
        const char *name = json_text(json_get(event, "args"), "name");
        if (strcmp(json_text(event, "name"), "thread_name") == 0) {
            names++;
            ck_assert(json_number(event, "tid") != json_number(slice_of(json, 3), "tid") ||
                      strcmp(name, "increment-2") == 0);
        } else if (strcmp(json_text(event, "name"), "process_name") == 0) {
            ck_assert_str_eq(name, TITLE);
        }
    }
    ck_assert_uint_eq(names, 3);
    double value = -1;
    double at = -1;
    unsigned changes = 0;
    each_event(json, "C", event)
    {
        ck_assert_str_eq(json_text(event, "name"), "counter");
        ck_assert(json_number(event, "ts") >= at);
        at = json_number(event, "ts");
        value = json_number(json_get(event, "args"), "value");
        changes++;
    }
    ck_assert(value == 8);
    ck_assert(at == 21000);        // when step 20 is over
    ck_assert_uint_eq(changes, 9); // 0, and eight others: 2 over 2 is none
    unsigned born = 0;
    unsigned ended = 0;
    each_event(json, "i", event)
    {
        born += strcmp(json_text(event, "name"), "born") == 0;
        ended += strcmp(json_text(event, "name"), "ended") == 0;
    }
    ck_assert_uint_eq(born, 3);
    ck_assert_uint_eq(ended, 3);
    story_end(&s);
    json_free(json);
}
END_TEST

START_TEST(the_film_has_a_picture_for_each_step)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    struct film film = film_of(&run);
    ck_assert_uint_eq(film.pictures, 21);
    ck_assert_ptr_nonnull(strstr(film.labels, "step 6: update lost\n"));
    ck_assert_ptr_nonnull(strstr(film.labels, "step 12: update lost\n"));
    ck_assert_ptr_nonnull(strstr(film.labels, "step 20: end\n"));
    ck_assert_uint_eq(film.markers, 3);
    ck_assert_ptr_nonnull(strstr(film.last_picture, "  20 increment-2 wrote counter: 8"));
    ck_assert_ptr_nonnull(strstr(film.last_picture, "2 updates are lost."));
    ck_assert_ptr_nonnull(strstr(film.last_picture, "w4x"));
    ck_assert_ptr_nonnull(strstr(film.last_picture, "printed: counter 8, expected 10"));
    story_end(&s);
}
END_TEST

// --- locks, queues ---------------------------------------------------------------------

static void look_at_lock_arrow(const struct json *from, const struct json *to)
{
    ck_assert_str_eq(json_text(from, "name"), "lock-release counter_lock");
    ck_assert_str_eq(json_text(to, "name"), "lock-acquire counter_lock");
    ck_assert(json_number(from, "tid") != json_number(to, "tid"));
}

START_TEST(waits_and_the_way_of_a_lock_are_in_the_trace)
{
    struct story s = story_locked();
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_acquire(&s, 1);                      // 1
    story_write(&s, 1, story_read(&s, 1) + 1); // 2, 3
    story_release(&s, 1);                      // 4
    story_acquire(&s, 2);                      // 5
    story_release(&s, 2);                      // 6
    story_acquire(&s, 2);                      // 7: its own again, no arrow
    story_release(&s, 2);                      // 8
    story_acquire(&s, 1);                      // 9
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    ck_assert_uint_eq(check_arrows(json, "lock", look_at_lock_arrow), 2);
    unsigned waits = 0;
    each_event(json, "X", event)
    {
        if (strcmp(json_text(event, "cat"), "wait") == 0) {
            waits++;
            ck_assert_ptr_nonnull(strstr(json_text(event, "name"), "increment-1 has it"));
            ck_assert(json_number(event, "ts") == 2000);  // from after step 1
            ck_assert(json_number(event, "dur") == 3000); // to after step 4
        }
    }
    ck_assert_uint_eq(waits, 1);
    json_free(json);
    struct film film = film_of(&run);
    ck_assert_ptr_nonnull(strstr(film.labels, "step 1: blocked\n"));
    story_end(&s);
}
END_TEST

static void look_at_item_arrow(const struct json *from, const struct json *to)
{
    const char *put = json_text(from, "name");
    const char *got = json_text(to, "name");
    ck_assert_int_eq(strncmp(put, "queue-put jobs: ", 16), 0);
    ck_assert_int_eq(strncmp(got, "queue-get jobs: ", 16), 0);
    ck_assert_str_eq(put + 16, got + 16); // the same item
}

START_TEST(each_item_that_was_taken_has_an_arrow)
{
    struct story s = story_queue("int");
    for (uint64_t i = 0; i < 3; i++) {
        call_put(&s, 1, 10 + i);
    }
    call_get(&s, 2);
    call_put(&s, 1, 13);
    call_get(&s, 2);
    call_get(&s, 2); // item 13 stays inside
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    ck_assert_uint_eq(check_arrows(json, "item", look_at_item_arrow), 3);
    double inside = -1;
    each_event(json, "C", event)
    {
        ck_assert_str_eq(json_text(event, "name"), "items in jobs");
        inside = json_number(json_get(event, "args"), "value");
    }
    ck_assert(inside == 1);
    json_free(json);
    struct csv *csv = csv_of(&run);
    ck_assert_uint_eq(csv->rows, 8);
    ck_assert_str_eq(csv_field(csv, 3, CSV_OPERATION), "queue-put");
    ck_assert_str_eq(csv_field(csv, 3, CSV_OBJECT), "jobs");
    ck_assert_str_eq(csv_field(csv, 3, CSV_VALUE), "12");
    ck_assert_str_eq(csv_field(csv, 3, CSV_AFTER), "3");
    ck_assert_str_eq(csv_field(csv, 3, CSV_LOST), "");
    csv_free(csv);
    struct exported svg = svg_of(&run);
    ck_assert_ptr_nonnull(strstr(svg.text, ">in the queue</text>"));
    ck_assert_ptr_nonnull(strstr(svg.text, ">p5 put 5   t5 took 5</text>"));
    check_cells(s.model, svg.text);
    free(svg.text);
    story_end(&s);
}
END_TEST

START_TEST(a_process_that_was_killed_is_told)
{
    struct story s = story_locked();
    story_acquire(&s, 1);
    story_mark(&s, (struct mark){.kind = MARK_KILLED, .slot = 1});
    story_life(&s, 1, MP_OP_DIE, 0, -9, true);
    story_mark(&s, (struct mark){.kind = MARK_STUCK});
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    unsigned killed = 0;
    each_event(json, "i", event)
    {
        killed += strcmp(json_text(event, "name"), "killed by hand") == 0;
    }
    ck_assert_uint_eq(killed, 1);
    ck_assert_ptr_nonnull(slice_of(json, 2));
    json_free(json);
    struct film film = film_of(&run);
    ck_assert_ptr_nonnull(strstr(film.labels, "killed with lock\n"));
    struct csv *csv = csv_of(&run);
    ck_assert_str_eq(csv_field(csv, 2, CSV_OPERATION), "die");
    ck_assert_str_eq(csv_field(csv, 2, CSV_VALUE), "was killed (SIGKILL)");
    csv_free(csv);
    story_end(&s);
}
END_TEST

// The entry of a process that has ended is used again: its steps keep its name.
START_TEST(an_entry_that_is_used_again_has_two_names)
{
    struct story s = story_race();
    story_read(&s, 1);
    end_children(&s, 1);
    story_life(&s, 0, MP_OP_FORGET, 1, 0, false);
    story_child(&s, 1, "later");
    story_read(&s, 1);
    struct export_run run = run_of(&s);
    struct csv *csv = csv_of(&run);
    ck_assert_str_eq(csv_field(csv, 1, CSV_NAME), "increment-1");
    ck_assert_str_eq(csv_field(csv, 2, CSV_NAME), "later");
    csv_free(csv);
    struct json *json = chrome_of(&run);
    ck_assert(json_number(slice_of(json, 1), "tid") !=
              json_number(slice_of(json, 2), "tid"));
    json_free(json);
    story_end(&s);
}
END_TEST

// Without steps the trace has the times at which it happened.
START_TEST(a_free_run_has_its_own_times)
{
    struct story s = story_begin(MP_GRAIN_MEMORY);
    s.free = true;
    s.now = 1000000;
    story_child(&s, 1, "increment-1");
    s.now += 5000;
    story_want(&s, 1, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    s.now += 20500;
    story_tell(&s, 1,
               (struct mp_deed){
                   .op = MP_OP_LOCK_ACQUIRE, .info = MP_DONE, .object = STORY_LOCK});
    struct export_run run = run_of(&s);
    struct json *json = chrome_of(&run);
    unsigned waits = 0;
    each_event(json, "X", event)
    {
        if (strcmp(json_text(event, "cat"), "wait") == 0) {
            waits++;
            ck_assert(json_number(event, "ts") == 1005);
            ck_assert(json_number(event, "dur") == 20.5);
        }
    }
    ck_assert_uint_eq(waits, 1);
    json_free(json);
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_table_is_a_row_for_each_step},
        {.test = the_picture_has_each_step},
        {.test = many_steps_are_several_tables},
        {.test = the_trace_has_each_step},
        {.test = the_trace_has_tracks_values_births_and_ends},
        {.test = the_film_has_a_picture_for_each_step},
        {.test = waits_and_the_way_of_a_lock_are_in_the_trace},
        {.test = each_item_that_was_taken_has_an_arrow},
        {.test = a_process_that_was_killed_is_told},
        {.test = an_entry_that_is_used_again_has_two_names},
        {.test = a_free_run_has_its_own_times},
    };
    return suite_run("export", tests, sizeof tests / sizeof *tests);
}
