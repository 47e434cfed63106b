// SPDX-License-Identifier: MIT
// Keeping a run and looking at it again, as a person does: --record, save, replay; and time
// in line mode.
#include "line.h"

#include <sys/stat.h>

// A folder of the test's own, which is gone with it.
static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test_record.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static const char *file(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct run_result in_lines(const char *line, const char *answers)
{
    char command[COMMAND_SIZE + 8];
    snprintf(command, sizeof command, "lab %s", line);
    return answer(command, answers);
}

START_TEST(recorded_run_is_told_again_as_it_was)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "lab run lock_race --record %s", file("a.rec"));
    struct run_result run_itself = run(command);
    run_assert_exit(&run_itself, 1);
    snprintf(command, sizeof command, "lab replay %s", file("a.rec"));
    struct run_result again = run(command);
    run_assert_exit(&again, 1);
    // From the first step to the last, number by number.
    struct lines first = lines_of(run_itself.out), second = lines_of(again.out);
    size_t told = 0;
    for (size_t i = 0, j = 0; i < first.count; i++) {
        if (first.line[i][0] != ' ') {
            continue;
        }
        while (j < second.count && second.line[j][0] != ' ') {
            j++;
        }
        ck_assert_uint_lt(j, second.count);
        ck_assert_str_eq(first.line[i], second.line[j++]);
        told++;
    }
    ck_assert_uint_ge(told, 20);
    lines_free(&first);
    lines_free(&second);
    run_free(&run_itself);
    run_free(&again);
    take_orphans();
}
END_TEST

START_TEST(saved_run_can_be_walked_both_ways)
{
    char answers[512];
    char command[COMMAND_SIZE];
    snprintf(answers, sizeof answers, "1 2 1 2\nsave %s\nq\n", file("b.rec"));
    struct run_result saved =
        in_lines("run lock_race --step --plain -- --increments 1", answers);
    ck_assert(run_out_has(&saved, "Written. To look at it again:"));
    leave(&saved, 1);
    snprintf(command, sizeof command, "replay %s --step --plain", file("b.rec"));
    struct run_result walked =
        in_lines(command, "forward\nforward\nback\nlast\nback\n1\ncode\n"
                          "r\ntwin\nfull\nseed 3\nedit\nq\n");
    size_t refused = 0; // nothing runs here, so nothing runs again
    for (const char *at = walked.out;
         (at = strstr(at, "it cannot be run again.\n")) != NULL; at++) {
        refused++;
    }
    ck_assert_uint_eq(refused, 5);
    ck_assert(run_out_has(&walked, "Step 0 of 4. Nobody has made a step.\n"));
    ck_assert(run_out_has(&walked, "Step 1 of 4: increment-1 read counter: 0.\n"));
    ck_assert(run_out_has(&walked, "Step 2 of 4: increment-2 read 0 too."));
    ck_assert(run_out_has(&walked, "Step 3 of 4: increment-1 wrote counter: 1"));
    ck_assert(run_out_has(&walked, " lock_race --increments 1 @ 1212\n"));
    leave(&walked, 1);
}
END_TEST

// Two steps were made, and it was left: nobody has ended in it.
START_TEST(a_run_that_was_left_does_not_end_in_its_recording)
{
    char answers[256];
    char command[COMMAND_SIZE];
    snprintf(answers, sizeof answers, "1 2\nsave %s\nq\n", file("c.rec"));
    struct run_result saved =
        in_lines("run lock_race --step --plain -- --increments 1", answers);
    leave(&saved, 0);
    snprintf(command, sizeof command, "replay %s --step --plain", file("c.rec"));
    struct run_result walked = in_lines(command, "last\nwho\nq\n");
    ck_assert(run_out_has(&walked, "Step 2 of 2: increment-2 read 0 too."));
    ck_assert(run_out_has(&walked, "who\n1 increment-1 will write counter. "
                                   "2 increment-2 will write counter.\n"));
    ck_assert(!run_out_has(&walked, "ended"));
    leave(&walked, 0);
}
END_TEST

