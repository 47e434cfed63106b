// SPDX-License-Identifier: MIT
// The panels on a queue and on a pool, with the real demos: what is drawn is what happened,
// at 80x24 and at other sizes; large letters; where it stops by itself.
#include "screen/frames.h"
#include "suite.h"

static struct terminal *open_at_rest(int rows, int cols, const char *line,
                                     const char *stands)
{
    struct terminal *t = lab_open(rows, cols, line);
    lab_wait_text(t, stands);
    lab_wait_title(t, "STOPPED");
    lab_sync(t);
    return t;
}

// The panel whose name begins so has this text in one of its first rows.
static void assert_panel_has(struct terminal *t, const char *panel, int rows,
                             const char *text)
{
    size_t length = strlen(panel);
    for (int row = 0; row + 1 < terminal_rows(t); row++) {
        const char *name = rule_name(t, row);
        bool is_it = name != NULL && strncmp(name, panel, length) == 0;
        for (int i = 0; is_it && i <= rows; i++) {
            if (row_has(t, row + i, text)) {
                return;
            }
        }
    }
    ck_abort_msg("no \"%s\" in %s\n%s", text, panel, terminal_dump(t));
}

static void steps(struct terminal *t, const char *keys)
{
    for (; *keys != '\0'; keys++) {
        char key[2] = {*keys, '\0'};
        lab_step(t, key);
    }
    lab_sync(t);
    assert_frame_clean(t);
}

/* --- queue ------------------------------------------------------------------------------- */

START_TEST(queue_is_drawn_with_its_items)
{
    struct terminal *t = open_at_rest(24, 80, "run queue --step", "join producer");
    assert_panel_has(t, "queue jobs", 0, "EMPTY: 0 of 4 slots");
    steps(t, "111121");
    assert_panel_has(t, "queue jobs", 0, "FULL: 4 of 4 slots");
    assert_panel_has(t, "queue jobs", 3, "5 waits");
    lab_leave(t);
}
END_TEST

START_TEST(full_queue_has_all_that_there_is_to_say)
{
    struct terminal *t = open_at_rest(24, 80, "run queue --step", "join producer");
    steps(t, "111122");
    assert_panel_has(t, "queue jobs", 0, "2 of 4 slots");
    assert_panel_has(t, "queue jobs", 3, "│      │      │   3  │   2  │─► consumer");
    assert_panel_has(t, "queue jobs", 3, "next out: 2");
    assert_panel_has(t, "queue jobs", 4, "4 put  =  2 taken  +  2 inside");
    steps(t, "11");
    assert_panel_has(t, "queue jobs", 0, "FULL: 4 of 4 slots");
    assert_panel_has(t, "queue jobs", 3, "6 waits ─►│   5  │   4  │   3  │   2  │");
    assert_panel_has(t, "queue jobs", 4, "blocked in put: producer");
    assert_panel_has(t, "steps", 0, "p5 put 5   t5 took 5");
    assert_panel_has(t, "steps", 4,
                     "in the queue    1    2    3    4    3    2    3    4");
    terminal_type(t, "1");
    lab_wait_message(t, "producer wants to put, and jobs is full");
    lab_leave(t);
}
END_TEST

START_TEST(queue_with_more_slots_than_fit)
{
    struct terminal *t = open_at_rest(
        24, 80, "run queue --step -- --capacity 40 --items 12", "join producer");
    steps(t, "11111111");
    assert_panel_has(t, "queue jobs", 0, "8 of 40 slots");
    assert_panel_has(t, "queue jobs", 3, "│   7  │ .. 6 more ..");
    assert_panel_has(t, "queue jobs", 3, "│   0  │─► consumer");
    lab_leave(t);
}
END_TEST

START_TEST(queue_over_time_where_there_is_room)
{
    struct terminal *t = open_at_rest(50, 160, "run queue --step", "join producer");
    steps(t, "111122");
    assert_panel_has(t, "queue jobs", 12, "4 slots ──────");
    assert_panel_has(t, "queue jobs", 12, "0 ██████");
    lab_leave(t);
}
END_TEST

// "time inside: 0.52 s to 2.01 s, on average 1.24 s; the last one 0.52 s"
START_TEST(queue_tells_how_long_items_stay)
{
    struct terminal *t = open_at_rest(50, 160, "run queue --step", "join producer");
    assert_panel_has(t, "queue jobs", 5, "time inside: not known before an item is taken");
    steps(t, "112");
    assert_panel_has(t, "queue jobs", 5, "time inside: ");
    assert_panel_has(t, "queue jobs", 5, "s; the last one ");
    lab_leave(t);
}
END_TEST

