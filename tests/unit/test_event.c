// SPDX-License-Identifier: MIT
// Tests of the event: who waited when it was set goes on, whatever came after; set() waits
// for nobody, takes no lock, and may be called in a signal handler.
#include "sync_job.h"

enum { WAITERS = 4 };

START_TEST(misuse_has_an_answer_each)
{
    mp_event *event;

    ck_assert_int_eq(mp_event_create_named(NULL, "x"), -EINVAL);
    ck_assert_int_eq(mp_event_create_named(&event, NULL), -EINVAL);
    ck_assert_int_eq(mp_event_set(NULL), -EINVAL);
    ck_assert_int_eq(mp_event_clear(NULL), -EINVAL);
    ck_assert_int_eq(mp_event_is_set(NULL), -EINVAL);
    ck_assert_int_eq(mp_event_wait(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_event_destroy(NULL), 0);
    ck_assert_int_eq(mp_event_create(&event), 0);
    ck_assert_str_eq(table_entry(MP_KIND_EVENT)->name, "event");
    ck_assert_int_eq(mp_event_wait(event, -2), -EINVAL);
    ck_assert_int_eq(mp_event_destroy(event), 0);
}
END_TEST

START_TEST(it_is_set_until_it_is_cleared)
{
    mp_event *event;
    uint64_t before = milliseconds();

    ck_assert_int_eq(mp_event_create(&event), 0);
    ck_assert_int_eq(mp_event_is_set(event), 0);
    ck_assert_int_eq(mp_event_wait(event, 0), -EAGAIN);
    ck_assert_int_eq(mp_event_wait(event, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 150);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(mp_event_set(event), 0);
        ck_assert_int_eq(mp_event_is_set(event), 1);
        ck_assert_int_eq(mp_event_wait(event, MP_FOREVER), 0);
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(mp_event_clear(event), 0);
        ck_assert_int_eq(mp_event_is_set(event), 0);
    }
    ck_assert_int_eq(mp_event_wait(event, 0), -EAGAIN);
    ck_assert_int_eq(mp_event_destroy(event), 0);
}
END_TEST

static int wait_for_it(void *arg)
{
    struct job *job = arg;
    return mp_event_wait(job->event, MP_FOREVER) == 0 ? 0 : 1;
}

static void start_waiters(struct job *job, mp_process **waiters, int count)
{
    for (int i = 0; i < count; i++) {
        waiters[i] = start_child(wait_for_it, job);
        wait_until(waits_in(waiters[i], MP_OP_EVENT_WAIT));
    }
}

START_TEST(all_who_waited_go_on_although_it_was_cleared_at_once)
{
    struct job *job = new_job(0);
    mp_process *waiters[WAITERS];

    for (int round = 0; round < 50; round++) {
        start_waiters(job, waiters, WAITERS);
        ck_assert_int_eq(mp_event_destroy(job->event), -EBUSY);
        ck_assert_int_eq(mp_event_set(job->event), 0);
        ck_assert_int_eq(mp_event_clear(job->event), 0);
        for (int i = 0; i < WAITERS; i++) {
            ck_assert_int_eq(end_of(waiters[i]), 0);
        }
    }
    free_job(job);
}
END_TEST

START_TEST(a_dead_waiter_stops_neither_set_nor_the_others)
{
    struct job *job = new_job(0);
    mp_process *waiters[2];

    for (int round = 0; round < 20; round++) {
        start_waiters(job, waiters, 2);
        ck_assert_int_eq(mp_process_kill(waiters[0]), 0);
        uint64_t before = milliseconds();
        ck_assert_int_eq(mp_event_set(job->event), 0);
        ck_assert_int_eq(mp_event_is_set(job->event), 1);
        ck_assert_int_eq(mp_event_clear(job->event), 0);
        ck_assert_int_eq(end_of(waiters[1]), 0);
        ck_assert_uint_lt(milliseconds() - before, NOTICE_MS * limit_factor());
        int end = end_of(waiters[0]);
        ck_assert(end == 0 || end == -SIGKILL);
    }
    free_job(job);
}
END_TEST

// --- signals -----------------------------------------------------------------------------------

static mp_event *signalled;
static _Atomic int handled;
static volatile int wrong_errno;

static void set_it(int number)
{
    (void)number;
    errno = 77;
    mp_event_set(signalled);
    mp_event_clear(signalled);
    mp_event_set(signalled);
    wrong_errno += errno != 77;
    atomic_fetch_add(&handled, 1);
}

// A handler sets it in the middle of whatever the process does, also of a record of mp's.
START_TEST(a_signal_handler_may_set_it_at_any_time)
{
    struct job *job = new_job(1);
    struct sigaction action = {.sa_handler = set_it};
    struct itimerval each = {{0, 200}, {0, 200}}, none = {{0, 0}, {0, 0}};
    const struct mp_object_entry *entry = table_entry(MP_KIND_EVENT);
    uint64_t pairs = 0;

    signalled = job->event;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    while (atomic_load(&handled) < 1000) {
        ck_assert_int_eq(mp_lock_acquire(job->lock, MP_FOREVER), 0);
        ck_assert_int_eq(mp_lock_release(job->lock), 0);
        ck_assert_int_eq(mp_sem_acquire(job->sem, 0), 0);
        ck_assert_int_eq(mp_sem_release(job->sem, 1), 0);
        pairs++;
    }
    setitimer(ITIMER_REAL, &none, NULL);
    ck_assert_int_eq(wrong_errno, 0);
    ck_assert_int_eq(mp_event_is_set(job->event), 1);
    ck_assert_uint_eq(entry->taken, 2 * (uint64_t)atomic_load(&handled));
    ck_assert_uint_eq(table_entry(MP_KIND_LOCK)->taken, pairs);
    ck_assert_uint_eq(table_entry(MP_KIND_SEMAPHORE)->taken, pairs);
    free_job(job);
}
END_TEST

static int wait_event(struct job *job, int timeout_ms)
{
    return mp_event_wait(job->event, timeout_ms);
}

static int wait_disturbed(void *arg)
{
    return waits_under_signals(arg, wait_event);
}

START_TEST(signals_do_not_end_the_wait)
{
    struct job *job = new_job(0);
    mp_process *child = start_child(wait_disturbed, job);

    let_signals_come(job, child, MP_OP_EVENT_WAIT);
    ck_assert_int_eq(mp_event_set(job->event), 0);
    ck_assert_int_eq(end_of(child), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = it_is_set_until_it_is_cleared},
        {.test = all_who_waited_go_on_although_it_was_cleared_at_once, .timeout = 60},
        {.test = a_dead_waiter_stops_neither_set_nor_the_others, .timeout = 60},
        {.test = a_signal_handler_may_set_it_at_any_time},
        {.test = signals_do_not_end_the_wait},
    };

    return run_sync_tests("event", tests, sizeof tests / sizeof *tests);
}
