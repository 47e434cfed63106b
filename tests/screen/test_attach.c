// SPDX-License-Identifier: MIT
// `lab attach`: a demo that somebody else started is shown, can be stopped, and goes on when
// the lab leaves; and a free run, which is counted.
#include "launch.h"
#include "screen/tables.h"
#include "suite.h"

#include <fcntl.h>
#include <unistd.h>

enum { FREE_MS = 5000 };

// A demo that goes on for longer than any test.
static pid_t start_demo(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "100000000",
                                NULL};
    struct spawn what = {.argv = argv, .stdio = {null, null, null}};
    pid_t pid = spawn_program(&what);
    close(null);
    // Before its first call of mp there is nothing to attach to.
    int64_t deadline = limit_after(LATE_MS);
    while (proc_children(pid, NULL, 0) < 2) {
        ck_assert_msg(limit_left(deadline) > 0, "it has no children");
        limit_nap();
    }
    return pid;
}

static void end_demo(pid_t pid)
{
    kill(pid, SIGKILL);
    ck_assert(lab_all_gone(GONE_MS)); // its children go with it
}

static struct terminal *attach(pid_t pid)
{
    char line[64];
    snprintf(line, sizeof line, "attach --no-stop %d", (int)pid);
    struct terminal *t = lab_open(24, 100, line);
    lab_wait_title(t, "attached");
    lab_wait_text(t, "increment-2");
    return t;
}

