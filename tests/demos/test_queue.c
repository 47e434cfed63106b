// SPDX-License-Identifier: MIT
// The queue demo, alone: what it prints with its options, that every item arrives once, and
// how it ends.
#include "demos.h"

enum { ITEMS_MOST = 400 };

static void has_line(const struct run_result *run, const struct lines *lines,
                     const char *text)
{
    size_t found = 0;
    for (size_t i = 0; i < lines->count; i++) {
        found += strcmp(lines->line[i], text) == 0;
    }
    ck_assert_msg(found == 1, "%zu times \"%s\": %s", found, text, run_describe(run));
}

// Runs it; each of `items` was got once, by one of the consumers. `last` ends the run.
static void arrives_once(const char *arguments, const char *first, int items,
                         const char *last)
{
    char command[COMMAND_SIZE];
    char text[80];
    bool seen[ITEMS_MOST] = {false};
    snprintf(command, sizeof command, "demos/queue%s", arguments);
    struct run_result done = run(command);
    struct lines lines = lines_of(done.out);

    run_assert_exit(&done, 0);
    ck_assert_str_eq(done.err, "");
    ck_assert_uint_eq(lines.count, (size_t)items + 3);
    ck_assert_str_eq(lines.line[0], first);
    for (int i = 1; i <= items; i++) {
        const char *got = strstr(lines.line[i], " got ");
        ck_assert_msg(got != NULL && strncmp(lines.line[i], "consumer", 8) == 0, "%s",
                      lines.line[i]);
        unsigned item = (unsigned)atoi(got + 5);
        ck_assert(item < (unsigned)items && !seen[item]);
        seen[item] = true;
    }
    ck_assert_str_eq(lines.line[items + 1], last);
    snprintf(text, sizeof text, "items %d, expected %d, lost 0, doubled 0", items, items);
    ck_assert_str_eq(lines.line[items + 2], text);
    lines_free(&lines);
    run_free(&done);
}

START_TEST(it_prints_what_its_lesson_shows)
{
    static const char *const expected =
        "queue: producer puts 0 to 9, consumer takes them; the queue has 4 slots\n"
        "consumer got 0\nconsumer got 1\nconsumer got 2\nconsumer got 3\n"
        "consumer got 4\nconsumer got 5\nconsumer got 6\nconsumer got 7\n"
        "consumer got 8\nconsumer got 9\n"
        "producer closed the queue; consumer found it closed and empty, and ended\n"
        "items 10, expected 10, lost 0, doubled 0\n";
    for (int i = 0; i < 20; i++) {
        struct run_result done = run("demos/queue");
        run_assert_exit(&done, 0);
        ck_assert_str_eq(done.out, expected);
        ck_assert_str_eq(done.err, "");
        run_free(&done);
    }
}
END_TEST

START_TEST(every_item_arrives_once)
{
    arrives_once(
        " --items 1 --capacity 1",
        "queue: producer puts 0 to 0, consumer takes them; the queue has 1 slot", 1,
        "producer closed the queue; consumer found it closed and empty, and ended");
    arrives_once(
        " --producers 3 --consumers 2 --items 300 --capacity 2",
        "queue: 3 producers put 0 to 299, 2 consumers take them; the queue has 2 slots",
        300, "main closed the queue; 2 consumers found it closed and empty, and ended");
    arrives_once(
        " --producers 16 --consumers 16 --items 100",
        "queue: 16 producers put 0 to 99, 16 consumers take them; the queue has 4 slots",
        100, "main closed the queue; 16 consumers found it closed and empty, and ended");
}
END_TEST

START_TEST(a_sentinel_for_each_consumer_ends_them_too)
{
    arrives_once(
        " --sentinel",
        "queue: producer puts 0 to 9, consumer takes them; the queue has 4 slots", 10,
        "producer put END once for each consumer; consumer took it, and ended");
    arrives_once(
        " --sentinel --producers 2 --consumers 3 --items 50 --capacity 1",
        "queue: 2 producers put 0 to 49, 3 consumers take them; the queue has 1 slot", 50,
        "main put END once for each consumer; 3 consumers took it, and ended");
}
END_TEST

// The trap of the post: all items arrive, and the consumer never ends by itself.
START_TEST(without_an_end_the_consumer_never_ends)
{
    struct run_result done = run("demos/queue --forever --items 3");
    struct lines lines = lines_of(done.out);

    run_assert_exit(&done, 1);
    has_line(&done, &lines, "consumer got 2");
    has_line(&done, &lines,
             "consumer waits for an item that nobody will put: main ends it");
    ck_assert_str_eq(lines.line[lines.count - 1],
                     "items 3, expected 3, lost 0, doubled 0");
    lines_free(&lines);
    run_free(&done);
}
END_TEST

START_TEST(bad_input_is_named)
{
    static const char *const bad[][2] = {
        {"--items ten", "queue: --items takes a number from 1 to 1000000, not \"ten\"\n"},
        {"--capacity 0",
         "queue: --capacity takes a number from 1 to 1000000, not \"0\"\n"},
        {"--consumers 17", "queue: --consumers takes a number from 1 to 16, not \"17\"\n"},
        {"--sentinel --forever",
         "queue: --sentinel and --forever exclude each other: choose one\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char command[COMMAND_SIZE];
        snprintf(command, sizeof command, "demos/queue %s", bad[i][0]);
        struct run_result done = run(command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.err, bad[i][1]);
        ck_assert_str_eq(done.out, "");
        run_free(&done);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = it_prints_what_its_lesson_shows},
        {.test = every_item_arrives_once},
        {.test = a_sentinel_for_each_consumer_ends_them_too},
        {.test = without_an_end_the_consumer_never_ends},
        {.test = bad_input_is_named},
    };

    return suite_run("queue demo", tests, sizeof tests / sizeof *tests);
}