START_TEST(what_is_no_recording_is_named)
{
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"", ":1: "},
        {"forklab recording 99\n", "version"},
        {"#!/bin/sh\necho\n", ":1: "},
        {"forklab recording 1\nprogram\tx\ngrain\tmemory\n", "cut"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char command[COMMAND_SIZE];
        FILE *out = fopen(file("bad.rec"), "w");
        ck_assert_ptr_nonnull(out);
        fputs(bad[i].text, out);
        fclose(out);
        snprintf(command, sizeof command, "lab replay %s", file("bad.rec"));
        struct run_result done = run(command);
        run_assert_exit(&done, 2);
        ck_assert_str_eq(done.out, "");
        ck_assert_msg(strstr(done.err, bad[i].why) != NULL, "%s", done.err);
        ck_assert_ptr_eq(strchr(done.err, '\n'), done.err + strlen(done.err) - 1);
        run_free(&done);
    }
}
END_TEST

START_TEST(a_free_run_is_not_kept)
{
    char command[COMMAND_SIZE];
    struct stat there;
    snprintf(command, sizeof command,
             "lab run lock_race --speed free --record %s -- --increments 10",
             file("f.rec"));
    struct run_result done = run(command);
    run_assert_exit(&done, 3);
    ck_assert_ptr_nonnull(strstr(done.err, "Of a free run nobody knows the order"));
    ck_assert_int_ne(stat(file("f.rec"), &there), 0);
    run_free(&done);
    take_orphans();
}
END_TEST

START_TEST(back_and_another_future_in_lines)
{
    session_is("lock_race", "1 2 1 2\ngo to 1\n1\n2 2\nfind lost\nfirst\nfind write\nq\n",
               0,
               RACE_BEGINS
               "who goes? 1 2 1 2\n"
               "increment-1 read counter: 0.\n"
               "increment-2 read 0 too. If both write now, only the second write stays.\n"
               "increment-1 wrote counter: 1 (it was 0).\n"
               "increment-2 wrote 1 over 1. The update that increment-1 made is lost.\n"
               "All have ended. The counter is 1, expected 2: 1 update is lost.\n"
               "Your order was 1 2 1 2. Type r to try another one, q to leave.\n"
               "what now? go to 1\n"
               "Step 1 of 4: increment-1 read counter: 0.\n"
               "1 increment-1 will write counter. 2 increment-2 will read counter.\n"
               "who goes? 1\n"
               "Another future, from step 1.\n"
               "increment-1 wrote counter: 1 (it was 0).\n"
               "who goes? 2 2\n"
               "increment-2 read counter: 1.\n"
               "increment-2 wrote counter: 2 (it was 1).\n"
               "All have ended. The counter is 2, as expected. This time nothing was "
               "lost.\n"
               "Your order was 1 1 2 2. Type r to try another one, q to leave.\n"
               "what now? find lost\n"
               "No lost update comes after this step. first goes to the beginning.\n"
               "what now? first\n"
               "Step 0 of 4. Nobody has made a step.\n"
               "1 increment-1 will read counter. 2 increment-2 will read counter.\n"
               "who goes? find write\n"
               "Step 2 of 4: increment-1 wrote counter: 1 (it was 0).\n"
               "2 increment-2 will read counter.\n"
               "who goes? q\n"
               "counter 2, expected 2, lost 0\n");
}
END_TEST

START_TEST(a_free_run_has_no_past_in_lines)
{
    struct run_result done = in_lines("run lock_race --step --plain -- --increments 1",
                                      "speed free\n\nback\nq\n");
    ck_assert(run_out_has(&done, "nobody knows the order: there is no going back."));
    run_free(&done);
    take_orphans();
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = recorded_run_is_told_again_as_it_was,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = saved_run_can_be_walked_both_ways,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = a_run_that_was_left_does_not_end_in_its_recording,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = what_is_no_recording_is_named,
         .setup = make_folder,
         .teardown = remove_folder},
        {.test = a_free_run_is_not_kept, .setup = make_folder, .teardown = remove_folder},
        {.test = back_and_another_future_in_lines},
        {.test = a_free_run_has_no_past_in_lines},
    };
    return suite_run("record", tests, sizeof tests / sizeof *tests);
}