// Only this one: the demo lives on, and is the test's.
static void leave_alone(struct terminal *t)
{
    terminal_type(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    lab_assert_restored(t);
    ck_assert_uint_eq(terminal_close(t), 0);
}

// CPU time of all children of a process.
static long ticks_of_children(pid_t parent)
{
    pid_t children[8];
    size_t count = proc_children(parent, children, 8);
    long ticks = 0;
    for (size_t i = 0; i < count && i < 8; i++) {
        ticks += proc_ticks(children[i]);
    }
    return ticks;
}

static void wait_running(pid_t parent)
{
    int64_t deadline = limit_after(LATE_MS);
    long before = ticks_of_children(parent);
    while (ticks_of_children(parent) <= before) {
        ck_assert_msg(limit_left(deadline) > 0, "it does not run");
        limit_nap();
    }
}

// The counter in the panel on shared memory.
static long counter_shown(struct terminal *t)
{
    long value = -1;
    int row = panel_at(t, "shared memory");
    if (row >= 0) {
        sscanf(terminal_row(t, row), " counter %*[~]%ld", &value);
        sscanf(terminal_row(t, row), " counter %ld", &value);
    }
    return value;
}

// `arg` is the address of a number.
static bool counter_is_above(struct terminal *t, void *number)
{
    return frame_is_whole(t) && counter_shown(t) > *(const long *)number;
}

static void wait_counting(struct terminal *t)
{
    long seen = counter_shown(t);
    if (!terminal_wait(t, counter_is_above, &seen, LATE_MS)) {
        ck_abort_msg("the counter does not move\n%s", terminal_dump(t));
    }
}

START_TEST(attached_demo_is_shown_running)
{
    pid_t pid = start_demo();
    struct terminal *t = attach(pid);
    ck_assert(row_has(t, 0, " lock_fixed "));
    ck_assert(row_has(t, 0, "free"));
    struct person one = person_called(t, "increment-1");
    struct proc proc;
    ck_assert_int_eq(person_called(t, "main").pid, pid);
    ck_assert(proc_read(one.pid, &proc));
    ck_assert_int_eq(proc.parent, pid);
    wait_counting(t);
    leave_alone(t);
    wait_running(pid);
    end_demo(pid);
}
END_TEST

START_TEST(space_stops_an_attached_demo_and_leaving_lets_it_run)
{
    pid_t pid = start_demo();
    struct terminal *t = attach(pid);
    wait_counting(t);
    terminal_type(t, " ");
    lab_wait_title(t, "STOPPED");
    lab_sync(t);
    long ticks = ticks_of_children(pid);
    lab_assert_still(t);
    ck_assert_int_le(ticks_of_children(pid), ticks + 1); // of what it did before
    ck_assert(row_has(t, 0, "STOPPED"));
    leave_alone(t);
    wait_running(pid);
    end_demo(pid);
}
END_TEST

START_TEST(second_lab_only_watches)
{
    pid_t pid = start_demo();
    struct terminal *first = attach(pid);
    struct terminal *second = attach(pid);
    ck_assert(!row_has(second, 23, "go/stop"));
    terminal_type(second, " ");
    lab_wait_message(second, "Another lab has this run: here you can only watch.");
    wait_counting(second);
    wait_counting(first);
    leave_alone(first);
    wait_counting(second);
    leave_alone(second);
    wait_running(pid);
    end_demo(pid);
}
END_TEST

START_TEST(end_of_an_attached_demo_is_told)
{
    pid_t pid = start_demo();
    struct terminal *t = attach(pid);
    wait_counting(t);
    kill(pid, SIGKILL);
    ck_assert(proc_wait_session(pid, GONE_MS)); // reaped, as a shell would
    lab_wait_title(t, "ENDED");
    terminal_type(t, "r");
    lab_wait_message(t, "it cannot be run again");
    leave_alone(t);
    ck_assert(lab_all_gone(GONE_MS));
}
END_TEST

START_TEST(what_cannot_be_attached_to_is_said_without_a_screen)
{
    struct terminal *t = lab_open(24, 80, "attach 1");
    terminal_assert_exit(t, 3, LATE_MS);
    ck_assert_int_eq(strncmp(terminal_row(t, 0), "lab: ", 5), 0);
    lab_assert_restored(t);
    lab_assert_gone(t);
}
END_TEST

// --- free running -----------------------------------------------------------------------------

#define FREE "run lock_race --speed free -- --increments 1000000000"

static void answer(struct terminal *t, const char *text)
{
    terminal_type(t, text);
    terminal_key(t, TERMINAL_ENTER);
}

// The same without a screen: seen, stopped, led by hand, and left to itself.
START_TEST(attached_in_sentences_and_left_running)
{
    pid_t pid = start_demo();
    char line[64], left[64];
    snprintf(line, sizeof line, "attach --plain %d", (int)pid);
    snprintf(left, sizeof left, "lock_fixed (%d) goes on without the lab.", (int)pid);
    struct terminal *t = lab_open(60, 100, line);
    terminal_assert_text(t, "It runs already", LATE_MS);
    answer(t, "who");
    terminal_assert_text(t, "They go by themselves. Enter stops them; then you choose.",
                         LATE_MS);
    answer(t, "");
    terminal_assert_text(t, "who goes?", LATE_MS);
    long ticks = ticks_of_children(pid);
    answer(t, "memory");
    terminal_assert_text(t, "counter is ", LATE_MS);
    ck_assert_int_le(ticks_of_children(pid), ticks + 1);
    answer(t, "q");
    terminal_assert_text(t, left, LATE_MS);
    terminal_assert_exit(t, 0, LATE_MS);
    ck_assert_uint_eq(terminal_close(t), 0);
    wait_running(pid);
    end_demo(pid);
}
END_TEST

START_TEST(attached_by_steps_it_stands_at_once)
{
    pid_t pid = start_demo();
    char line[64];
    snprintf(line, sizeof line, "attach --plain --step %d", (int)pid);
    struct terminal *t = lab_open(60, 100, line);
    terminal_assert_text(t, "who goes?", LATE_MS);
    ck_assert(terminal_find(t, " will ", NULL, NULL));
    long ticks = ticks_of_children(pid);
    answer(t, "n");
    terminal_assert_text(t, "who goes? n", LATE_MS);
    ck_assert_int_le(ticks_of_children(pid), ticks + 1);
    answer(t, "q");
    terminal_assert_exit(t, 0, LATE_MS);
    ck_assert_uint_eq(terminal_close(t), 0);
    wait_running(pid);
    end_demo(pid);
}
END_TEST

START_TEST(free_run_is_counted_and_tells_no_steps)
{
    struct terminal *t = lab_open(24, 80, FREE);
    int64_t deadline = limit_after(FREE_MS);
    lab_wait_title(t, "free: every run differs");
    ck_assert(!row_has(t, 0, "seed"));
    ck_assert_int_ge(panel_at(t, "reads and writes"), 0);
    ck_assert_int_lt(panel_at(t, "steps"), 0);
    while (limit_left(deadline) > 0) {
        wait_counting(t);
        ck_assert(row_has(t, 0, "free"));
        ck_assert_msg(!terminal_find(t, "If both write", NULL, NULL), "%s",
                      terminal_dump(t));
    }
    struct person one = person_called(t, "increment-1");
    ck_assert_str_eq(one.state, "running");
    lab_leave(t);
}
END_TEST

START_TEST(space_stops_a_free_run_and_slow_motion_begins)
{
    struct terminal *t = lab_open(24, 80, FREE);
    wait_counting(t);
    terminal_type(t, " ");
    lab_wait_title(t, "STOPPED");
    lab_wait_text(t, "─ steps ─");
    lab_sync(t);
    lab_assert_still(t);
    assert_people_agree_with_proc(t);
    int step = last_step(t);
    lab_step(t, "n");
    ck_assert_int_eq(last_step(t), step + 1);
    lab_leave(t);
}
END_TEST

START_TEST(verdict_of_a_free_run_stays)
{
    struct terminal *t = lab_open(24, 80, "run lock_fixed --speed free");
    lab_wait_title(t, "ENDED");
    lab_wait_message(t, "ENDED     counter 400000, expected 400000, lost 0");
    ck_assert(!terminal_find(t, "seed", NULL, NULL) || !row_has(t, 0, "seed"));
    lab_assert_still(t);
    lab_leave(t);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = attached_demo_is_shown_running},
        {.test = space_stops_an_attached_demo_and_leaving_lets_it_run, .timeout = 30},
        {.test = second_lab_only_watches, .timeout = 40},
        {.test = end_of_an_attached_demo_is_told},
        {.test = what_cannot_be_attached_to_is_said_without_a_screen},
        {.test = attached_in_sentences_and_left_running, .timeout = 30},
        {.test = attached_by_steps_it_stands_at_once, .timeout = 30},
        {.test = free_run_is_counted_and_tells_no_steps, .timeout = 30},
        {.test = space_stops_a_free_run_and_slow_motion_begins},
        {.test = verdict_of_a_free_run_stays, .timeout = 30},
    };

    return suite_run("attach", tests, sizeof tests / sizeof *tests);
}