START_TEST(last_item_is_called_end)
{
    struct terminal *t =
        open_at_rest(24, 80, "run queue --step -- --sentinel --items 2", "join producer");
    steps(t, "111");
    assert_panel_has(t, "queue jobs", 3, "│      │  END │   1  │   0  │─►");
    assert_panel_has(t, "steps", 2, "p0    p1  pEND");
    steps(t, "22");
    lab_step(t, "2");
    lab_wait_text(t, "tEND");
    lab_leave(t);
}
END_TEST

START_TEST(closed_queue_says_so)
{
    struct terminal *t =
        open_at_rest(24, 80, "run queue --step -- --items 2", "join producer");
    steps(t, "111");
    assert_panel_has(t, "queue jobs", 0, "CLOSED");
    assert_panel_has(t, "queue jobs", 4, "CLOSED: nothing more comes");
    steps(t, "222");
    lab_leave(t);
}
END_TEST

START_TEST(queue_in_large_letters)
{
    struct terminal *t = open_at_rest(24, 80, "run queue --step", "join producer");
    steps(t, "111");
    terminal_type(t, "p");
    lab_wait_text(t, "inside, of 4 slots");
    lab_wait_text(t, "3 put, 0 taken");
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

START_TEST(stops_where_the_queue_is_full)
{
    struct terminal *t = lab_open(24, 80, "run queue --speed 50");
    lab_wait_message(t, "and the lab says why it cannot"); // the consumer finds it empty
    terminal_type(t, " ");
    lab_wait_message(t, "Only 2 can go. Predict: which item will it take?");
    assert_panel_has(t, "queue jobs", 0, "FULL: 4 of 4 slots");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_message(t, "Your answer: _");
    terminal_type(t, "5");
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_message(t, "Your answer: 5.");
    terminal_type(t, " ");
    lab_wait_message(t, "You predicted 5: right.");
    lab_leave(t);
}
END_TEST

/* --- pool -------------------------------------------------------------------------------- */

#define POOL "run pool --step"

START_TEST(pool_has_tasks_and_lanes)
{
    struct terminal *t = open_at_rest(24, 80, POOL, "take the results");
    assert_panel_has(t, "tasks", 0, "0 done   0 in work   10 waiting");
    steps(t, "1231");
    assert_panel_has(t, "tasks", 0, "1 done   2 in work   7 waiting");
    assert_panel_has(t, "tasks", 2, "state      done  WORK  WORK     ·");
    assert_panel_has(t, "tasks", 3, "process       1     2     3     ·");
    assert_panel_has(t, "tasks", 4, "result     1229     ·     ·");
    assert_panel_has(t, "who did what", 0, "in work");
    assert_panel_has(t, "who did what", 2, "1 worker-1 [1─────────────────]");
    assert_panel_has(t, "who did what", 3, "2 worker-2     ·[2─────────────");
    assert_panel_has(t, "who did what", 6, "finished in this order:  1");
    lab_leave(t);
}
END_TEST

// Who was in work when, and who had nothing to do.
START_TEST(pool_has_lanes_in_real_time_where_there_is_room)
{
    struct terminal *t = open_at_rest(50, 160, POOL, "take the results");
    assert_panel_has(t, "in real time", 1, "No task has begun yet.");
    steps(t, "1231");
    assert_panel_has(t, "in real time", 1, "0 s  ");
    assert_panel_has(t, "in real time", 1, "in work");
    assert_panel_has(t, "in real time", 2, "1 worker-1 [1");
    assert_panel_has(t, "in real time", 3, "2 worker-2 ");
    assert_panel_has(t, "in real time", 5, "4 worker-4 ");
    assert_panel_has(t, "in real time", 5, "  0 %"); // has had no task yet
    lab_leave(t);
}
END_TEST

START_TEST(free_pool_has_them_too)
{
    struct terminal *t = lab_open(50, 160, "run pool --speed free");
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "10 done   0 in work   0 waiting");
    assert_panel_has(t, "in real time", 1, "0 s  ");
    assert_panel_has(t, "in real time", 5, "worker-4");
    lab_leave(t);
}
END_TEST

