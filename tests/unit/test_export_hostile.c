// SPDX-License-Identifier: MIT
// Tests of exports of what nobody vouches for, and of what is not there.
#include "suite.h"
#include "unit/export_story.h"

#include <errno.h>

static const char *const hostile[] = {
    "=cmd|' /C calc'!A0",
    "<b>&amp;\"'</b>]]>",
    "\x1b[31mred\a\b",
    "\xff\xfe\xc0\x80",
    "\xef\xbf\xbe\xef\xbf\xbf",
    "a,b\r\n\"c\"",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\\u0000\\",
    "\xe2\x80\xae!abc",
    "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0",
    "a\tb",
    "</text></svg>",
    "0123456789012345678901234567890123456789012345678901234567890",
};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

static bool find_hostile(void *context, uint32_t address, struct source_place *place)
{
    (void)address;
    snprintf(place->file, sizeof place->file, "%s", (const char *)context);
    place->line = 7;
    return true;
}

START_TEST(names_that_nobody_vouches_for)
{
    char name[MP_NAME_SIZE];
    snprintf(name, sizeof name, "%s", hostile[_i]);
    struct story s = story_begin(MP_GRAIN_MEMORY);
    story_child(&s, 1, name);
    story_child(&s, 2, "other");
    story_create(&s, STORY_LOCK, MP_KIND_LOCK, 512, 64, name, "");
    struct field field = {.offset = STORY_COUNTER, .size = 4, .kind = FIELD_SIGNED};
    snprintf(field.name, sizeof field.name, "%s", name);
    story_mark(&s, (struct mark){.kind = MARK_FIELDS,
                                 .object = STORY_OBJECT,
                                 .fields = &field,
                                 .field_count = 1});
    story_acquire(&s, 1);
    story_want(&s, 2, MP_OP_LOCK_ACQUIRE, STORY_LOCK);
    story_write(&s, 1, story_read(&s, 1) + 1);
    story_release(&s, 1);
    story_print(&s, 1, hostile[_i], false);
    struct export_run run = {.tape = s.tape,
                             .title = hostile[_i],
                             .code = hostile[_i],
                             .find = find_hostile,
                             .context = (void *)(uintptr_t)hostile[_i]};
    struct csv *csv = csv_of(&run);
    ck_assert_uint_eq(csv->rows, 5);
    for (size_t row = 0; row < csv->rows; row++) {
        for (size_t column = 0; column < csv->columns; column++) {
            const char *text = csv_field(csv, row, column);
            char *end;
            strtod(text, &end);
            bool number = *end == '\0';
            ck_assert_msg(number || strchr("=+-@\t\r", text[0]) == NULL, "row %zu has %s",
                          row, text);
            for (; *text != '\0'; text++) {
                ck_assert_int_ge((unsigned char)*text, 0x20);
            }
        }
    }
    ck_assert_str_eq(csv_field(csv, 1, CSV_LINE), "7");
    csv_free(csv);
    struct exported svg = svg_of(&run);
    check_cells(s.model, svg.text);
    free(svg.text);
    struct json *json = chrome_of(&run);
    for (unsigned step = 1; step <= 4; step++) {
        ck_assert_ptr_nonnull(slice_of(json, step));
    }
    json_free(json);
    struct film film = film_of(&run);
    ck_assert_uint_eq(film.pictures, 5);
    story_end(&s);
}
END_TEST

static void has_nothing(const struct tape *tape)
{
    struct export_run run = {.tape = tape, .title = "nothing", .code = ""};
    struct csv *csv = csv_of(&run);
    ck_assert_uint_eq(csv->rows, 1);
    csv_free(csv);
    struct exported svg = svg_of(&run);
    ck_assert_ptr_nonnull(strstr(svg.text, "No steps."));
    free(svg.text);
    struct json *json = chrome_of(&run);
    each_event(json, "X", event)
    {
        ck_assert_str_eq(json_text(event, "cat"), "life");
    }
    json_free(json);
    struct film film = film_of(&run);
    ck_assert_uint_eq(film.pictures, 1);
}

START_TEST(a_run_without_steps)
{
    struct tape *tape = tape_new();
    has_nothing(tape);
    tape_free(tape);
    struct story s = story_race();
    has_nothing(s.tape);
    story_end(&s);
}
END_TEST

START_TEST(a_tape_that_is_not_whole_is_refused)
{
    struct story s = race("1212");
    struct mp_event event = {0};
    ck_assert(
        !tape_event(s.tape, MP_PROCESSES, &event)); // no such process: it is broken now
    struct export_run run = run_of(&s);
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        ck_assert_int_eq(export_formats[i].write(out, &run), -ENODATA);
    }
    ck_assert_int_eq(ftell(out), 0); // nothing was written
    fclose(out);
    story_end(&s);
}
END_TEST

START_TEST(a_disk_that_is_full_is_told)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        FILE *out = fopen("/dev/full", "w");
        ck_assert_ptr_nonnull(out);
        ck_assert_int_lt(export_formats[i].write(out, &run), 0);
        fclose(out);
    }
    story_end(&s);
}
END_TEST

START_TEST(the_same_tape_gives_the_same_bytes)
{
    struct story s = first_page();
    struct export_run run = run_of(&s);
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        struct exported one = export_to_memory(export_formats[i].write, &run);
        struct exported two = export_to_memory(export_formats[i].write, &run);
        ck_assert_str_eq(one.text, two.text);
        free(one.text);
        free(two.text);
    }
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = names_that_nobody_vouches_for, .from = 0, .to = HOSTILE},
        {.test = a_run_without_steps},
        {.test = a_tape_that_is_not_whole_is_refused},
        {.test = a_disk_that_is_full_is_told},
        {.test = the_same_tape_gives_the_same_bytes},
    };
    return suite_run("export_hostile", tests, sizeof tests / sizeof *tests);
}