START_TEST(downloads_tell_how_fast_they_come)
{
    char line[256];
    char folder[] = "/tmp/test_works.XXXXXX";

    if (access(built("demos/downloads"), X_OK) != 0) {
        return; // there is no libcurl
    }
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(line, sizeof line,
             "run downloads --no-stop --speed max -- --count 3 --workers 2 --latency 0 "
             "--out %s",
             folder);
    struct terminal *t = lab_open(24, 80, line);
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "3 done   0 in work   0 waiting");
    assert_panel_has(t, "tasks", 4, "bytes: 119970 in ");
    assert_panel_has(t, "tasks", 4, " a second");
    lab_leave(t);
    for (int i = 0; i < 3; i++) {
        snprintf(line, sizeof line, "%s/file%d.bmp", folder, i);
        ck_assert_int_eq(unlink(line), 0);
    }
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(many_tasks_are_a_grid)
{
    struct terminal *t =
        open_at_rest(24, 80, POOL " -- --tasks 100 --chunk 2", "take the results");
    steps(t, "123222");
    assert_panel_has(t, "tasks", 1, "       1  1-██3-2-····");
    assert_panel_has(t, "tasks", 2, "      61  ····");
    lab_leave(t);
}
END_TEST

START_TEST(dead_worker_is_seen)
{
    struct terminal *t =
        open_at_rest(24, 80, POOL " -- --kill-worker 2", "take the results");
    lab_step(t, "2");
    lab_wait_text(t, "LOST");
    lab_wait_text(t, "a new worker takes its place");
    lab_sync(t);
    assert_panel_has(t, "tasks", 0, "1 FAILED");
    // Who died with it has not finished it.
    ck_assert_msg(!terminal_find(t, "finished in this order:  1", NULL, NULL), "%s",
                  terminal_dump(t));
    lab_leave(t);
}
END_TEST

START_TEST(tasks_on_the_whole_screen)
{
    struct terminal *t = open_at_rest(24, 80, POOL, "take the results");
    steps(t, "1231");
    for (int i = 0; i < 2; i++) { // the second panel: tasks
        terminal_key(t, TERMINAL_TAB);
    }
    terminal_key(t, TERMINAL_ENTER);
    lab_wait_text(t, "taken at step");
    ck_assert(terminal_find(t, "1 worker-1", NULL, NULL));
    assert_frame_clean(t);
    lab_leave_by(t, "qq");
}
END_TEST

START_TEST(pool_in_large_letters)
{
    struct terminal *t = open_at_rest(24, 80, POOL, "take the results");
    steps(t, "1231");
    terminal_type(t, "p");
    lab_wait_text(t, "done, of 10 tasks");
    lab_wait_text(t, "2 in work, 7 waiting");
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

// The program has destroyed it, and what it did is still there to be talked about.
START_TEST(pool_stays_to_be_looked_at)
{
    struct terminal *t =
        lab_open(24, 80, "run pool --no-stop --speed max -- --numbers 1000 --workers 3");
    lab_wait_title(t, "ENDED");
    lab_wait_text(t, "10 done   0 in work   0 waiting");
    lab_wait_text(t, "finished in this order: ");
    assert_panel_has(t, "tasks", 2, "done  done  done");
    lab_leave(t);
}
END_TEST

START_TEST(small_screens_have_the_panel_that_matters)
{
    struct terminal *t = lab_open(12, 40, "run queue --step");
    lab_wait_text(t, "0 inside");
    lab_wait_title(t, "STOPPED");
    assert_panel_has(t, "queue jobs", 0, "EMPTY");
    assert_frame_clean(t);
    lab_leave(t);
    t = lab_open(12, 40, POOL);
    lab_wait_text(t, "take the results");
    lab_wait_title(t, "STOPPED");
    assert_panel_has(t, "tasks", 1, "1  ··········");
    assert_frame_clean(t);
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = queue_is_drawn_with_its_items, .timeout = 60},
        {.test = full_queue_has_all_that_there_is_to_say, .timeout = 60},
        {.test = queue_with_more_slots_than_fit, .timeout = 60},
        {.test = queue_over_time_where_there_is_room, .timeout = 60},
        {.test = queue_tells_how_long_items_stay, .timeout = 60},
        {.test = last_item_is_called_end, .timeout = 60},
        {.test = closed_queue_says_so, .timeout = 60},
        {.test = queue_in_large_letters, .timeout = 60},
        {.test = stops_where_the_queue_is_full, .timeout = 60},
        {.test = pool_has_tasks_and_lanes, .timeout = 60},
        {.test = pool_has_lanes_in_real_time_where_there_is_room, .timeout = 60},
        {.test = free_pool_has_them_too, .timeout = 60},
        {.test = downloads_tell_how_fast_they_come, .timeout = 60},
        {.test = many_tasks_are_a_grid, .timeout = 60},
        {.test = dead_worker_is_seen, .timeout = 60},
        {.test = tasks_on_the_whole_screen, .timeout = 60},
        {.test = pool_in_large_letters, .timeout = 60},
        {.test = pool_stays_to_be_looked_at, .timeout = 60},
        {.test = small_screens_have_the_panel_that_matters, .timeout = 60},
    };

    return suite_run("works", tests, sizeof tests / sizeof *tests);
}
